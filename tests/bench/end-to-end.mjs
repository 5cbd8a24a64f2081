// From a server on loopback to a listener: `node tests/bench/end-to-end.mjs [--quick] [--host node|chromium] [--sources 1,10,200]
// [--rounds 7] [--against <another build's pkg>] [--drivers native,eventsource]`. Events per second include the connecting; CPU is the client's: in Node of the process, in Chromium of all its
// processes, without DevTools.
import { execFileSync, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { launchChromium } from '../js/chromium.mjs';
import { ROOT, startServer } from '../js/sse-server.mjs';
import { quantile } from './measure.mjs';

const { values: options } = parseArgs({ options: {
  quick: { type: 'boolean' },
  host: { type: 'string', default: '' },
  sources: { type: 'string', default: '1,10,200' },
  rounds: { type: 'string' },
  against: { type: 'string' },
  drivers: { type: 'string' },
} });
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const pkg = path.resolve(process.env.PKG_DIR ?? here('../../pkg'));
const rounds = Number(options.rounds ?? (options.quick ? 3 : 7));
/** Of all the sources together. */
const EVENTS = options.quick ? 20_000 : 100_000;
const LATENCY_EVENTS = options.quick ? 225 : 1025;
/** As long as a chat model's event. */
const SIZE = 260;
const CHUNK = 16384;
/** Of HTTP/1.1 and Chromium. */
const CONNECTIONS_PER_HOST = 6;

const bundles = here('node_modules/.bundles');
const { build } = await import(pathToFileURL(createRequire(new URL('../js/package.json', import.meta.url)).resolve('esbuild')));
await build({
  stdin: {
    resolveDir: here('.'),
    contents: "export { EventSource } from 'eventsource'; export { createParser } from 'eventsource-parser'; export { fetchEventSource } from '@microsoft/fetch-event-source';",
  },
  outfile: path.join(bundles, 'end-to-end-peers.js'),
  bundle: true, format: 'esm', platform: 'browser', mainFields: ['module', 'main'], target: 'es2022', logLevel: 'warning',
});

if (!process.env.SSE_SERVER_BIN) {
  // A debug build would be what is measured.
  const found = execFileSync(process.env.CARGO ?? 'cargo', ['build', '--release', '--locked', '--quiet', '-p', 'sse-server', '--message-format=json'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] });
  process.env.SSE_SERVER_BIN = found.split('\n').filter(Boolean).map((line) => JSON.parse(line)).find((message) => message.executable).executable;
}
delete process.env.SSE_SERVER;
const against = options.against && path.resolve(options.against);
const server = await startServer(pkg, { '/bench': here('.'), '/bundles': bundles, ...(against && { '/against': against }) });
const { port } = new URL(server.origin);

/** Writes an event each 20 ms that says when: the monotonic clock's milliseconds. */
const ticking = http.createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' });
  response.socket.setNoDelay(true);
  const timer = setInterval(() => response.write(`data: ${(Number(process.hrtime.bigint()) / 1e6).toFixed(4)} ${'x'.repeat(SIZE - 24)}\n\n`), 20);
  response.on('close', () => clearInterval(timer));
});
await new Promise((resolve) => ticking.listen(0, '127.0.0.1', resolve));

const modulesAt = (of) => ({ ours: of(pkg, '/pkg', 'esm/index.js'), against: against && of(against, '/against', 'esm/index.js'), only: options.drivers?.split(','), oursParser: of(pkg, '/pkg', 'esm/parser.js'), peers: of(bundles, '/bundles', 'end-to-end-peers.js') });

async function startNode(program, flags) {
  const modules = modulesAt((folder, _, name) => pathToFileURL(path.join(folder, name)).href);
  const child = fork(here('end-to-end-node.mjs'), [JSON.stringify(modules)], { execPath: program, execArgv: flags });
  const answer = () => new Promise((resolve, reject) => {
    const gone = (code) => reject(new Error(`Node has ended with ${code}`));
    child.once('exit', gone);
    child.once('message', (message) => {
      child.off('exit', gone);
      resolve(message);
    });
  });
  const ask = (message) => {
    const answered = answer();
    child.send(message);
    return answered;
  };
  const { version, names } = await answer();
  return {
    name: `Node ${version}`,
    names,
    hostOf: () => '127.0.0.1',
    flood: (name, urls, events) => ask({ name, urls, events }),
    latencies: (urls, events) => ask({ urls, events }),
    stop: async () => child.disconnect(),
  };
}

/** CPU milliseconds of a process and of all that it has started; Linux has them in steps of 10 ms. */
function cpuOf(root) {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      return [{ pid: Number(name), parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * 10 }];
    } catch {
      return [];
    }
  });
  const sum = (pid) => processes.filter(({ parent }) => parent === pid).reduce((total, child) => total + sum(child.pid), processes.find((one) => one.pid === pid)?.ms ?? 0);
  return sum(root);
}

