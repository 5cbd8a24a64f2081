// A vm context that has what a mini program has, and boots a built one: `boot(folder, { engine, quirks, query, realm })`.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { brotliDecompressSync } from 'node:zlib';
import { Logic, PLATFORM, readApp, wrapped } from './logic.mjs';

/**
 * `engine`: 'wasm' (WXWebAssembly reads the app's folder), 'js' (there is none), 'refused' (it rejects). `quirks`: see platform.js. `query`: of the page.
 * `realm`: 'own' or 'host', where the ArrayBuffers of chunks come from. `extra`: a file in the folder that is loaded when the page is open. Further options: see Logic.
 * Gives back a Logic with `page` and `context`; call its `stop()`.
 */
export function boot(folder, { engine = 'wasm', quirks = {}, query = {}, realm = 'own', postsData = false, extra, ...options } = {}) {
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext('for (const name of ["WebAssembly", "console", "SharedArrayBuffer", "Atomics"]) delete globalThis[name];', context);
  const OwnBuffer = vm.runInContext('ArrayBuffer', context);
  const inRealm = (bytes) => {
    const buffer = realm === 'host' ? new ArrayBuffer(bytes.length) : new OwnBuffer(bytes.length);
    new Uint8Array(buffer).set(bytes);
    return buffer;
  };

  let platform;
  const logic = new Logic((text, bytes) => platform.receive(text, bytes && inRealm(bytes)), options);
  const bridge = {
    post: (text) => logic.post(text),
    detach: (buffer) => void structuredClone(buffer, { transfer: [buffer] }),
    instantiate: engine === 'js' ? undefined : (file, imports) => instantiate(folder, file, imports, engine),
  };
  platform = vm.runInContext(readFileSync(PLATFORM, 'utf8'), context, { filename: 'platform.js' })(bridge, { quirks, postsData });
  const onRejection = (reason) => platform.receive(JSON.stringify({ type: 'error', text: `unhandled: ${reason?.stack ?? reason}` }));
  process.on('unhandledRejection', onRejection);
  const stop = logic.stop.bind(logic);
  logic.stop = () => {
    stop();
    process.off('unhandledRejection', onRejection);
  };

  const app = readApp(folder);
  for (const { name, text } of app.files) {
    let factory;
    platform.define(name, (...values) => {
      factory ??= vm.runInContext(wrapped(text), context, { filename: path.join(folder, name) });
      factory(...values);
    });
  }
  logic.context = context;
  logic.page = platform.open(app.page, query, app.components, extra);
  return logic;
}

/** What the platform's WXWebAssembly does: a path inside the app, plain or brotli. */
async function instantiate(folder, file, imports, engine) {
  if (engine === 'refused') throw new Error('CompileError: WebAssembly.instantiate(): refused');
  if (typeof file !== 'string' || !/\.wasm(\.br)?$/.test(file)) throw new Error(`WXWebAssembly.instantiate: ${file} is no path of a wasm file`);
  const found = path.join(folder, file);
  if (!found.startsWith(path.join(folder, path.sep)) || !existsSync(found)) throw new Error(`WXWebAssembly.instantiate: ${file} is not found`);
  const bytes = found.endsWith('.br') ? brotliDecompressSync(readFileSync(found)) : readFileSync(found);
  const { instance, module } = await WebAssembly.instantiate(bytes, imports);
  // Not on iOS.
  if (WebAssembly.Module.exports(module).some(({ kind }) => kind === 'global')) throw new Error('WXWebAssembly.instantiate: an exported Global is not supported');
  return { instance };
}
