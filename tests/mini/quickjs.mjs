// QuickJS, which has no WebAssembly and no JIT: platform.js over functions of the host.
import { readFileSync } from 'node:fs';
import { newQuickJSWASMModule } from 'quickjs-emscripten';
import { Logic, PLATFORM, readApp, wrapped } from './logic.mjs';

/** The same as boot of host.mjs. There is no `page`. */
export async function bootQuickJs(folder, { quirks = {}, query = {}, postsData = false, ...options } = {}) {
  const vm = (await newQuickJSWASMModule()).newContext();
  const run = (code, name) => {
    const result = vm.evalCode(code, name);
    if (result.error) throw asError(result.error);
    return result.value;
  };
  const asError = (handle) => {
    const { name, message, stack } = vm.dump(handle) ?? {};
    handle.dispose();
    return Object.assign(new Error(`${name}: ${message}`), { stack: `${name}: ${message}\n${stack}` });
  };
  /** Calls a function of the platform, and then what promises have waiting. */
  const call = (name, ...values) => {
    const result = vm.callFunction(vm.getProp(platform, name), vm.undefined, ...values);
    for (const value of values) value.dispose();
    if (result.error) throw asError(result.error);
    result.value.dispose();
    drain();
  };
  const drain = () => {
    const jobs = vm.runtime.executePendingJobs();
    if (jobs.error) throw asError(jobs.error);
  };
  let isBusy = false;
  const queue = [];
  const deliver = (text, bytes) => {
    // Node may tell of something while the engine runs: a request that can not be sent.
    queue.push([text, bytes]);
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [message, chunk] = next;
        call('receive', vm.newString(message), ...(chunk ? [vm.newArrayBuffer(chunk.buffer.slice(chunk.byteOffset, chunk.byteOffset + chunk.length))] : []));
      }
    } catch (error) {
      logic.fail(error);
    } finally {
      isBusy = false;
    }
  };
  const logic = new Logic(deliver, options);
  const post = vm.newFunction('post', (text) => void logic.post(vm.getString(text)));
  const bridge = vm.newObject();
  vm.setProp(bridge, 'post', post);
  vm.setProp(vm.global, 'bridge', bridge);
  const platform = run(`(() => {
    const { bridge } = globalThis;
    delete globalThis.bridge;
    const platform = ${readFileSync(PLATFORM, 'utf8').trim()};
    return platform(bridge, ${JSON.stringify({ quirks, postsData })});
  })()`, 'platform.js');
  const { files, page, components } = readApp(folder);
  for (const { name, text } of files) {
    const factory = run(wrapped(text), name);
    call('define', vm.newString(name), factory);
  }
  const value = (given) => run(`(${JSON.stringify(given)})`);
  setImmediate(() => {
    isBusy = true;
    try {
      call('open', value(page), value(query), value(components));
    } catch (error) {
      logic.fail(error);
    }
    isBusy = false;
  });
  return logic;
}
