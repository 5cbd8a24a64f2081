// What the platforms do differently, one by one, and how the engine is found: on the vm host, with both engines.
// `node tests/mini/quirks.mjs [part of a name]`; tests/mini/run.mjs runs it, too.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, report } from '../js/harness.mjs';
import { ROOT, startServer } from '../js/sse-server.mjs';
import { boot } from './host.mjs';
import { buildWeapp } from './weapp.mjs';

const TEXT = '你好😀';
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** `test(name, async ({ engine, start, urlOf, server, second }) => …)`; `start(options, settings)` boots the app and gives `{ logic, logs }`. */
function define(test) {
  /** One source that gets two events and an end; whatever the quirk, the same is seen. */
  const same = (name, options, check = () => {}) => test(name, async ({ start, urlOf }) => {
    const url = urlOf('/stream', { body: `id: 1\ndata: ${TEXT}\n\ndata: b\n\n`, cut: [9, 14], delay: 5 });
    const { logs: [log], logic } = await start(options, { sources: [{ url, init: { reconnect: false } }], wait: 60 });
    assert.deepEqual(log.entries, ['open', TEXT, 'b', 'close ended']);
    check(log, logic);
  });
  const statusIs = (status) => ({ opens }) => assert.equal(opens[0].status, status);

  same('no quirk', {}, statusIs(200));
  same('ArrayBuffers of another realm', { realm: 'host' }, statusIs(200));
  same('headers after the first chunk', { quirks: { headersLate: true } }, statusIs(200));
  same('no headers event', { quirks: { noHeaders: true } });
  same('headers without a status, as in devtools', { quirks: { noStatus: true } });
  same('names of headers with capitals', { quirks: { headerCase: 'canonical' } }, ({ opens }) => assert.equal(opens[0].type, 'text/event-stream'));
  same('chunks are a Uint8Array', { quirks: { payload: 'view' } });
  same('chunks are a Uint8Array with another prototype, as in devtools', { quirks: { payload: 'devtools' } });
  same('chunks are a Uint8Array without its prototype', { quirks: { payload: 'bare' } });
  same('PC client: no chunk, all in success.data', { quirks: { wholeAtEnd: 'bytes' } });
  same('PC client: no chunk, all in success.data as text', { quirks: { wholeAtEnd: 'text' } });
  same('PC client: nor a headers event', { quirks: { wholeAtEnd: 'bytes', noHeaders: true } });
  same('two writes joined in one chunk', { quirks: { joined: true } });
  same('fail after success', { quirks: { failAfterSuccess: true } });
  same('all at once: devtools at its worst', { quirks: { noStatus: true, headersLate: true, payload: 'bare', joined: true, failAfterSuccess: true }, realm: 'host' });

  test('chunks are strings', async ({ start, urlOf }) => {
    // Decoded by the platform: a cut within a character is its own affair.
    const url = urlOf('/stream', { body: `data: ${TEXT}\n\ndata: b\n\n`, cut: [4, 18, 24], delay: 5 });
    const { logs: [log] } = await start({ quirks: { payload: 'text' } }, { sources: [{ url, init: { reconnect: false } }] });
    assert.deepEqual(log.entries, ['open', TEXT, 'b', 'close ended']);
  });

  for (const abort of ['none', 'late', 'silent']) {
    test(`abort: ${abort}: nothing is taken any more`, async ({ start, urlOf }) => {
      const url = urlOf('/stream', { body: 'data: a\n\ndata: b\n\ndata: c\n\n', cut: [9, 18], delay: 40 });
      const { logs: [log] } = await start({ quirks: { abort } }, { sources: [{ url, closeAt: 1 }], wait: 200 });
      assert.deepEqual(log.entries, ['open', 'a', 'close closed']);
    });
  }

  test('abort really ends the request', async ({ start, urlOf, connections }) => {
    const url = urlOf('/stream', { body: 'data: a\n\n', end: 'hang', key: 'abort' });
    await start({}, { sources: [{ url, closeAt: 1 }], wait: 50 });
    assert.deepEqual(await connections('abort'), { open: 0, total: 1 });
  });

  for (const [quirk, name] of [['noTask', 'request() returns undefined'], ['noChunks', 'a task without onChunkReceived']]) {
    test(`${name}: one clear error`, async ({ start, urlOf }) => {
      const url = urlOf('/stream', { body: 'data: a\n\n', end: 'hang' });
      const { logs: [log] } = await start({ quirks: { [quirk]: true } }, { sources: [{ url }], wait: 100 });
      assert.deepEqual(log.entries, ['error', 'close failed']);
      assert.match(log.errors[0].message, /can not stream.*base library 2\.20\.2/);
      assert.equal(log.errors[0].retryIn, null);
    });
  }

  test('iOS 8.0.54: of two requests only the last one\'s listener is called', async ({ start, urlOf }) => {
    const url = urlOf('/stream', { body: 'data: a\n\ndata: b\n\n', cut: 9, delay: 20 });
    const { logs: [first, last] } = await start({ quirks: { onlyLast: true } }, { sources: [{ url, init: { reconnect: false } }, { url, init: { reconnect: false } }] });
    assert.deepEqual(last.entries, ['open', 'a', 'b', 'close ended']);
    assert.deepEqual([first.entries[0], first.entries.at(-1)], ['open', 'close ended']);
  });

  test('an eleventh request waits for its turn', async ({ start, urlOf }) => {
    const url = urlOf('/stream', { body: 'data: a\n\n', delay: 20 });
    const { logs, logic } = await start({}, { sources: Array.from({ length: 14 }, () => ({ url, init: { reconnect: false } })) });
    assert.equal(logic.net.most, 10);
    assert.ok(logs.every(({ entries }) => entries.join() === 'open,a,close ended'));
  });

  /** Two connections: the first has an ID and hangs, the second must ask for it. */
  const script = (urlOf, key, retry) => urlOf('/script', { key, s: [`end=hang&body=${encodeURIComponent(`retry: ${retry}\nid: 一\ndata: a\n\n`)}`, `end=hang&body=${encodeURIComponent('data: b\n\n')}`] });
  const resumed = async ({ logs: [log], requests, key, cause }) => {
    assert.deepEqual(log.entries.slice(0, 5), ['open', 'a', 'error', 'open', 'b']);
    assert.equal(log.errors[0].cause, cause);
    const ids = (await requests(key)).map(({ headers }) => headers['last-event-id']);
    assert.deepEqual(ids, [undefined, Buffer.from('一').toString('latin1')]);
  };

  test('the platform\'s minute: the stream goes on with the last event ID', async ({ start, urlOf, requests }) => {
    const run = await start({ longest: 300 }, { sources: [{ url: script(urlOf, 'minute', 10) }], until: 2 });
    await resumed({ ...run, requests, key: 'minute', cause: 'TimeoutError' });
  });

  for (const [name, leave, come, cause] of [
    ['interrupted in the background: resumed on return, at once', (logic) => logic.hide(), (logic) => logic.show(), 'InterruptedError'],
    ['the app was frozen: the interruption is told after the return', () => {}, (logic) => { logic.hide(); logic.show(); logic.net.interrupt(); }, 'InterruptedError'],
    ['the network goes and comes: resumed at once', (logic) => logic.network(false), (logic) => logic.network(true), 'NetworkError'],
    ['from Wi-Fi to cellular: resumed at once', () => {}, (logic) => logic.swapNetwork(), 'NetworkError'],
  ]) {
    test(name, async ({ start, urlOf, requests }) => {
      const key = 'cut';
      // By its own time it would come back in an hour.
      const run = await start({ background: 30 }, { sources: [{ url: script(urlOf, key, 3_600_000) }], until: 2, reports: true }, async (logic, told) => {
        await told('a');
        leave(logic);
        if (leave.length > 0) await told('error');
        await sleep(30);
        assert.equal((await requests(key)).length, 1);
        come(logic);
      });
      await resumed({ ...run, requests, key, cause });
    });
  }

  test("whenHidden: 'pause': given up in the background without an error, resumed on return", async ({ start, urlOf, requests }) => {
    const key = 'paused';
    const sources = [{ url: script(urlOf, key, 3_600_000), init: { whenHidden: 'pause' } }];
    const { logs: [log] } = await start({}, { sources, until: 2, reports: true }, async (logic, told) => {
      await told('a');
      logic.hide();
      await sleep(50);
      assert.equal((await requests(key)).length, 1);
      logic.show();
    });
    assert.deepEqual(log.entries.slice(0, 4), ['open', 'a', 'open', 'b']);
    const ids = (await requests(key)).map(({ headers }) => headers['last-event-id']);
    assert.deepEqual(ids, [undefined, Buffer.from('一').toString('latin1')]);
  });

  test('in the background for a moment: nothing happens', async ({ start, urlOf, requests }) => {
    const url = urlOf('/stream', { key: 'moment', body: 'data: a\n\ndata: b\n\n', cut: 9, delay: 150, end: 'hang' });
    const { logs: [log] } = await start({}, { sources: [{ url }], until: 2, reports: true }, async (logic, told) => {
      await told('a');
      logic.hide();
      await sleep(20);
      logic.show();
    });
    assert.deepEqual(log.entries.slice(0, 3), ['open', 'a', 'b']);
    assert.equal((await requests('moment')).length, 1);
  });

  test('an error body is not what tells: status and type do', async ({ start, urlOf }) => {
    const url = urlOf('/stream', { status: 401, type: 'application/json', body: '{"error":"no token"}' });
    const { logs: [log] } = await start({}, { sources: [{ url }], wait: 50 });
    assert.deepEqual(log.entries, ['error', 'close failed']);
    assert.equal(log.errors[0].status, 401);
    assert.match(log.errors[0].message, /401/);
  });

  test('a server that is not there: tried again, told apart', async ({ start }) => {
    const { logs: [log] } = await start({}, { sources: [{ url: 'http://127.0.0.1:1/' }], limit: 100 });
    assert.deepEqual(log.entries.slice(0, 1), ['error']);
    assert.match(log.errors[0].message, /ERR_/);
    assert.ok(log.errors[0].retryIn > 0);
  });

  test('PATCH, which the platform has not, throws', async ({ start, urlOf }) => {
    const { logs: [log] } = await start({}, { sources: [{ url: urlOf('/echo'), init: { method: 'PATCH' } }] });
    assert.match(log.entries[0], /^throws TypeError: .*method.*PATCH/);
  });
}

