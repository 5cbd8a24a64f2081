// The suite in Node: `PKG_DIR=pkg node tests/js/run-node.mjs [part of a name]`
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { report, run } from './harness.mjs';
import { ROOT, startServer } from './sse-server.mjs';
import { suite } from './suite.mjs';
import { readVectors } from './vectors.mjs';

const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const load = (file) => import(pathToFileURL(path.join(pkg, file)));
const { EventSource, ErrorEvent } = await load('esm/index.js');
const { EventStreamParser, init } = await load('esm/parser.js');
await init();

const server = await startServer(pkg);
const host = {
  name: 'node',
  isBrowser: false,
  vectors: readVectors(),
  onUncaught: (callback) => {
    process.on('uncaughtException', callback);
    process.on('unhandledRejection', callback);
  },
};
const results = await run(suite, { EventSource, ErrorEvent, EventStreamParser, server: server.origin, second: server.second, host }, { parallel: 8, filter: process.argv[2] });
server.stop();
const { passed, failed } = report(results, `node ${process.versions.node}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
