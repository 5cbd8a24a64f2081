// What is kept and what is needed: `node tests/bench/memory.mjs [--quick]`. Each scenario runs in a Node of its own, with the garbage
// collected before each look; it is bytes, which no busy machine moves by more than a percent or two.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chunksOf } from './workloads.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const pkg = path.resolve(process.env.PKG_DIR ?? here('../../pkg'));
const MIB = 1 << 20;
const LIMITS = { line: 128 * MIB, event: 128 * MIB, pending: 128 * MIB };

let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  ({ memory } = instance.exports);
  return instance;
};
const wasmBytes = () => memory?.buffer.byteLength ?? 0;

/** `(onData) => ({ feed, end })` */
const parsers = {
  async 'eventsource-wasm'() {
    const { EventStreamParser } = await import(pathToFileURL(path.join(pkg, 'esm/parser.js')));
    return (onData) => {
      const parser = new EventStreamParser({ limits: LIMITS, onEvent: ({ data }) => onData(data) });
      return { feed: (chunk) => parser.feed(chunk), end: () => parser.free() };
    };
  },
  async 'eventsource-parser'() {
    const { createParser } = await import(pathToFileURL(createRequire(import.meta.url).resolve('eventsource-parser')));
    return (onData) => {
      const decoder = new TextDecoder();
      const parser = createParser({ onEvent: ({ data }) => onData(data) });
      return { feed: (chunk) => parser.feed(decoder.decode(chunk, { stream: true })), end() {} };
    };
  },
};

const used = () => {
  global.gc();
  global.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const scenarios = {
  /** Bytes retained per event that is kept, of which there is one in `every`; its own characters are `characters`. */
  async kept(name, workload, cut, every) {
    const make = await parsers[name]();
    const chunks = chunksOf({ workload, cut });
    const passes = every === 1 ? 16 : 64;
    const keep = [];
    let seen = 0;
    const parser = make((data) => {
      if (seen++ % every === 0) keep.push(data);
    });
    for (let pass = 0; pass < passes; pass++) for (const chunk of chunks) parser.feed(chunk);
    const count = keep.length;
    const characters = Math.round(keep.reduce((sum, { length }) => sum + length, 0) / count);
    // What letting them go gives back: what else the engine keeps is not the events'.
    const whole = used();
    keep.length = 0;
    const perEvent = Math.round((whole - used()) / count);
    parser.end();
    return { perEvent, characters, kept: count, seen };
  },

  /** The most while one event of `size` bytes arrives; the chunk's buffer is the same each time. */
  async peak(name, size, cut) {
    const make = await parsers[name]();
    let length = 0;
    const parser = make((data) => {
      // Read, as who is given it would.
      length = data.length + data.charCodeAt(data.length >> 1) - 120;
    });
    const chunk = new Uint8Array(cut).fill(120);
    const encode = (text) => new TextEncoder().encode(text);
    for (let count = 0; count < 100; count++) parser.feed(encode(`data: ${'x'.repeat(1000)}\n\n`));
    global.gc();
    const { rss } = process.memoryUsage();
    const wasmBefore = wasmBytes();
    parser.feed(encode('data: '));
    for (let at = 0; at < size; at += cut) parser.feed(chunk.subarray(0, Math.min(cut, size - at)));
    const wasmWhole = wasmBytes();
    parser.feed(encode('\n\n'));
    const { VmHWM = 0 } = Object.fromEntries([...readFileSync('/proc/self/status', 'utf8').matchAll(/^(VmHWM):\s+(\d+)/gm)].map(([, key, kib]) => [key, Number(kib) * 1024]));
    if (length !== size) throw new Error(`${name}: ${length} characters came`);
    const times = (bytes) => Number((bytes / size).toFixed(2));
    return { peakTimesTheEvent: times(VmHWM - rss), wasmTimesTheEvent: times(wasmWhole - wasmBefore), wasmInTheEnd: times(wasmBytes() - wasmBefore) };
  },

  /** The wasm memory in MiB from burst to burst: of one parser, then of one that follows it, then of those that are alive at once. */
  async burst(name, size) {
    const make = await parsers[name]();
    const chunk = new Uint8Array(16384).fill(120);
    const head = new TextEncoder().encode('data: ');
    const tail = new TextEncoder().encode('\n\n');
    const feed = (parser, bytes = size) => {
      parser.feed(head);
      for (let at = 0; at < bytes; at += chunk.length) parser.feed(chunk);
      parser.feed(tail);
    };
    const mib = () => Number((wasmBytes() / MIB).toFixed(1));
    const parser = make(() => {});
    const start = mib();
    feed(parser);
    const one = mib();
    for (let count = 0; count < 5; count++) feed(parser);
    const six = mib();
    // Room for a small one beside what the large one keeps.
    const other = make(() => {});
    feed(other, MIB);
    const beside = mib();
    parser.end();
    other.end();
    for (let count = 0; count < 5; count++) {
      const next = make(() => {});
      feed(next);
      next.end();
    }
    return { start, afterOne: one, afterSix: six, withAnotherOf1MiB: beside, afterFiveMoreParsers: mib() };
  },

  /** Of wasm memory, per parser that is alive and has been fed a little. */
  async idle(name) {
    const make = await parsers[name]();
    const [event] = chunksOf({ workload: 'openai', cut: 'event' });
    make(() => {});
    const wasm = wasmBytes();
    const count = 1000;
    let alive = Array.from({ length: count }, () => make(() => {}));
    for (const parser of alive) parser.feed(event);
    const whole = used();
    for (const parser of alive) parser.end();
    alive = undefined;
    return { heap: Math.round((whole - used()) / count), wasm: Math.round((wasmBytes() - wasm) / count) };
  },
};

if (process.argv[2] === '--run') {
  const [scenario, ...given] = JSON.parse(process.argv[3]);
  console.log(JSON.stringify(await scenarios[scenario](...given)));
  process.exit();
}

const isQuick = process.argv.includes('--quick');
const run = (...given) => JSON.parse(execFileSync(process.execPath, ['--expose-gc', '--max-old-space-size=4096', fileURLToPath(import.meta.url), '--run', JSON.stringify(given)], { encoding: 'utf8' }));
const say = (found) => Object.entries(found).map(([key, value]) => `${key} ${value}`).join(', ');
console.log(`Node ${process.versions.node}`);
for (const [workload, cut] of [['openai', 'event'], ['openai', '1400'], ['openai', '16384'], ['openai', '65536'], ['tiny', '16384'], ['cjk-json', '16384']]) {
  for (const every of [1, 100]) {
    for (const name of Object.keys(parsers)) console.log(`kept, ${workload}/${cut}, 1 in ${every}, ${name}: ${say(run('kept', name, workload, cut, every))}`);
  }
}
const size = (isQuick ? 16 : 64) * MIB;
for (const cut of isQuick ? [16384] : [1400, 16384]) {
  for (const name of Object.keys(parsers)) console.log(`an event of ${size / MIB} MiB in chunks of ${cut}, ${name}: ${say(run('peak', name, size, cut))}`);
}
console.log(`bursts of ${size / MIB} MiB, wasm memory in MiB: ${say(run('burst', 'eventsource-wasm', size))}`);
for (const name of Object.keys(parsers)) console.log(`1,000 parsers alive, bytes each, ${name}: ${say(run('idle', name))}`);
