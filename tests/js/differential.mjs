// Random streams, malformed bytes included, cut at random: the wasm parser against TextDecoder and the oracle.
// `node tests/js/differential.mjs [--streams 200000] [--seed 1]`
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { interpret } from './oracle.mjs';
import { ROOT } from './sse-server.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const STREAMS = option('streams', 20_000);
const SEED = option('seed', 20_260_701);

const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const { EventStreamParser, init } = await import(pathToFileURL(path.join(pkg, 'esm/parser.js')));
await init();

/** SplitMix32: small, seeded, the same everywhere. */
const randomOf = (seed) => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return (bits ^ (bits >>> 15)) >>> 0;
  };
  const below = (bound) => next() % bound;
  return { next, below, pick: (choices) => choices[below(choices.length)] };
};

const utf8 = (text) => Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
const ENDS_OF_LINE = ['\n', '\n', '\r\n', '\r', '\n\n', '\r\n\r\n', '\r\r', '\n\r', ''];
const NAMES = ['data', 'data', 'data', 'event', 'id', 'retry', '', 'foo', 'Data', 'dat', 'data ', '\xef\xbb\xbfdata', 'data\0'];
const SEPARATORS = [': ', ': ', ':', '', ':  ', '::', ' '];
const VALUES = [
  '', 'a', 'hello world', '12', '007', '4294967296', '99999999999999999999999', '1x', utf8('你好'), utf8('😀'), utf8('é'),
  '\0', 'a\0b', '\xef\xbb\xbf', '\xef\xbf\xbd', '\xc3', '\xe4\xbd', '\xf0\x9f\x98', '\xf0\x9f', '\x80', '\xc0\xaf', '\xed\xa0\x80',
  '\xf4\x90\x80\x80', '\xe0\x80', '\xf0\x80', '\xff', ' ', '\t', ':',
];

/** One character is one byte. */
const streamOf = ({ next, below, pick }) => {
  let stream = '\xef\xbb\xbf'.repeat(pick([0, 0, 0, 1, 1, 2]));
  if (below(16) === 0) stream = stream.slice(0, below(3));
  for (let lines = below(pick([2, 8, 24, 150])); lines > 0; lines--) {
    const kind = below(12);
    if (kind === 0) {
      for (let count = below(8); count > 0; count--) stream += String.fromCharCode(next() & 255);
    } else if (kind === 1) {
      stream += `data:${pick(VALUES).repeat(below(60))}`;
    } else if (kind === 2) {
      const number = below(60);
      stream += `event: ${'t'.repeat(pick([0, 1, 63, 64, 65, 200]))}${number}\ndata: ${number}\n\n`;
    } else {
      stream += pick(NAMES) + pick(SEPARATORS);
      for (let count = below(4); count > 0; count--) stream += pick(VALUES);
    }
    stream += pick(ENDS_OF_LINE);
    if (below(3) === 0) stream += pick(ENDS_OF_LINE);
  }
  return stream;
};

const cut = (bytes, { below, pick }) => {
  const longest = pick([1, 2, 3, 8, 40, 4096]);
  const chunks = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + below(longest + 1));
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
};

const bare = ({ type, data, lastEventId }) => ({ type, data, lastEventId });

const byCallbacks = (chunks, { limits, utf8, comments = true }) => {
  const found = { events: [], lastEventId: '', retry: [], comments: [], error: undefined };
  const parser = new EventStreamParser({
    onEvent: (event) => found.events.push(bare(event)),
    onRetry: (time) => found.retry.push(time),
    onComment: comments ? (text) => found.comments.push(text) : undefined,
    onError: ({ name }) => { found.error = name; },
    limits, utf8,
  });
  for (const chunk of chunks) parser.feed(chunk);
  parser.end();
  found.lastEventId = parser.lastEventId;
  parser.free();
  return found;
};

const byBatches = (chunks, { limits, utf8, comments = true }) => {
  const parser = new EventStreamParser({ limits, utf8, onError: () => {}, onComment: comments ? () => {} : undefined });
  const events = chunks.flatMap((chunk) => parser.feedBatch(chunk)).map(bare);
  parser.free();
  return events;
};

/** What differs, or nothing. Both are plain and in one order of keys, so their JSON tells. */
const difference = (stream, settings, chunksOf) => {
  const bytes = Uint8Array.from(stream, (character) => character.charCodeAt(0));
  const { events, lastEventId, retry, comments, error } = interpret(bytes, settings);
  const expected = JSON.stringify({ events, lastEventId, retry, comments, error });
  try {
    const chunks = chunksOf(bytes);
    const found = JSON.stringify(byCallbacks(chunks, settings));
    if (found !== expected) return { expected, found };
    const batches = JSON.stringify(byBatches(chunks, settings));
    const expectedEvents = JSON.stringify(events);
    if (batches !== expectedEvents) return { expected: expectedEvents, found: batches };
  } catch (thrown) {
    return { expected, found: String(thrown?.stack ?? thrown) };
  }
  return undefined;
};

/** Takes pieces away for as long as the difference stays, with chunks of one byte if these show it too. */
const shrink = (stream, settings, chunksOf) => {
  const single = (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
  const whole = (bytes) => [bytes];
  const shape = [whole, single].find((candidate) => difference(stream, settings, candidate)) ?? chunksOf;
  for (let size = stream.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= stream.length; ) {
      const shorter = stream.slice(0, at) + stream.slice(at + size);
      if (difference(shorter, settings, shape)) stream = shorter;
      else at += size;
    }
  }
  return { stream, shape: shape === whole ? 'whole' : shape === single ? 'byte by byte' : 'cut as before' };
};

let differences = 0;
let bytesInAll = 0;
const start = Date.now();
for (let number = 0; number < STREAMS; number++) {
  const seed = Math.imul(SEED, 0x10000001) + Math.imul(number, 0x9e3779b1);
  const random = randomOf(seed);
  const stream = streamOf(random);
  // Limits whose outcome does not depend on the chunks are met by some of the streams.
  const settings = [{ limits: { line: 1 + random.below(60) } }, { limits: { event: 1 + random.below(60) } }, { utf8: 'fatal' }][random.below(8)] ?? {};
  settings.comments = random.below(2) === 0;
  const cutSeed = random.next();
  const chunksOf = (bytes) => cut(bytes, randomOf(cutSeed));
  bytesInAll += stream.length;
  if (!difference(stream, settings, chunksOf)) continue;
  differences += 1;
  if (differences > 5) continue;
  const smallest = shrink(stream, settings, chunksOf);
  const ascii = JSON.stringify(smallest.stream).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const chunks = smallest.shape === 'whole' ? (bytes) => [bytes] : smallest.shape === 'byte by byte' ? (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)) : chunksOf;
  const { expected, found } = difference(smallest.stream, settings, chunks);
  console.log(`DIFFERENCE in stream ${number} (${smallest.shape}): ${`{ "bytes": ${ascii}, ${JSON.stringify(settings).slice(1)}`.replace(', }', ' }')}\n  expected ${expected}\n  found    ${found}`);
}
console.log(`${STREAMS} streams, ${bytesInAll} bytes, seed ${SEED}, ${((Date.now() - start) / 1000).toFixed(1)} s: ${differences} differences`);
console.log(`${differences === 0 ? STREAMS : STREAMS - differences} passed, ${differences} failed`);
process.exit(differences === 0 ? 0 : 1);
