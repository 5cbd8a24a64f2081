// Where the suite runs in a browser, whoever drives it.
import path from 'node:path';
import { report } from './harness.mjs';
import { ROOT, startServer } from './sse-server.mjs';
import { readVectors } from './vectors.mjs';

const PLACES = [
  { name: 'page', place: 'page', engine: 'wasm' },
  { name: 'worker', place: 'worker', engine: 'wasm' },
  { name: 'shared worker', place: 'sharedWorker', engine: 'wasm' },
  { name: 'service worker', place: 'serviceWorker', engine: 'wasm' },
  { name: 'service worker without wasm-unsafe-eval', place: 'strictServiceWorker', engine: 'js' },
  { name: 'page without wasm-unsafe-eval', place: 'page', engine: 'js', query: `?csp=${encodeURIComponent("script-src 'self'")}` },
];

/** Each place has a context, and so connections and service workers, of its own. */
export const inContexts = (newContext) => async (url, code) => {
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(url);
  const value = await page.evaluate(code);
  await context.close();
  return value;
};

/** Runs the suite in every place, `parallel` of them at a time; `evaluateIn(url, code)` gives what the page's promise is resolved with. Ends the process. */
export async function runPlaces(label, evaluateIn, close, { lacks = {}, parallel = PLACES.length } = {}) {
  const { origin, second, stop } = await startServer(path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg')), { '/tests': 'tests' });
  const total = { passed: 0, failed: 0 };
  const waiting = [...PLACES];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { name, place, engine, query = '' } = next;
      const settings = { name: `${label}-${name}`.replaceAll(/\W/g, '-'), server: origin, second, vectors: readVectors(), filter: process.argv[2], engine, lacks };
      try {
        const code = `import('/tests/js/places.mjs').then(({ runIn }) => runIn(${JSON.stringify(place)}, ${JSON.stringify(settings)}))`;
        const { results, error } = await evaluateIn(`${origin}/tests/js/page.html${query}`, code);
        if (error) throw new Error(error);
        const { passed, failed } = report(results, `${label}, ${name}`);
        total.passed += passed;
        total.failed += failed;
      } catch (error) {
        console.log(`FAILED [${label}, ${name}] ${error.stack ?? error}`);
        total.failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  await close();
  stop();
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
}
