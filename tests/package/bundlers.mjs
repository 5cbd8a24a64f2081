// The packed tarball with every bundler: one event in Chromium, one copy of the wasm in what was built, and no client where only the parser is
// imported. `node tests/package/bundlers.mjs [part of a name]`
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { at, checkEvent, clientOf, execute, html, inChromium, pkg, project, runCases, tool } from './project.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(import.meta.url);
const wasm = readFileSync(path.join(pkg, 'eventsource_wasm_bg.wasm'));
/** A piece of the wasm, as a file of its own has it and as the entries carry it. */
const BYTES = wasm.subarray(wasm.length - 600, wasm.length - 560);
const DIGITS = Buffer.from(BYTES.toString('hex'));
/** What only the client says. */
const CLIENT = 'EventSource: a URL is needed';

const timesIn = (content, part) => {
  let times = 0;
  for (let index = content.indexOf(part); index >= 0; index = content.indexOf(part, index + 1)) times += 1;
  return times;
};

const look = (folder) => {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(m?js|wasm)$/.test(entry.name));
  const contents = names.map((entry) => readFileSync(path.join(entry.parentPath ?? entry.path, entry.name)));
  const count = (part) => contents.reduce((sum, content) => sum + timesIn(content, part), 0);
  return { copies: count(BYTES) + count(DIGITS), clients: count(CLIENT), bytes: contents.reduce((sum, { length }) => sum + length, 0) };
};

const checkCopies = ({ copies, clients, bytes }, expectedClients) => {
  if (copies !== 1) throw new Error(`${copies} copies of the wasm`);
  if (clients !== expectedClients) throw new Error(`the client is there ${clients} times`);
  return `1 wasm, ${bytes} bytes of files`;
};

const PARSER = `import { EventStreamParser } from 'eventsource-wasm/parser'
const parser = new EventStreamParser({ onEvent: (event) => console.log('PARSED ' + event.data) })
parser.feed('data: 你好😀\\n\\n')
`;

/** `build(root)` bundles index.html or main.js into `dist`; `page` is what the browser loads. */
const both = (build, page, files = {}) => async (name) => {
  const root = project(name, { 'main.js': clientOf(name), ...files });
  await build(root);
  const copies = checkCopies(look(path.join(root, 'dist')), 1);
  await inChromium(name, at(name, page));
  const parser = `${name}-parser`;
  const parserRoot = project(parser, { 'main.js': PARSER, ...files });
  await build(parserRoot);
  const parserCopies = checkCopies(look(path.join(parserRoot, 'dist')), 0);
  return `event; ${copies}; parser alone: ${parserCopies}, no client`;
};

const vite = (load) => both(async (root) => {
  const { build } = await load();
  await build({ root, base: './', configFile: false, logLevel: 'error' });
}, 'dist/index.html', { 'index.html': html('/main.js') });

const packed = (load) => both(async (root) => {
  const pack = await load();
  const stats = await promisify(pack)({ context: root, mode: 'production', entry: './main.js', output: { path: path.join(root, 'dist'), filename: 'out.js', publicPath: 'auto' }, performance: { hints: false } });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  if (errors.length + warnings.length > 0) throw new Error([...errors, ...warnings].map(({ message }) => message).join('\n'));
}, 'index.html', { 'index.html': html('dist/out.js', 'text/javascript') });

const cases = {
  'vite-5': vite(() => import('vite5')),
  'vite-6': vite(() => import('vite6')),
  'vite-7': vite(() => import('vite7')),
  'vite-8': vite(() => tool('vite')),
  'webpack-5': packed(async () => (await tool('webpack')).default),
  rspack: packed(async () => (await import('@rspack/core')).rspack),
  rollup: both(async (root) => {
    const { rollup } = await tool('rollup');
    const { default: nodeResolve } = await tool('@rollup/plugin-node-resolve');
    const bundle = await rollup({ input: path.join(root, 'main.js'), plugins: [nodeResolve({ browser: true })], onwarn: (warning) => { throw new Error(warning.message); } });
    await bundle.write({ dir: path.join(root, 'dist'), entryFileNames: 'out.js', format: 'es' });
  }, 'index.html', { 'index.html': html('dist/out.js') }),
  esbuild: both(async (root) => {
    const { build } = await tool('esbuild');
    const { warnings } = await build({ absWorkingDir: root, entryPoints: ['main.js'], bundle: true, splitting: true, format: 'esm', minify: true, outdir: 'dist', logLevel: 'silent' });
    if (warnings.length > 0) throw new Error(JSON.stringify(warnings));
  }, 'index.html', { 'index.html': html('dist/main.js') }),
  // Its resolver looks at `exports` where the project says so.
  parcel: both(async (root) => {
    const { bin } = require('parcel/package.json');
    const program = path.join(path.dirname(require.resolve('parcel/package.json')), typeof bin === 'string' ? bin : bin.parcel);
    await execute(process.execPath, [program, 'build', 'index.html', '--dist-dir', 'dist', '--public-url', './', '--no-cache', '--no-source-maps', '--no-autoinstall'], { cwd: root, timeout: 180_000 });
  }, 'dist/index.html', {
    'index.html': html('main.js'),
    'package.json': '{ "private": true, "type": "module", "@parcel/resolver-default": { "packageExports": true } }',
  }),
  next,
};

/** The app router: a client component, and a route on the server. Below this folder, so that it finds what is installed here. */
async function next(name) {
  const root = mkdtempSync(path.join(HERE, '.next-'));
  process.on('exit', () => rmSync(root, { recursive: true, force: true }));
  const seed = project(name, {});
  cpSync(path.join(seed, 'node_modules'), path.join(root, 'node_modules'), { recursive: true });
  const client = clientOf(name);
  const write = (file, text) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const [imports, ...body] = client.split('\n');
  write('package.json', '{ "private": true, "type": "module" }');
  write('next.config.mjs', `export default { turbopack: { root: ${JSON.stringify(HERE)} } }\n`);
  write('app/layout.jsx', 'export default ({ children }) => <html><body>{children}</body></html>\n');
  write('app/page.jsx', `import Client from './client'\nexport default () => <Client />\n`);
  write('app/client.jsx', `'use client'\nimport { useEffect } from 'react'\n${imports}\nexport default function Client() {\n  useEffect(() => {\n${body.join('\n')}\n    return () => source.close()\n  }, [])\n  return <p>client</p>\n}\n`);
  write('app/event/route.js', `${imports}\nexport const dynamic = 'force-dynamic'\nexport const GET = () => new Promise((resolve) => {\n  const console = { log: (line) => resolve(new Response(line)) }\n${body.join('\n')}\n})\n`);
  const bin = path.join(path.dirname(require.resolve('next/package.json')), 'dist/bin/next');
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  await execute(process.execPath, [bin, 'build'], { cwd: root, env, timeout: 300_000 }).catch(({ message, stdout, stderr }) => { throw new Error(`${message}\n${stdout}\n${stderr}`); });
  const copies = checkCopies(look(path.join(root, '.next/static')), 1);
  const child = spawn(process.execPath, [bin, 'start', '--hostname', '127.0.0.1', '--port', '0'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill());
  try {
    let origin;
    for await (const line of createInterface({ input: child.stdout })) {
      origin = /http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/.exec(line);
      if (origin) break;
    }
    const url = `http://127.0.0.1:${origin[1]}`;
    await inChromium(name, url);
    const said = await (await fetch(`${url}/event`)).text();
    checkEvent(name, said.split('\n'), 'wasm');
  } finally {
    child.kill();
  }
  return `event on the client and on the server; client: ${copies}`;
}

await runCases(cases);
