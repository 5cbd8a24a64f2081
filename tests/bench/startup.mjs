// From import to the first event's callback: `node tests/bench/startup.mjs [--rounds 15] [--host node|chromium]`. A new process, a new page
// for each measurement, all in turn; CPU milliseconds of all threads, medians and quartiles.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { launchChromium } from '../js/chromium.mjs';
import { quantile } from './measure.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, host: { type: 'string', default: '' } } });
const pkg = path.resolve(process.env.PKG_DIR ?? here('../../pkg'));
const bundles = here('node_modules/.bundles');
const { build } = await import(pathToFileURL(createRequire(new URL('../js/package.json', import.meta.url)).resolve('esbuild')));
const bundle = (outfile, contents) => build({ stdin: { resolveDir: here('.'), contents }, outfile: path.join(bundles, outfile), bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'warning' });
// Each alone, as a bundler would ship it.
await bundle('startup-parser.mjs', "export { createParser } from 'eventsource-parser'");
await bundle('startup-eventsource.mjs', "export { EventSource } from 'eventsource'");

const subjects = [
  { name: 'nothing', kind: 'nothing' },
  { name: 'eventsource-parser', kind: 'createParser', file: [bundles, '/bundles', 'startup-parser.mjs'] },
  { name: 'eventsource-wasm/parser', kind: 'feed', file: [pkg, '/pkg', 'esm/parser.js'] },
  { name: 'eventsource', kind: 'source', file: [bundles, '/bundles', 'startup-eventsource.mjs'] },
  { name: 'eventsource-wasm', kind: 'source', file: [pkg, '/pkg', 'esm/index.js'] },
  { name: 'eventsource-wasm/slim', kind: 'source', file: [pkg, '/pkg', 'esm/slim.js'] },
];

const node = (program) => async ({ kind, file }) => {
  const url = file && pathToFileURL(path.join(file[0], file[2])).href;
  const { stdout } = await promisify(execFile)(program, [here('startup-first.mjs'), kind, ...(url ? [url] : [])]);
  return JSON.parse(stdout);
};

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
async function chromium() {
  const mounts = { '/pkg': pkg, '/bundles': bundles, '/bench': here('.') };
  const server = http.createServer(async ({ url }, response) => {
    const [, mount, rest] = /^(\/[^/]+)\/(.+)$/.exec(url) ?? [];
    const body = mounts[mount] && (await readFile(path.join(mounts[mount], path.normalize(rest))).catch(() => undefined));
    if (!body && url !== '/') return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': body ? TYPES[path.extname(rest)] : 'text/html' }).end(body ?? '<!doctype html><link rel="icon" href="data:,">');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();
  const measure = async ({ kind, file }) => {
    // Nothing is cached, not even code.
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const clock = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1000]));
    };
    await session.send('Runtime.evaluate', { expression: "import('/bench/startup-first.mjs').then((module) => { globalThis.first = module.first })", awaitPromise: true });
    const given = JSON.stringify([kind, file && `${file[1]}/${file[2]}`]);
    const expression = `(async (start) => { await first(...${given}); return performance.now() - start })(performance.now())`;
    const before = await clock();
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    const after = await clock();
    await context.close();
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return { cpu: after.ProcessTime - before.ProcessTime, thread: after.ThreadTime - before.ThreadTime, ms: result.value };
  };
  return { name: `Chromium ${browser.version()}`, measure, stop: () => (server.close(), browser.close()) };
}

const hosts = [];
const newer = here(`node_modules/node-${process.platform}-${process.arch}/bin/node`);
for (const program of 'node'.includes(options.host) ? [newer, process.execPath].filter(existsSync) : []) {
  const { stdout } = await promisify(execFile)(program, ['--version']);
  hosts.push(async () => ({ name: `Node ${stdout.trim().slice(1)}`, measure: node(program), stop() {} }));
}
if ('chromium'.includes(options.host)) hosts.push(chromium);

/** Chromium's has steps of 10 ms. */
const mean = (numbers) => (numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toFixed(2);
const spread = (numbers) => (numbers.length === 0 || numbers[0] === undefined ? '' : `${quantile(numbers, 0.5).toFixed(2)} (${quantile(numbers, 0.25).toFixed(2)}–${quantile(numbers, 0.75).toFixed(2)})`);
for (const start of hosts) {
  const { name, measure, stop } = await start();
  const runs = subjects.map((subject) => ({ subject, found: [] }));
  for (let round = -1; round < Number(options.rounds); round++) {
    for (const { subject, found } of runs) {
      const one = await measure(subject);
      // The first time, the files are read from the disk.
      if (round >= 0) found.push(one);
    }
  }
  console.log(`\n## ${name}, import to the first event, ms, ${options.rounds} times\n\n| | CPU of the process, mean | median | of the page's thread | clock |\n|---|---|---|---|---|`);
  for (const { subject, found } of runs) console.log(`| ${subject.name} | ${mean(found.map(({ cpu }) => cpu))} | ${['cpu', 'thread', 'ms'].map((key) => spread(found.map((one) => one[key]))).join(' | ')} |`);
  await stop();
}