/** How the engine is found, once: `test(name, async ({ start, folder }) => …)`. */
function defineLoading(test) {
  const sources = [];
  const warned = (logic) => logic.logs.filter(({ level, text }) => level === 'warn' && text.includes('eventsource-wasm'));

  test('WXWebAssembly with the package\'s file', async ({ start }) => {
    const { logic, engine } = await start({ engine: 'wasm' }, { sources });
    assert.equal(engine, 'wasm');
    assert.equal(warned(logic).length, 0);
  });
  test('the brotli file by path', async ({ start }) => {
    const { engine } = await start({ engine: 'wasm' }, { sources, load: { path: '/miniprogram_npm/eventsource-wasm/eventsource_wasm.wasm.br' } });
    assert.equal(engine, 'wasm');
  });
  test('no WebAssembly: the same as JavaScript, nothing to say', async ({ start }) => {
    const { logic, engine } = await start({ engine: 'js' }, { sources });
    assert.equal(engine, 'js');
    assert.equal(warned(logic).length, 0);
  });
  test('WebAssembly is refused: JavaScript, said once', async ({ start }) => {
    const { logic, engine } = await start({ engine: 'refused' }, { sources });
    assert.equal(engine, 'js');
    assert.equal(warned(logic).length, 1);
  });
  test('the file is not there: JavaScript, said once, with what to do', async ({ start, folder }) => {
    const bare = mkdtempSync(path.join(os.tmpdir(), 'eventsource-wasm-bare-'));
    cpSync(folder, bare, { recursive: true });
    for (const end of ['wasm', 'wasm.br']) rmSync(path.join(bare, `miniprogram_npm/eventsource-wasm/eventsource_wasm.${end}`));
    try {
      const { logic, engine } = await start({ engine: 'wasm', folder: bare }, { sources });
      assert.equal(engine, 'js');
      assert.equal(warned(logic).length, 1);
      assert.match(warned(logic)[0].text, /path/);
    } finally {
      rmSync(bare, { recursive: true });
    }
  });
  test('neither engine: an error with both reasons, and no word of JavaScript', async ({ start, folder }) => {
    const bare = mkdtempSync(path.join(os.tmpdir(), 'eventsource-wasm-bare-'));
    cpSync(folder, bare, { recursive: true });
    rmSync(path.join(bare, 'miniprogram_npm/eventsource-wasm/engine.js'));
    try {
      const { logic, error } = await start({ engine: 'refused', folder: bare }, { sources, load: {} });
      assert.match(String(error), /refused.*engine/);
      assert.equal(warned(logic).length, 0);
    } finally {
      rmSync(bare, { recursive: true });
    }
  });
  test('JavaScript by choice', async ({ start }) => {
    const { logic, engine } = await start({ engine: 'wasm' }, { sources, load: { engine: 'js' } });
    assert.equal(engine, 'js');
    assert.equal(warned(logic).length, 0);
  });
  test('WebAssembly by choice, where there is none: an error', async ({ start }) => {
    for (const engine of ['js', 'refused']) {
      const { error } = await start({ engine }, { sources, load: { engine: 'wasm' } });
      assert.match(String(error), /WebAssembly|refused/);
    }
  });
}