/**
 * Without DevTools: where they look on, Chromium tells them of each event of its own EventSource, which takes several times as long
 * as the event.
 */
async function startBrowser() {
  let onResult;
  let respond;
  const control = http.createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    respond = (command) => response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/json' }).end(JSON.stringify(command));
    onResult(JSON.parse(body));
  });
  await new Promise((resolve) => control.listen(0, '127.0.0.1', resolve));
  const result = () => new Promise((resolve) => {
    onResult = resolve;
  });
  const program = process.env.CHROMIUM || ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  const profile = mkdtempSync(path.join(tmpdir(), 'end-to-end-'));
  const first = result();
  const modules = JSON.stringify(modulesAt((_, mount, name) => `${mount}/${name}`));
  const url = `${server.origin}/bench/end-to-end.html?${encodeURIComponent(modules)}#http://127.0.0.1:${control.address().port}/`;
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, url], { stdio: 'ignore' });
  const { agent, names } = await first;
  return {
    name: `Chromium ${/Chrome\/([\d.]+)/.exec(agent)[1]}`,
    names,
    // More sources than a host may have connections.
    hostOf,
    async flood(name, urls, events) {
      const start = cpuOf(child.pid);
      const answered = result();
      respond({ name, urls, events });
      const { ms } = await answered;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { ms, cpu: cpuOf(child.pid) - start };
    },
    latencies: latenciesInPage,
    async stop() {
      child.kill();
      await new Promise((resolve) => child.once('exit', resolve));
      control.closeAllConnections();
      control.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

const hostOf = (index) => `s${Math.floor(index / CONNECTIONS_PER_HOST)}.localhost`;

/** With DevTools, which have the time of the page's start on the clock that all processes share: 50 events a second are few. */
async function latenciesInPage(urls, events) {
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(`${server.origin}/bench/end-to-end.html`);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const start = metrics.find(({ name }) => name === 'NavigationStart').value * 1000;
  const found = await page.evaluate(async ([modules, addresses, count, origin]) => {
    const { drivers, latencies } = await import('/bench/end-to-end-drivers.mjs');
    return latencies(await drivers(modules), addresses, count, () => origin + performance.now());
  }, [modulesAt((_, mount, name) => `${mount}/${name}`), urls, events, start]);
  await browser.close();
  return found;
}

const starts = [];
const newer = here(`node_modules/node-${process.platform}-${process.arch}/bin/node`);
if ('node'.includes(options.host)) {
  if (existsSync(newer)) starts.push(() => startNode(newer, ['--experimental-eventsource']));
  starts.push(() => startNode(process.execPath, []));
}
if ('chromium'.includes(options.host)) starts.push(startBrowser);

const median = (numbers) => quantile(numbers, 0.5);
for (const start of starts) {
  const host = await start();
  console.log(`\n## ${host.name}\n\n${SIZE}-byte data in chunks of ${CHUNK} bytes; medians of ${rounds} rounds, in brackets the ratio to eventsource-wasm (above 1: better than it).`);
  for (const count of options.sources.split(',').map(Number)) {
    const each = Math.ceil(EVENTS / count);
    const urls = Array.from({ length: count }, (_, index) => `http://${host.hostOf(index)}:${port}/flood?events=${each}&size=${SIZE}&chunk=${CHUNK}`);
    const runs = host.names.map((name) => ({ name, rates: [], costs: [] }));
    // The first round warms.
    for (let round = -1; round < rounds; round++) {
      for (const run of round % 2 ? runs : [...runs].reverse()) {
        const { ms, cpu } = await host.flood(run.name, urls, each);
        if (round < 0) continue;
        run.rates.push((count * each) / ms * 1000);
        run.costs.push(cpu / (count * each) * 1e6);
      }
    }
    console.log(`\n| ${count} source${count > 1 ? 's' : ''} | events/s | CPU, ns per event |\n|---|---|---|`);
    const ratio = (numbers, toOurs) => median(numbers.map(toOurs)).toFixed(2);
    for (const { name, rates, costs } of runs) {
      console.log(`| ${name} | ${Math.round(median(rates))} (${ratio(rates, (rate, at) => rate / runs[0].rates[at])}) | ${Math.round(median(costs))} (${ratio(costs, (cost, at) => runs[0].costs[at] / cost)}) |`);
    }
  }
  const list = Object.fromEntries(host.names.map((name, index) => [name, `http://${host.hostOf(index * CONNECTIONS_PER_HOST)}:${ticking.address().port}/`]));
  const found = await host.latencies(list, LATENCY_EVENTS);
  console.log(`\n| server's write to listener, 50 events/s, ms | p50 | p99 |\n|---|---|---|`);
  for (const [name, numbers] of Object.entries(found)) console.log(`| ${name} | ${quantile(numbers, 0.5).toFixed(2)} | ${quantile(numbers, 0.99).toFixed(2)} |`);
  await host.stop();
}
ticking.closeAllConnections();
ticking.close();
server.stop();
