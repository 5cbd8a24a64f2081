// The suite in headless Chromium, in a page, in a module worker, and in a page whose policy
// refuses WebAssembly: `node tests/js/run-chromium.mjs [part of a name]`
import path from 'node:path';
import { launchChromium } from './chromium.mjs';
import { report } from './harness.mjs';
import { ROOT, startServer } from './sse-server.mjs';
import { readVectors } from './vectors.mjs';

const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const { origin, second, stop } = await startServer(pkg, { '/tests': 'tests' });
const browser = await launchChromium();

const inPage = (settings) => import('/tests/js/in-browser.mjs').then(({ runHere }) => runHere(settings));
const inWorker = (settings) => new Promise((resolve, reject) => {
  const worker = new Worker('/tests/js/worker.mjs', { type: 'module' });
  worker.onmessage = ({ data }) => {
    worker.onerror = null;
    if (data.isReady) worker.postMessage(settings);
    else if (data.error) reject(new Error(data.error));
    else resolve(data.results);
  };
  worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be loaded'));
});
const places = {
  page: { start: inPage, engine: 'wasm' },
  worker: { start: inWorker, engine: 'wasm' },
  'page without wasm-unsafe-eval': { start: inPage, engine: 'js', query: `?csp=${encodeURIComponent("script-src 'self'")}` },
};

// Each has a context, and so connections, of its own.
const counts = await Promise.all(Object.entries(places).map(async ([name, { start, engine, query = '' }]) => {
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${origin}/tests/js/page.html${query}`);
    const settings = { name: name.replaceAll(' ', '-'), server: origin, second, vectors: readVectors(), filter: process.argv[2], engine };
    const results = await page.evaluate(start, settings);
    return report(results, `chromium ${browser.version()}, ${name}`);
  } catch (error) {
    console.log(`FAILED [chromium, ${name}] ${error.stack ?? error}`);
    return { passed: 0, failed: 1 };
  }
}));
await browser.close();
stop();
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
