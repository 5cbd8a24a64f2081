// The suite in Node: `PKG_DIR=pkg node tests/js/run-node.mjs [part of a name]`, three times: with what Node has; with the package
// imported where there is no DOM, no TextDecoder and no TextEncoder, so that its own take their place; and where there is no WebAssembly,
// so that its engine runs as JavaScript, from the CommonJS files. Deno and Bun run it, too.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { assert, report, run } from './harness.mjs';
import { ROOT, startServer } from './sse-server.mjs';
import { suite } from './suite.mjs';
import { readVectors } from './vectors.mjs';

const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const load = (folder, file) => import(pathToFileURL(path.join(folder, file)));
const loadAll = async (folder, engine = 'wasm', format = 'esm') => {
  const { EventSource, ErrorEvent, FatalError } = await load(folder, `${format}/index.js`);
  const { EventStreamParser, init, ...parser } = await load(folder, `${format}/parser.js`);
  const native = globalThis.EventSource;
  const polyfill = { module: await load(folder, `${format}/polyfill.js`), native, installed: globalThis.EventSource };
  // The next folder's is to find what this one has found.
  if (native === undefined) delete globalThis.EventSource;
  const others = ['fetch-event-source', 'fetch-event-source-parse'].map((name) => load(folder, `${format}/${name}.js`));
  if (engine === 'js') assert.throws(() => new EventStreamParser(), 'Error', /await init\(\)/);
  await init();
  assert.equal(EventSource.engine, engine);
  return { EventSource, ErrorEvent, FatalError, EventStreamParser, polyfill, dropIns: Object.assign({}, parser, ...(await Promise.all(others))) };
};

/** What is loaded while these globals are missing. */
const loadWithout = async (names, ...how) => {
  const taken = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  // Another folder, so that the modules are evaluated again.
  const copy = mkdtempSync(path.join(tmpdir(), 'eventsource-wasm-'));
  cpSync(pkg, copy, { recursive: true });
  for (const name of names) delete globalThis[name];
  try {
    const classes = await loadAll(copy, ...how);
    // The package looks at the host's classes when its own are first used.
    new classes.ErrorEvent('error');
    return classes;
  } finally {
    for (const [name, descriptor] of taken) Object.defineProperty(globalThis, name, descriptor);
    rmSync(copy, { recursive: true });
  }
};

const server = await startServer(pkg);
const { node: nodeVersion, deno, bun } = process.versions;
const host = {
  name: 'node',
  lacks: bun ? { typeOfText: true, refusals: ['{"credentials":"bogus"}', '{"mode":"navigate"}'] } : {},
  isBrowser: false,
  vectors: readVectors(),
  onUncaught: (callback) => {
    process.on('uncaughtException', callback);
    process.on('unhandledRejection', callback);
  },
};
const runWith = async (classes, name, dom) => {
  const given = { ...classes, server: server.origin, second: server.second, host: { ...host, name: name.replaceAll(/\W/g, '-'), dom } };
  return report(await run(suite, given, { parallel: 8, filter: process.argv[2] }), name);
};
const node = bun ? `bun ${bun}` : deno ? `deno ${deno}` : `node ${nodeVersion}`;
const bare = await loadWithout(['Event', 'EventTarget', 'MessageEvent', 'TextDecoder', 'TextEncoder']);
const script = await loadWithout(['WebAssembly'], 'js', 'cjs');
const [Event, EventTarget] = [Object.getPrototypeOf(bare.ErrorEvent), Object.getPrototypeOf(bare.EventSource)];
if (Event === globalThis.Event || EventTarget === globalThis.EventTarget) throw new Error("the package uses the host's DOM");
const reports = [
  await runWith(await loadAll(pkg), node),
  await runWith(bare, `${node} without DOM and text codecs`, { Event, EventTarget, MessageEvent: Event }),
  await runWith(script, `${node} without WebAssembly`),
];
server.stop();
const [passed, failed] = ['passed', 'failed'].map((key) => reports.reduce((sum, report) => sum + report[key], 0));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
