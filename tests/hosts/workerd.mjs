// The suite in Cloudflare's workerd: `node tests/hosts/workerd.mjs [part of a name]`
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { report } from '../js/harness.mjs';
import { ROOT, startServer } from '../js/sse-server.mjs';
import { readVectors } from '../js/vectors.mjs';
import { programOf, versionOf } from './programs.mjs';

const program = programOf('workerd');
const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const folder = mkdtempSync(path.join(tmpdir(), 'eventsource-wasm-workerd-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const filesOf = (from, to, pattern) => readdirSync(from).filter((name) => pattern.test(name)).map((name) => {
  cpSync(path.join(from, name), path.join(folder, to, name));
  return `${to}/${name}`;
});
const scripts = [
  ...filesOf(path.join(pkg, 'esm'), 'pkg/esm', /\.js$/),
  ...filesOf(path.join(ROOT, 'tests/js'), 'tests/js', /^(harness|suite|drop-ins|engine|event-source|event-stream-parser|native|polyfill|request-task|oracle|service-workers)\.mjs$/),
  ...filesOf(path.join(ROOT, 'tests/hosts'), 'tests/hosts', /^in-workerd\.mjs$/),
];
filesOf(path.join(ROOT, 'tests/hosts'), 'tests/hosts', /^workerd-\w+\.mjs$/);
filesOf(pkg, 'pkg', /\.wasm$/);

const places = { index: 'its own engine', slim: 'slim with a compiled module' };
const service = (name) => {
  const modules = [`tests/hosts/workerd-${name}.mjs`, ...scripts].map((file) => `(name = "${file}", esModule = embed "${file}")`);
  if (name === 'slim') modules.push('(name = "pkg/eventsource_wasm_bg.wasm", wasm = embed "pkg/eventsource_wasm_bg.wasm")');
  return `(name = "${name}", worker = (compatibilityDate = "2026-08-01", modules = [${modules.join(', ')}]))`;
};
const names = Object.keys(places);
writeFileSync(path.join(folder, 'config.capnp'), `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${names.map(service).join(', ')}, (name = "internet", network = (allow = ["private", "local"]))],
  sockets = [${names.map((name) => `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")`).join(', ')}],
);
`);

const server = await startServer(pkg);
const child = spawn(program, ['serve', '--control-fd=3', 'config.capnp'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
process.on('exit', () => child.kill());
const ports = {};
for await (const line of createInterface({ input: child.stdio[3] })) {
  const { event, socket, port } = JSON.parse(line);
  if (event === 'listen') ports[socket] = port;
  if (Object.keys(ports).length === names.length) break;
}

const LACKS = { eventTarget: true, headerBytes: true, redirectError: true, refusals: ['{"mode":"bogus"}', '{"credentials":"bogus"}', '{"mode":"navigate"}'] };
const total = { passed: 0, failed: 0 };
for (const [name, what] of Object.entries(places)) {
  const label = `workerd ${versionOf('workerd')}, ${what}`;
  const settings = { name: `workerd-${name}`, server: server.origin, second: server.second, vectors: readVectors(), filter: process.argv[2], lacks: LACKS };
  try {
    const response = await fetch(`http://127.0.0.1:${ports[name]}/`, { method: 'POST', body: JSON.stringify(settings) });
    const { results, error } = await response.json();
    if (error) throw new Error(error);
    const { passed, failed } = report(results, label);
    total.passed += passed;
    total.failed += failed;
  } catch (error) {
    console.log(`FAILED [${label}] ${error.stack ?? error}`);
    total.failed += 1;
  }
}
server.stop();
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
