// Serves the package and the benches to headless Chromium, and measures each case in a page of its own. Time is the CPU's, of the
// page's thread: the clock would count what else the machine does.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { launchChromium } from '../js/chromium.mjs';
import { measure, quantile, ratios } from './measure.mjs';

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>bench</title>';

const serve = (folders) => async ({ url }, response) => {
  const [, mount, rest] = /^(\/[^/]+)\/(.+)$/.exec(url) ?? [];
  const body = folders[mount] && (await readFile(path.join(folders[mount], path.normalize(rest))).catch(() => undefined));
  if (!body && url !== '/') return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': body ? TYPES[path.extname(rest)] : 'text/html' }).end(body ?? PAGE);
};

/** `folders`: what is served, `{ '/pkg': folder }`. */
export async function startChromium(folders) {
  const server = http.createServer(serve(folders));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();

  async function runCase(settings) {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      const names = await page.evaluate(async (given) => {
        const { prepare } = await import('/bench/in-host.mjs');
        globalThis.prepared = await prepare(given, () => performance.now());
        return globalThis.prepared.names;
      }, settings);

      const session = await context.newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      const clock = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ThreadTime').value * 1000;
      const evaluate = async (expression) => {
        const start = await clock();
        const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        const ms = (await clock()) - start;
        if (exceptionDetails) return { error: exceptionDetails.exception?.description?.split('\n')[0].replace('Error: ', '') ?? exceptionDetails.text };
        return { ms, result: result.value };
      };
      // What asking costs by itself.
      const nothing = [];
      for (let count = 0; count < 15; count++) nothing.push((await evaluate('prepared.passes(0, 0)')).ms);
      const cost = quantile(nothing, 0.5);
      const sample = async (index, count) => {
        const { ms, ...rest } = await evaluate(`prepared.passes(${index}, ${count})`);
        return { ms: ms - cost, ...rest };
      };
      return ratios(await measure(names, sample, settings));
    } finally {
      await context.close();
    }
  }

  return {
    version: browser.version(),
    runCase,
    async stop() {
      await browser.close();
      server.close();
    },
  };
}
