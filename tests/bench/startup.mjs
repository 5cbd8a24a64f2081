// From import to the first event's callback: `node tests/bench/startup.mjs [--rounds 15] [--host node|chromium]`. A new process, a new page
// for each measurement, all in turn; CPU milliseconds of all threads, medians and quartiles.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
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

// A project with the packages, and a file of it for each, which is imported as it is and as a bundler ships it.
const project = mkdtempSync(path.join(tmpdir(), 'startup-'));
process.on('exit', () => rmSync(project, { recursive: true }));
mkdirSync(path.join(project, 'node_modules'));
for (const [name, folder] of [['eventsource-wasm', pkg], ...['eventsource', 'eventsource-parser'].map((name) => [name, here(`node_modules/${name}`)])]) {
  symlinkSync(folder, path.join(project, 'node_modules', name));
}
const subjects = [{ name: 'nothing', kind: 'nothing' }];
for (const [kind, name, what] of [
  ['createParser', 'eventsource-parser', 'createParser'],
  ['feed', 'eventsource-wasm/parser', 'EventStreamParser'],
  ['source', 'eventsource', 'EventSource'],
  ['source', 'eventsource-wasm', 'EventSource'],
]) {
  const file = `${name.replace('/', '-')}.mjs`;
  writeFileSync(path.join(project, file), `export { ${what} } from '${name}'\n`);
  const outdir = path.join(bundles, 'startup');
  await build({ entryPoints: [path.join(project, file)], outdir, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'warning' });
  subjects.push({ name: `${name}, bundled`, kind, file: [outdir, '/bundles', file] }, { name: `${name}, installed`, kind, file: [project, undefined, file] });
}
// What no client over this WebAssembly can go below: it is there as text, compiled, and instantiated over functions that do nothing.
const floor = path.join(bundles, 'startup/floor.mjs');
writeFileSync(floor, `const wasm = '${(await readFile(path.join(pkg, 'eventsource_wasm_bg.wasm'))).toString('hex')}'
export const instantiate = () => {
  const module = new WebAssembly.Module(Uint8Array.fromHex?.(wasm) ?? Buffer.from(wasm, 'hex'))
  const imports = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0
  return new WebAssembly.Instance(module, imports)
}
`);
subjects.push({ name: 'the WebAssembly alone', kind: 'instantiate', file: [path.dirname(floor), '/bundles', path.basename(floor)] });
subjects.push({ name: 'eventsource-wasm/slim, installed', kind: 'source', file: [pkg, '/pkg', 'esm/slim.js'] });

const node = (program) => async ({ kind, file }) => {
  const url = file && pathToFileURL(path.join(file[0], file[2])).href;
  const { stdout } = await promisify(execFile)(program, [here('startup-first.mjs'), kind, ...(url ? [url] : [])]);
  return JSON.parse(stdout);
};

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
async function chromium() {
  const mounts = { '/pkg': pkg, '/bundles': path.join(bundles, 'startup'), '/bench': here('.') };
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
  const isServed = ({ file }) => !file || file[1];
  return { name: `Chromium ${browser.version()}`, subjects: subjects.filter(isServed), measure, stop: () => (server.close(), browser.close()) };
}

const hosts = [];
const newer = here(`node_modules/node-${process.platform}-${process.arch}/bin/node`);
for (const program of 'node'.includes(options.host) ? [newer, process.execPath].filter(existsSync) : []) {
  const { stdout } = await promisify(execFile)(program, ['--version']);
  hosts.push(async () => ({ name: `Node ${stdout.trim().slice(1)}`, subjects, measure: node(program), stop() {} }));
}
if ('chromium'.includes(options.host)) hosts.push(chromium);

/** Chromium's has steps of 10 ms. */
const mean = (numbers) => (numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toFixed(2);
const spread = (numbers) => (numbers.length === 0 || numbers[0] === undefined ? '' : `${quantile(numbers, 0.5).toFixed(2)} (${quantile(numbers, 0.25).toFixed(2)}–${quantile(numbers, 0.75).toFixed(2)})`);
for (const start of hosts) {
  const { name, subjects, measure, stop } = await start();
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
