// Counted work against the budgets of counted-budget.json: numbers that no busy machine moves.
// `node tests/bench/counted.mjs [--filter part of a case] [--write] [--no-core] [--names]`; --write makes what is counted the budget, --names
// says which functions were called across the boundary. A chunk of 16 KiB holds dozens of events: what is done per event in place of
// per chunk shows there.
import { execFileSync } from 'node:child_process';
import { createHook } from 'node:async_hooks';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { cases, chunksOf } from './workloads.mjs';

const { values: options } = parseArgs({ options: { filter: { type: 'string', default: '' }, write: { type: 'boolean' }, names: { type: 'boolean' }, 'no-core': { type: 'boolean' } } });
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const pkg = path.resolve(process.env.PKG_DIR ?? here('../../pkg'));
const BUDGET = here('counted-budget.json');

const NOTHING = { callsIn: 0, callsOut: 0, copied: 0, decodes: 0, charCodes: 0, views: 0, promises: 0 };
let counts = { ...NOTHING };
let memory;
/** Of the functions that cross. */
let names = {};

/** Before the package is imported: it keeps some of these. */
function wrapHost() {
  const counted = (owner, name, key) => {
    const original = owner[name];
    if (typeof original !== 'function') return;
    owner[name] = function (...given) {
      counts[key]++;
      return Reflect.apply(original, this, given);
    };
  };
  counted(TextDecoder.prototype, 'decode', 'decodes');
  for (const encoding of ['ascii', 'latin1', 'utf8', 'ucs2']) counted(Buffer.prototype, `${encoding}Slice`, 'decodes');
  counted(Buffer.prototype, 'toString', 'decodes');
  counted(String, 'fromCharCode', 'charCodes');

  const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
  counted(typedArray, 'subarray', 'views');
  const isInside = (view) => memory !== undefined && view.buffer === memory.buffer;
  const { set } = typedArray;
  typedArray.set = function (source, at) {
    if (isInside(this)) counts.copied += source.length * this.BYTES_PER_ELEMENT;
    return set.call(this, source, at);
  };
  const { encodeInto } = TextEncoder.prototype;
  TextEncoder.prototype.encodeInto = function (text, view) {
    const result = encodeInto.call(this, text, view);
    if (isInside(view)) counts.copied += result.written;
    return result;
  };

  const each = (functions, key) => Object.fromEntries(Object.entries(functions).map(([name, value]) => [name, typeof value !== 'function' ? value : (...given) => {
    counts[key]++;
    if (options.names) names[name] = (names[name] ?? 0) + 1;
    return value(...given);
  }]));
  const wrapImports = (imports) => Object.fromEntries(Object.entries(imports).map(([name, functions]) => [name, each(functions, 'callsOut')]));
  const wrap = ({ exports }) => {
    memory = exports.memory;
    return { exports: each(exports, 'callsIn') };
  };
  const { Instance, instantiate } = WebAssembly;
  WebAssembly.Instance = function (module, imports) {
    return wrap(new Instance(module, wrapImports(imports)));
  };
  WebAssembly.instantiate = async (source, imports) => {
    const made = await instantiate(source, wrapImports(imports));
    return made instanceof Instance ? wrap(made) : { ...made, instance: wrap(made.instance) };
  };
}

wrapHost();
createHook({ init: (_, type) => { if (type === 'PROMISE') counts.promises++; } }).enable();
const { EventStreamParser } = await import(pathToFileURL(path.join(pkg, 'esm/parser.js')));
const { EventSource } = await import(pathToFileURL(path.join(pkg, 'esm/index.js')));

/** Counts from a state in which all has been seen once; gives back what was counted, and by how much the memory grew. */
const counter = () => {
  const size = memory.buffer.byteLength;
  counts = { ...NOTHING };
  names = {};
  return () => ({ ...counts, names, grown: memory.buffer.byteLength - size });
};

