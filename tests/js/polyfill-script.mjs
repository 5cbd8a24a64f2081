// The classic script with everything inside: its syntax, what CommonJS and AMD get of it, and what it is in pages and classic workers of
// Chromium and Firefox. `node tests/js/polyfill-script.mjs`
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { parse } from 'acorn';
import { launchChromium } from './chromium.mjs';
import { assert, report, run } from './harness.mjs';
import { ROOT, startServer } from './sse-server.mjs';

const NAME = 'dist/eventsource.polyfill.min.js';
const NAMES = ['EventSource', 'EventSourcePolyfill', 'NativeEventSource', 'install'];
const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const file = path.join(pkg, NAME);
const source = readFileSync(file, 'utf8');
const require = createRequire(import.meta.url);
const folder = mkdtempSync(path.join(tmpdir(), 'eventsource-wasm-script-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const server = await startServer(pkg, { '/tests': path.join(ROOT, 'tests'), '/pages': folder });

const html = (...scripts) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>script</title>${scripts.join('')}`;
const own = (url) => `<script src="${url}"></script>`;
const inline = (code) => `<script>${code}</script>`;
const script = (query = '') => own(`/pkg/${NAME}${query}`);
// As a visitor's code right behind the tag.
const USE = `window.told = new Promise((resolve) => {
  const source = new EventSourcePolyfill('/echo?end=hang', { headers: { 'x-from': 'page' } });
  source.onmessage = ({ data }) => { source.close(); resolve({ event: JSON.parse(data), engine: EventSourcePolyfill.engine }); };
  source.onerror = ({ message }) => resolve({ error: message });
});`;
const BEFORE = 'window.before = Object.getOwnPropertyNames(window); window.host = window.EventSource;';

/** Everything in a syntax tree. */
function* nodesOf(node) {
  if (typeof node?.type === 'string') yield node;
  for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) yield* nodesOf(value);
}

function fileTests({ test }) {
  test('is a script of ES2017', () => void parse(source, { ecmaVersion: 2017, sourceType: 'script' }));
  test('evaluates no text, and imports nothing', () => {
    const tree = parse(source, { ecmaVersion: 'latest', sourceType: 'script' });
    for (const { type, name, callee } of nodesOf(tree)) {
      assert.ok(type !== 'ImportExpression', 'it has an import()');
      assert.ok(!(type === 'Identifier' && name === 'eval'), 'it has an eval');
      assert.ok(!(/^(New|Call)Expression$/.test(type) && callee?.name === 'Function'), 'it has a new Function');
    }
  });
  test('is a module of CommonJS', async () => {
    const { NativeEventSource } = globalThis;
    const found = require(file);
    assert.deepEqual(Object.keys(found).sort(), NAMES);
    assert.equal(globalThis.EventSourcePolyfill, undefined);
    assert.equal(globalThis.NativeEventSource, NativeEventSource);
    const imported = await import(file);
    assert.equal(imported.EventSourcePolyfill, found.EventSourcePolyfill);
  });
  test('is a module of AMD', () => {
    let found;
    const define = (factory) => {
      found = factory();
    };
    define.amd = {};
    const context = vm.createContext({ define });
    vm.runInContext(source, context);
    assert.deepEqual(Object.keys(found).sort(), NAMES);
    assert.equal(context.EventSourcePolyfill, undefined);
    assert.equal(context.EventSource, found.EventSource);
  });
  test('runs where there is no globalThis', () => {
    // A worker of before 2019.
    const context = vm.createContext({});
    vm.runInContext('var self = globalThis; delete globalThis.globalThis', context);
    vm.runInContext(source, context);
    assert.equal(vm.runInContext('typeof globalThis + typeof EventSource + typeof EventSourcePolyfill', context), 'undefinedfunctionfunction');
  });
}

function pageTests({ test, evaluateIn, engine }) {
  /** Loads `page`, written as a file, and gives `check` what `code` is there. */
  const onPage = (name, page, code, check, query = '') =>
    test(name, async () => {
      const to = `${name.replaceAll(/\W/g, '-')}.html`;
      writeFileSync(path.join(folder, to), page);
      check(await evaluateIn(`${server.origin}/pages/${to}${query}`, code));
    });
  const checkEvent = ({ error, event, ...rest }, expected, from = 'page') => {
    assert.equal(error, undefined);
    assert.equal(event.headers['x-from'], from);
    assert.deepEqual(rest, { engine: expected });
  };
  const told = (more) => `window.told.then((told) => (${more}))`;

  onPage('the line behind the tag has it, and nothing else is new', html(inline(BEFORE), script(), inline(`window.after = Object.getOwnPropertyNames(window); ${USE}`)),
    told('{ ...told, added: window.after.filter((name) => !["before", "host", "after"].includes(name) && !window.before.includes(name)).sort().join(), kept: EventSource === window.host, native: NativeEventSource === window.host }'),
    ({ added, kept, native, ...rest }) => {
      assert.deepEqual([added, kept, native], ['EventSourcePolyfill,NativeEventSource', true, true]);
      checkEvent(rest, engine);
    });
  onPage('fills the gap where there is no EventSource', html(inline('delete window.EventSource'), script(), inline(USE)),
    told('{ ...told, gap: Object.getPrototypeOf(EventSourcePolyfill) === EventSource && EventSource.length === 1, native: String(NativeEventSource) }'),
    ({ gap, native, ...rest }) => {
      assert.deepEqual([gap, native], [true, 'undefined']);
      checkEvent(rest, engine);
    });
  onPage('?force replaces it', html(inline(BEFORE), script('?v=1&force'), inline(USE)),
    told('{ ...told, isOurs: Object.getPrototypeOf(EventSourcePolyfill) === EventSource, native: NativeEventSource === window.host && EventSource !== window.host }'),
    ({ isOurs, native, ...rest }) => {
      assert.deepEqual([isOurs, native], [true, true]);
      checkEvent(rest, engine);
    });
  onPage('?forced does not', html(inline(BEFORE), script('?forced'), inline(USE)), told('EventSource === window.host'), (kept) => assert.equal(kept, true));
  onPage('so does the module with ?force, and not without', html(inline(BEFORE)),
    `import('/pkg/esm/polyfill.js').then((module) => [EventSource === window.host, module.EventSource === window.host])
      .then((kept) => import('/pkg/esm/polyfill.js?force').then((module) => [...kept, EventSource === window.host, module.EventSource === EventSource, module.NativeEventSource === window.host].join()))`,
    (found) => assert.equal(found, 'true,true,false,true,true'));
  onPage('runs as JavaScript where there is no WebAssembly', html(inline('delete window.WebAssembly'), script(), inline(USE)), told('told'), (found) => checkEvent(found, 'js'));
  onPage('runs as JavaScript where WebAssembly is an old one', html(inline('WebAssembly.instantiate = () => Promise.reject(new WebAssembly.CompileError("no SIMD"))'), script(), inline(USE)), told('told'), (found) => checkEvent(found, 'js'));
  onPage("under script-src 'self', with no other file", html(script(), own('/tests/js/polyfill-page.js')), told('told'),
    ({ loaded, ...rest }) => {
      assert.deepEqual(loaded.filter((name) => /js$|wasm$/.test(name)).sort(), [`/pkg/${NAME}`, '/tests/js/polyfill-page.js']);
      checkEvent(rest, 'js');
    }, `?csp=${encodeURIComponent("script-src 'self'")}`);
  for (const [name, query, expected] of [['in a classic worker', '', engine], ['in a classic worker under a strict policy', `?csp=${encodeURIComponent("script-src 'self'")}`, 'js']]) {
    const checkWorker = ({ added, ...rest }) => {
      assert.deepEqual(added?.sort(), ['EventSourcePolyfill', 'NativeEventSource'], rest.error);
      checkEvent(rest, expected, 'worker');
    };
    onPage(name, html(), `new Promise((resolve) => {
      window.worker = new Worker(${JSON.stringify(`/tests/js/polyfill-worker.js${query}`)});
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => resolve({ error: message });
      worker.postMessage(location.origin + '/echo?end=hang');
    })`, checkWorker);
    // It has both engines inside: a service worker may not load one later.
    onPage(name.replace('worker', 'service worker'), html(), `import('/tests/js/service-workers.mjs')
      .then(({ activeServiceWorker }) => activeServiceWorker(${JSON.stringify(`/tests/js/polyfill-worker.js${query}`)}, '/tests/js/', 'classic'))
      .then((worker) => new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(data);
        worker.postMessage(location.origin + '/echo?end=hang', [port2]);
      }))`, checkWorker);
  }
}

/** `{ label, evaluateIn(url, code), close() }`, each page in a context of its own. */
const inContexts = (newContext) => async (url, code) => {
  const context = await newContext();
  try {
    const page = await context.newPage();
    await page.goto(url);
    return await page.evaluate(code);
  } finally {
    await context.close();
  }
};

const openFirefox = async () => {
  const { default: puppeteer } = createRequire(new URL('../hosts/package.json', import.meta.url))('puppeteer-core');
  const executablePath = process.env.FIREFOX || ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync);
  if (!executablePath) throw new Error('Firefox was not found: name it with FIREFOX=');
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  return { label: `firefox ${(await browser.version()).replace(/^firefox\//i, '')}`, evaluateIn: inContexts(() => browser.createBrowserContext()), close: () => browser.close() };
};
const openChromium = async () => {
  const browser = await launchChromium();
  return { label: `chromium ${browser.version()}`, evaluateIn: inContexts(() => browser.newContext()), close: () => browser.close() };
};

const host = { onUncaught: (callback) => process.on('uncaughtException', callback) };
const reports = [report(await run(fileTests, { host }), 'the script itself')];
for (const openBrowser of [openChromium, openFirefox]) {
  const { label, evaluateIn, close } = await openBrowser();
  reports.push(report(await run(pageTests, { host, evaluateIn, engine: 'wasm' }, { parallel: 1, timeout: 30_000, filter: process.argv[2] }), `${label}, script`));
  await close();
}
server.stop();
const [passed, failed] = ['passed', 'failed'].map((key) => reports.reduce((sum, found) => sum + found[key], 0));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
