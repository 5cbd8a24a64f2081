// An unpacked extension (Manifest V3) in Chromium: its service worker and one of its pages, under the policy that extensions have by default, and
// under one that allows WebAssembly. `node tests/js/extension.mjs [part of a name]`
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchExtension } from './chromium.mjs';
import { assert, report, run } from './harness.mjs';
import { ROOT, startServer } from './sse-server.mjs';

const SOURCES = path.join(ROOT, 'tests/js/extension');
const WITH_WASM = "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'";
const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const folder = mkdtempSync(path.join(tmpdir(), 'eventsource-wasm-extension-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const server = await startServer(pkg);
let version = '';

/** The extension as a developer would have it: the package's files in a folder of their own, and no bundler. */
const unpacked = (name, worker, policy) => {
  const root = path.join(folder, name);
  cpSync(SOURCES, root, { recursive: true });
  cpSync(path.join(pkg, 'esm'), path.join(root, 'eventsource-wasm'), { recursive: true });
  writeFileSync(path.join(root, 'manifest.json'), JSON.stringify({
    manifest_version: 3,
    name,
    version: '1',
    background: { service_worker: worker, type: 'module' },
    host_permissions: ['http://127.0.0.1/*'],
    ...(policy && { content_security_policy: { extension_pages: policy } }),
  }));
  return root;
};

/** What the service worker tells, and a page. */
const tellOf = async (name, worker, policy) => {
  const context = await launchExtension(unpacked(name, worker, policy), path.join(folder, `${name}-profile`));
  try {
    version ||= context.browser()?.version() ?? '';
    const [running] = context.serviceWorkers();
    const serviceWorker = running ?? (await context.waitForEvent('serviceworker'));
    const url = `${server.origin}/echo?end=hang`;
    const code = `tell(${JSON.stringify(url)})`;
    // Not before its script has run.
    const inWorker = await serviceWorker.evaluate(`new Promise((done) => {
      const look = () => (globalThis.tell ? done(${code}) : setTimeout(look, 20));
      look();
    })`);
    const page = await context.newPage();
    await page.goto(new URL('/page.html', serviceWorker.url()).href);
    await page.waitForFunction('globalThis.tell');
    return [inWorker, await page.evaluate(code)];
  } finally {
    await context.close();
  }
};

const seen = (engine) => ({ method: 'POST', from: 'chrome-extension:', body: { say: '你好😀' }, engine, parsed: '好' });

function extensionTests({ test }) {
  test("an extension's service worker, with eventsource-wasm/js-engine, and its page run as JavaScript", async () => {
    assert.deepEqual(await tellOf('default-policy', 'worker.mjs'), [seen('js'), seen('js')]);
  });
  test("with 'wasm-unsafe-eval' in its manifest they run as WebAssembly", async () => {
    assert.deepEqual(await tellOf('with-wasm', 'worker.mjs', WITH_WASM), [seen('wasm'), seen('wasm')]);
  });
  test("with 'wasm-unsafe-eval', eventsource-wasm/js-engine is not needed", async () => {
    assert.deepEqual(await tellOf('wasm-alone', 'page.mjs', WITH_WASM), [seen('wasm'), seen('wasm')]);
  });
  test('a service worker without it is told which import to take; a page may import() the engine', async () => {
    const [inWorker, inPage] = await tellOf('no-engine', 'page.mjs');
    assert.match(String(inWorker.error), /could not be loaded: WebAssembly is refused .*import\(\).*eventsource-wasm\/js-engine.*'wasm-unsafe-eval'/);
    assert.ok(inWorker.cause, 'no cause');
    assert.deepEqual(inPage, seen('js'));
  });
}

const host = { onUncaught: (callback) => process.on('uncaughtException', callback) };
const results = await run(extensionTests, { host }, { parallel: 1, timeout: 60_000, filter: process.argv[2] });
const { passed, failed } = report(results, `chromium ${version}, extension`);
server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
