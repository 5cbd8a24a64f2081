// The package as shipped: a large event in chunks of 1,400 bytes takes time in proportion to its bytes, and a line that never
// ends hits its limit with the wasm's memory bounded.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const pkg = resolve(process.env.PKG_DIR ?? resolve(import.meta.dirname, '../../pkg'));
const { EventStreamParser } = await import(pathToFileURL(resolve(pkg, 'esm/parser.js')));

const MIB = 1 << 20;
const CHUNK = 1400;
const MOST = 4.6;
const limits = { line: 128 * MIB, event: 128 * MIB, pending: 128 * MIB };

let passed = 0;
let failed = 0;
const check = (what, isTrue) => {
  console.log(`${isTrue ? 'ok' : 'FAILED'} - ${what}`);
  if (isTrue) passed++;
  else failed++;
};

/** CPU seconds to parse one event of `size` bytes. */
const cpuOf = (size) => {
  const bytes = new Uint8Array(size).fill(97);
  bytes.set(new TextEncoder().encode('data: '));
  bytes.fill(10, size - 2);
  let length = 0;
  const parser = new EventStreamParser({ limits, onEvent: ({ data }) => (length = data.length) });
  const start = process.cpuUsage();
  for (let at = 0; at < size; at += CHUNK) parser.feed(bytes.subarray(at, at + CHUNK));
  const { user, system } = process.cpuUsage(start);
  parser.free();
  if (length !== size - 8) throw new Error(`the event has ${length} characters`);
  return (user + system) / 1e6;
};

/** The name of the error that an event of `size` bytes in one line ends with, if it does. */
const errorOfOneLine = (size, limits) => {
  let error;
  const parser = new EventStreamParser({ limits, onError: (given) => (error = given) });
  parser.feed('data: ');
  parser.feed(new Uint8Array(size).fill(97));
  parser.feed('\n\n');
  parser.free();
  return error?.name;
};

/** What an endless line that begins so ends with, and by how many bytes the memory grows for it. */
const endless = (begin) => {
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  let error;
  const parser = new EventStreamParser({ limits: { line: MIB }, onError: (given) => (error = given) });
  const piece = new Uint8Array(CHUNK).fill(97);
  parser.feed(begin);
  for (let fed = 0; fed < 64 * MIB; fed += CHUNK) parser.feed(piece);
  const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().external - before;
  parser.free();
  return [error?.name, grown / MIB];
};

// First, while the memory is small.
for (const [begin, expected] of [[':', undefined], ['x', undefined], ['data: ', 'LineTooLong']]) {
  const [name, grown] = endless(begin);
  check(`an endless line that begins with ${JSON.stringify(begin)}: ${name}`, name === expected);
  check(`64 MiB of it made memory grow by ${grown.toFixed(1)} MiB`, grown < 8);
}

// The first run touches the memory; then the least of several, since other work on the machine only ever adds.
cpuOf(64 * MIB);
let small = Infinity;
let large = Infinity;
let ratio = Infinity;
for (let round = 0; round < 5 || (round < 20 && ratio > MOST); round++) {
  small = Math.min(small, cpuOf(16 * MIB));
  large = Math.min(large, cpuOf(64 * MIB));
  ratio = large / small;
}
check(`64 MiB take ${ratio.toFixed(2)} times the CPU of 16 MiB, at most ${MOST}`, ratio <= MOST);

// Where the caller lets an event be larger than the 64 MiB by default, its line may be longer too.
const larger = errorOfOneLine(65 * MIB, { event: 70 * MIB });
check(`an event of 65 MiB in one line, with limits.event of 70 MiB: ${larger}`, larger === undefined);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
