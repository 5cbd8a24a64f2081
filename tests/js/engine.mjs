// Tests of which engine runs, and of what is said where none can.
import { activeServiceWorker } from './service-workers.mjs';

export function engineTests({ test: register, assert, server, host }) {
  const container = globalThis.navigator?.serviceWorker;
  // Only a page starts service workers.
  const inPages = (name, body) => host.isBrowser && globalThis.document && container && register(`[extension] ${name}`, body);
  const STRICT = `?csp=${encodeURIComponent("script-src 'self'")}`;
  const entries = ['parser', 'class', 'slim', 'init', 'slimInit', 'fetchEventSource'];

  /** What tests/js/engines.mjs tells in a service worker. */
  const askServiceWorker = async (script, cleanup) => {
    const scope = `/tests/js/scope-${Math.random().toString(36).slice(2)}/`;
    const worker = await activeServiceWorker(`/tests/js/${script}`, scope);
    cleanup(async () => (await container.getRegistration(scope))?.unregister());
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    worker.postMessage(`${server}/stream?${new URLSearchParams({ body: 'data: hello\n\n', end: 'hang' })}`, [port2]);
    return answer;
  };
  const datas = (found) => entries.map((name) => found[name].data ?? found[name].failure);

  inPages('a service worker that refuses WebAssembly runs the engine that eventsource-wasm/js-engine has brought', async ({ cleanup }) => {
    const found = await askServiceWorker(`engines-with-js-engine.mjs${STRICT}`, cleanup);
    assert.deepEqual(datas(found), ['ab', 'hello', 'hello', 'js', 'js', 'hello']);
  });
  inPages('where WebAssembly is not refused, it runs all the same', async ({ cleanup }) => {
    const found = await askServiceWorker('engines-with-js-engine.mjs', cleanup);
    assert.deepEqual(datas(found), ['ab', 'hello', 'hello', 'wasm', 'wasm', 'hello']);
  });
  inPages('a service worker without an engine says why, and which import brings one', async ({ cleanup }) => {
    const found = await askServiceWorker(`engines.mjs${STRICT}`, cleanup);
    for (const name of entries) {
      const { failure, cause } = found[name];
      assert.match(String(failure), /eventsource-wasm\/js-engine/, name);
      assert.ok(cause, `${name}: no cause`);
      // The parser is synchronous, and imports nothing.
      if (name === 'parser') continue;
      assert.match(failure, /WebAssembly is refused .*import\(\).* has failed .*service worker.*'wasm-unsafe-eval'/, name);
      assert.equal(found[name].causes?.length, 2, `${name}: causes`);
      for (const text of [cause, ...found[name].causes]) assert.ok(failure.includes(text.trim()), `${name}: ${failure} has no ${text}`);
    }
    assert.equal(found.class.state, 2);
    assert.equal(found.slim.state, 2);
  });
}