/** Results as the harness gives them. */
export async function runQuirks(folder, server, filter = '') {
  const tests = [];
  for (const engine of ['wasm', 'js']) define((name, body) => tests.push({ name: `${name} (${engine})`, engine, body }));
  defineLoading((name, body) => tests.push({ name: `engine: ${name}`, body }));
  const results = [];
  const one = async ({ name, engine, body }, number) => {
    const keyed = (key) => `quirks-${number}-${key}`;
    /** `s` are the steps of a script. */
    const urlOf = (place, { key, s = [], ...query } = {}) => {
      const pairs = [...Object.entries(query), ...s.map((step) => ['s', step]), ...(key ? [['key', keyed(key)]] : [])];
      return `${server.origin}${place}?${pairs.map(([part, value]) => `${part}=${encodeURIComponent(value)}`).join('&')}`;
    };
    const ask = async (place, key) => (await fetch(`${server.second}${place}?key=${keyed(key)}`)).json();
    const start = async ({ folder: other = folder, ...options }, settings, meanwhile) => {
      const query = { suite: JSON.stringify({ task: 'watch', ...settings }) };
      const logic = boot(other, { engine, query, onLog: () => {}, ...options });
      try {
        const told = async (entry) => {
          while (!logic.reports.some(({ id, data }) => id === 'entry' && data.entry === entry)) await sleep(2);
        };
        const [found] = await Promise.all([logic.report('suite'), meanwhile?.(logic, told)]);
        if (found.error && !settings.load) throw new Error(found.error);
        return { logic, logs: found.results, engine: found.engine, error: found.error };
      } finally {
        logic.stop();
      }
    };
    const began = Date.now();
    let error;
    try {
      await Promise.race([
        body({ engine, start, folder, urlOf, requests: (key) => ask('/log', key), connections: (key) => ask('/connections', key) }),
        sleep(10_000).then(() => { throw new Error('not done after 10 s'); }),
      ]);
    } catch (thrown) {
      error = thrown.stack;
    }
    results[number] = { name, ok: error === undefined, error, ms: Date.now() - began };
  };
  const chosen = tests.filter(({ name }) => name.includes(filter));
  let next = 0;
  const worker = async () => {
    while (next < chosen.length) {
      const number = next++;
      await one(chosen[number], number);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
  const server = await startServer(pkg);
  const { folder, remove } = await buildWeapp(pkg);
  const { passed, failed } = report(await runQuirks(folder, server, process.argv[2]), 'quirks');
  remove();
  server.stop();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}
