// `cargo xtask soak [--minutes 10] [--sources 200]`: many sources for long against a server that misbehaves at random. Fails where an
// event is lost or comes twice, memory grows, or anything is left behind the closing.
import { fork } from 'node:child_process';
import { getEventListeners, setMaxListeners } from 'node:events';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, sources: { type: 'string', default: '200' } } });
const [minutes, count] = [Number(options.minutes), Number(options.sources)];
if (!(minutes > 0) || !(count >= 1)) throw new Error('--minutes and --sources want numbers');
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const pkg = path.resolve(process.env.PKG_DIR ?? here('../../pkg'));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const SAMPLE = 5000;
/** Of the last minute's median over the first's. */
const MOST_GROWTH = 0.05;
/** What keep-alive connections of the host may stay for. */
const LINGERING = 15_000;

if (!process.argv.includes('--expose-gc') && !global.gc) {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), { execArgv: ['--expose-gc'] });
  // By itself, or something is left that keeps it alive.
  const code = await new Promise((resolve) => {
    child.once('message', () => {
      const timer = setTimeout(() => {
        console.log('FAILED the process does not end by itself');
        child.kill();
        resolve(1);
      }, 10_000);
      child.once('exit', () => clearTimeout(timer));
    });
    child.once('exit', resolve);
  });
  process.exit(code ?? 1);
}

// The package makes its instance with either.
let memory;
const { Instance, instantiate } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  ({ memory } = instance.exports);
  return instance;
};
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  ({ memory } = (made.instance ?? made).exports);
  return made;
};

const { EventSource } = await import(pathToFileURL(path.join(pkg, 'esm/index.js')));
const server = fork(here('soak-server.mjs'));
const answer = () => new Promise((resolve) => server.once('message', resolve));
const { port } = await answer();
const asked = () => {
  server.send({});
  return answer();
};
const problems = [];
process.on('uncaughtException', (error) => problems.push(`uncaught: ${error.stack}`));
process.on('unhandledRejection', (error) => problems.push(`unhandled: ${error?.stack ?? error}`));

// What fetch itself leaves is none of ours; there may be no answer.
await fetch(`http://127.0.0.1:${port}/first`, { signal: AbortSignal.timeout(500) }).then(({ body }) => body.cancel()).catch(() => {});
await sleep(500);
const resourcesBefore = countOf(process.getActiveResourcesInfo());
function countOf(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const counts = { sources: 0, events: 0, lost: 0, twice: 0, errors: 0, failed: 0, reconnects: 0, afterClose: 0 };
const controller = new AbortController();
setMaxListeners(0, controller.signal);
const live = new Set();
let isOver = false;

/** One source, and another one behind it. */
function start(index) {
  counts.sources++;
  let last = 0;
  let isClosed = false;
  const init = {
    openTimeout: 2000,
    idleTimeout: 2000,
    reconnect: { baseMs: 100, maxMs: 2000, statuses: [500, 503] },
    // Half of the sources are closed by a signal in the end.
    signal: index % 2 ? controller.signal : undefined,
  };
  const source = new EventSource(`http://127.0.0.1:${port}/${index}`, init);
  live.add(source);
  const see = ({ data }) => {
    if (isClosed) counts.afterClose++;
    counts.events++;
    const id = Number.parseInt(data, 10);
    if (id <= last) counts.twice++;
    else if (id > last + 1) counts.lost++;
    last = id;
  };
  // Every tenth is read by an iterator.
  if (index % 10 === 0) {
    (async () => {
      for await (const event of source) {
        // What had come before the closing is still the reader's.
        if (!isClosed) see(event);
      }
    })().catch((error) => problems.push(`iterator: ${error.message ?? error}`));
  } else source.onmessage = see;
  source.onerror = ({ retryIn, message }) => {
    counts.errors++;
    if (retryIn !== null) return;
    counts.failed++;
    if (problems.length < 10) problems.push(`a source failed: ${message}`);
  };
  source.onclose = () => {
    isClosed = true;
    live.delete(source);
    if (!isOver) start(index);
  };
}

const used = () => {
  global.gc();
  global.gc();
  return { heap: process.memoryUsage().heapUsed, wasm: memory?.buffer.byteLength ?? 0 };
};
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

for (let index = 0; index < count; index++) start(index);
const samples = [];
const begin = Date.now();
const pick = () => [...live][Math.floor(Math.random() * live.size)];
// Four a second are closed, and two told to connect again.
const churn = setInterval(() => {
  pick()?.close();
  if (Math.random() < 0.5) {
    counts.reconnects++;
    pick()?.reconnect();
  }
}, 250);
// The host compiles, and its pools fill: what is flat is what comes then.
const WARM = 60_000;
while (Date.now() - begin < WARM + minutes * 60_000) {
  await sleep(SAMPLE);
  const at = Date.now() - begin - WARM;
  const sample = { at, ...used() };
  if (at > 0) samples.push(sample);
  if (samples.length % 12 === 0) console.log(`${Math.round(at / 1000)} s: heap ${(sample.heap / 1024).toFixed()} KiB, wasm ${sample.wasm / 1024} KiB, ${JSON.stringify(counts)}`);
}
clearInterval(churn);

const window = Math.min(60_000, (minutes * 60_000) / 3);
const first = samples.filter(({ at }) => at <= window);
const final = samples.filter(({ at }) => at > minutes * 60_000 - window);
for (const kind of ['heap', 'wasm']) {
  const [before, after] = [first, final].map((part) => median(part.map((sample) => sample[kind])));
  const growth = after / before - 1;
  console.log(`${kind}: ${(before / 1024).toFixed()} → ${(after / 1024).toFixed()} KiB (${(growth * 100).toFixed(1)} %), medians of the first and the last ${window / 1000} s`);
  if (!(before > 0) || growth > MOST_GROWTH) problems.push(`${kind} has grown by ${(growth * 100).toFixed(1)} %`);
}

isOver = true;
controller.abort();
for (const source of [...live]) source.close();
if (live.size > 0) problems.push(`${live.size} sources have fired no close`);
const eventsAtClose = counts.events;
const { requests } = await asked();
let left;
for (const until = Date.now() + LINGERING; Date.now() < until; await sleep(250)) {
  const now = countOf(process.getActiveResourcesInfo());
  // The one that is counted is ours: this loop's.
  left = { ...(await asked()), timers: Math.max((now.Timeout ?? 0) - (resourcesBefore.Timeout ?? 0), 0), sockets: (now.TCPSocketWrap ?? 0) };
  if (left.unfinished === 0 && left.connections === 0 && left.timers === 0 && left.sockets === 0) break;
}
left.listeners = getEventListeners(controller.signal, 'abort').length;
console.log(`behind the closing: ${JSON.stringify(left)}`);
for (const kind of ['unfinished', 'connections', 'timers', 'sockets', 'listeners']) {
  if (left[kind] !== 0) problems.push(`behind the closing: ${left[kind]} ${kind}`);
}
if (left.requests !== requests) problems.push(`${left.requests - requests} requests behind the closing`);
if (counts.events !== eventsAtClose) problems.push(`${counts.events - eventsAtClose} events behind the closing`);
for (const kind of ['lost', 'twice', 'failed', 'afterClose']) {
  if (counts[kind] !== 0) problems.push(`${kind}: ${counts[kind]}`);
}
if (!(counts.events > count)) problems.push('hardly an event has come');
console.log(`${count} sources at once, ${minutes} minutes: ${JSON.stringify(counts)}, ${left.requests} requests`);
for (const problem of problems) console.log(`FAILED ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
server.disconnect();
process.send('over');
process.disconnect();