const parserDriver = (feedAll) => (chunks) => {
  let events = 0;
  const parser = new EventStreamParser({ onEvent: () => events++ });
  feedAll(parser, chunks, () => events++);
  events = 0;
  const stop = counter();
  feedAll(parser, chunks, () => events++);
  const counted = stop();
  parser.free();
  return { ...counted, events };
};

/** `bodyOf(next)`: a response's body that gives the chunks which `next` gives, until undefined. */
const sourceDriver = (bodyOf) => (chunks) => new Promise((resolve, reject) => {
  let at = 0;
  let events = 0;
  let before = 0;
  let stop;
  let counted;
  const next = () => {
    // A chunk is asked for before the one before it is handled, here and there.
    if (at === chunks.length) {
      before = events;
      stop = counter();
    }
    if (at === 2 * chunks.length) {
      counted = { ...stop(), events: events - before };
      return undefined;
    }
    return chunks[at++ % chunks.length];
  };
  const source = new EventSource('http://localhost/', { fetch: async () => bodyOf(next), reconnect: false });
  for (const type of ['message', 'content_block_delta', 'ping']) source.addEventListener(type, () => events++);
  source.onerror = ({ message }) => reject(new Error(message));
  source.onclose = () => resolve(counted);
});

const headers = { 'Content-Type': 'text/event-stream' };
const DRIVERS = {
  'EventStreamParser.feed': parserDriver((parser, chunks) => {
    for (const chunk of chunks) parser.feed(chunk);
  }),
  'EventStreamParser.feedBatch': parserDriver((parser, chunks, onEvent) => {
    for (const chunk of chunks) parser.feedBatch(chunk).forEach(onEvent);
  }),
  'EventSource over a Response': sourceDriver((next) => new Response(new ReadableStream({
    pull(controller) {
      const chunk = next();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  }, { highWaterMark: 0 }), { headers })),
  // Makes one promise per chunk itself; what a ReadableStream makes depends on the host.
  'EventSource over a reader': sourceDriver((next) => ({
    status: 200,
    url: 'http://localhost/',
    headers: new Headers(headers),
    body: {
      getReader: () => ({
        read: () => {
          const value = next();
          return Promise.resolve({ done: !value, value });
        },
        cancel: async () => {},
        releaseLock() {},
      }),
      cancel: async () => {},
    },
  })),
};
const WORKLOADS = ['openai/event', 'openai/16384', 'openai/fragments', 'anthropic/16384', 'tiny/event', 'tiny/16384', 'ids/event', 'ids/16384', 'comments/16384', 'crlf/16384', 'cjk-json/16384', '64k/1400'];

const rounded = (number) => Math.ceil(number * 1000 - 1e-6) / 1000;

/** Per chunk; `copied` per byte that was fed, `grown` as it is. */
function shown(driver, { callsIn, callsOut, copied, decodes, charCodes, views, promises, grown }, chunks) {
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  const perChunk = { callsIn, callsOut, decodes, charCodes, views };
  if (driver.endsWith('a reader')) perChunk.promises = promises;
  return { ...Object.fromEntries(Object.entries(perChunk).map(([key, count]) => [key, rounded(count / chunks.length)])), copiedPerByte: rounded(copied / bytes), grown };
}

const budget = (() => {
  try {
    return JSON.parse(readFileSync(BUDGET, 'utf8'));
  } catch {
    return {};
  }
})();
const tooMuch = [];
const lower = [];
/** `slack`: how much more, in parts, is let pass. */
function check(section, name, found, slack = 0) {
  const allowed = budget[section]?.[name];
  console.log(`${section}, ${name}: ${Object.entries(found).map(([key, count]) => `${key} ${count}`).join(', ')}`);
  if (options.write) (budget[section] ??= {})[name] = { ...allowed, ...found };
  else if (!allowed) tooMuch.push(`${section}, ${name} has no budget`);
  else {
    for (const [key, count] of Object.entries(found)) {
      const line = `${section}, ${name}: ${key} is ${count}, the budget ${allowed[key]}`;
      // Also what has no budget.
      if (!(count <= allowed[key] * (1 + slack))) tooMuch.push(line);
      else if (count < allowed[key] * (1 - slack)) lower.push(line);
    }
  }
}

for (const [driver, run] of Object.entries(DRIVERS)) {
  for (const id of WORKLOADS.filter((one) => one.includes(options.filter))) {
    const chunks = chunksOf(cases.find((one) => one.id === id) ?? { workload: id.split('/')[0], cut: id.split('/')[1] });
    // The first time, the engine is made and its memory grows.
    await run(chunks);
    const counted = await run(chunks);
    if (!(counted.events > 0)) tooMuch.push(`${driver}, ${id}: no events came`);
    check(driver, id, shown(driver, counted, chunks));
    if (options.names) console.log(Object.entries(counted.names).map(([name, count]) => `    ${name} ${rounded(count / chunks.length)}`).join('\n'));
  }
}

/** The engine in Rust, by itself: allocations, and instructions where there is valgrind. */
function countCore() {
  const manifest = here('counted-core/Cargo.toml');
  const cargo = process.env.CARGO ?? 'cargo';
  const build = execFileSync(cargo, ['build', '--release', '--locked', '--quiet', '--message-format=json', '--manifest-path', manifest], { env: { ...process.env, CARGO_TARGET_DIR: process.env.CARGO_TARGET_DIR ?? here('../../target') }, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] });
  const { executable } = build.split('\n').filter(Boolean).map((line) => JSON.parse(line)).find((message) => message.executable);
  const names = JSON.parse(execFileSync(executable, ['list'], { encoding: 'utf8' }));
  let valgrind;
  try {
    valgrind = execFileSync('valgrind', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    console.log('instructions: skipped, valgrind is not installed');
  }
  for (const name of names) {
    const { allocations } = JSON.parse(execFileSync(executable, [name], { encoding: 'utf8' }));
    check('core', name, { allocations });
    if (!valgrind) continue;
    try {
      const instructions = instructionsOf(executable, name);
      // Another architecture has other instructions; another libc another memcpy.
      check(`instructions, ${process.arch}`, name, instructions, 0.05);
    } catch (error) {
      console.log(`instructions, ${name}: skipped, ${valgrind} says: ${String(error.stderr ?? error).trim().split('\n').at(-1)}`);
    }
  }
}

function instructionsOf(executable, name) {
  const run = (passes) => {
    const script = ['--tool=callgrind', '--callgrind-out-file=/dev/null', executable, name, String(passes)];
    // callgrind reports on stderr, which execFileSync gives back only of what fails.
    const text = execFileSync('sh', ['-c', 'exec valgrind "$@" 2>&1', 'sh', ...script], { encoding: 'utf8' });
    return { count: Number(/Collected : (\d+)/.exec(text)[1]), bytes: JSON.parse(/^\{.*\}$/m.exec(text)[0]).bytes };
  };
  const one = run(1);
  const three = run(3);
  // What starting and the first pass take is in both.
  return { perByte: rounded((three.count - one.count) / (2 * three.bytes)) };
}

if (!options['no-core'] && !options.filter) countCore();

if (options.write) {
  const sections = Object.entries(budget).map(([section, entries]) => `  ${JSON.stringify(section)}: {\n${Object.entries(entries).map(([name, numbers]) => `    ${JSON.stringify(name)}: ${JSON.stringify(numbers).replaceAll(/([:,])/g, '$1 ')}`).join(',\n')}\n  }`);
  writeFileSync(BUDGET, `{\n${sections.join(',\n')}\n}\n`);
}
if (lower.length > 0) console.log(`\nless than the budget (--write takes it):\n${lower.join('\n')}`);
for (const line of tooMuch) console.log(`FAILED ${line}`);
console.log(`${tooMuch.length} over budget`);
process.exit(tooMuch.length === 0 ? 0 : 1);
