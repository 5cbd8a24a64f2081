// The packed tarball in fresh projects, as strangers would have them: each must print one event of a POST with headers.
// `node tests/package/run.mjs [part of a name]`
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { launchChromium } from '../js/chromium.mjs';
import { ROOT, startServer } from '../js/sse-server.mjs';

// The bundlers are pinned and installed once, in tests/js.
const toolsRequire = createRequire(new URL('../js/package.json', import.meta.url));
const tool = (name) => import(pathToFileURL(toolsRequire.resolve(name)));
const execute = promisify(execFile);
const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const folder = mkdtempSync(path.join(os.tmpdir(), 'eventsource-wasm-package-'));
const projects = path.join(folder, 'projects');
mkdirSync(projects);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// The package as it would be published, unpacked by npm into one project; the others get a copy of that.
const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder, pkg], { cwd: folder });
const packed = JSON.parse(stdout);
const [{ filename, files }] = Array.isArray(packed) ? packed : Object.values(packed);
const seed = path.join(folder, 'seed');
mkdirSync(seed);
writeFileSync(path.join(seed, 'package.json'), '{ "private": true }');
await execute('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', path.join(folder, filename)], { cwd: seed });

const server = await startServer(pkg, { '/projects': projects });
let browser;

const clientOf = (name, entry = 'eventsource-wasm') => `import { EventSource } from '${entry}'
const source = new EventSource('${server.origin}/echo?end=hang', {
  method: 'POST',
  headers: { 'X-Project': '${name}' },
  body: JSON.stringify({ say: '你好😀' }),
})
source.onmessage = (event) => {
  console.log('EVENT ' + JSON.stringify({ ...JSON.parse(event.data), engine: EventSource.engine }))
  source.close()
}
source.onerror = (event) => console.log('ERROR ' + event.message)
`;
const requiring = (client) => client.replace(/import (.*) from ('.*')/, 'const $1 = require($2)');

/** A project with the package installed, its files written. */
const project = (name, files) => {
  const root = path.join(projects, name);
  cpSync(path.join(seed, 'node_modules'), path.join(root, 'node_modules'), { recursive: true });
  for (const [file, text] of Object.entries({ 'package.json': '{ "private": true, "type": "module" }', ...files })) {
    writeFileSync(path.join(root, file), text);
  }
  return root;
};

const checkEvent = (name, lines, expectedEngine) => {
  const line = lines.find((text) => text.startsWith('EVENT '));
  if (!line) throw new Error(`no event; it said: ${lines.join(' | ') || 'nothing'}`);
  const { method, headers, body, engine } = JSON.parse(line.slice(6));
  const found = JSON.stringify([method, headers['x-project'], JSON.parse(body), engine]);
  const expected = JSON.stringify(['POST', name, { say: '你好😀' }, expectedEngine]);
  if (found !== expected) throw new Error(`expected ${expected}, found ${found}`);
  return line;
};

const inNode = async (name, root, file, engine = 'wasm') => {
  const { stdout, stderr } = await execute(process.execPath, [file], { cwd: root, timeout: 20_000 });
  if (stderr) throw new Error(stderr);
  return checkEvent(name, stdout.split('\n'), engine);
};

const parsed = async (name, files) => {
  const root = project(name, files);
  for (const file of Object.keys(files)) {
    const { stdout } = await execute(process.execPath, [file], { cwd: root, timeout: 20_000 });
    if (stdout !== '你好😀\n') throw new Error(`${file} said ${stdout}`);
  }
  return 'both printed it';
};

const inChromium = async (name, url, engine = 'wasm') => {
  browser ??= await launchChromium();
  const context = await browser.newContext();
  const page = await context.newPage();
  const lines = [];
  let isDone;
  const done = new Promise((resolve) => {
    isDone = resolve;
  });
  const say = (line) => {
    lines.push(line);
    if (line.startsWith('EVENT ')) isDone();
  };
  page.on('console', (message) => say(message.text()));
  page.on('pageerror', (error) => say(`page error: ${error.message}`));
  page.on('requestfailed', (request) => request.url().includes('/echo') || say(`failed: ${request.url()}`));
  await page.goto(url);
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 15_000))]);
  await context.close();
  return checkEvent(name, lines, engine);
};

const html = (script, type = 'module') => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="${type}" src="${script}"></script>`;
const withPolicy = (url) => `${url}?csp=${encodeURIComponent("script-src 'self'")}`;
const at = (name, file) => `${server.origin}/projects/${name}/${file}`;

const cases = {
  'node-esm': async (name) => inNode(name, project(name, { 'main.mjs': clientOf(name) }), 'main.mjs'),
  'node-cjs': async (name) => inNode(name, project(name, { 'main.cjs': requiring(clientOf(name)) }), 'main.cjs'),
  'node-esm-slim': async (name) => inNode(name, project(name, { 'main.mjs': clientOf(name, 'eventsource-wasm/slim') }), 'main.mjs'),
  'node-cjs-slim': async (name) => inNode(name, project(name, { 'main.cjs': requiring(clientOf(name, 'eventsource-wasm/slim')) }), 'main.cjs'),
  'node-parser': async (name) => {
    const use = `const parser = new EventStreamParser({ onEvent: (event) => console.log(event.data) })\nparser.feed('data: 你好😀\\n\\n')\nparser.free()\n`;
    return parsed(name, {
      'main.mjs': `import { EventStreamParser } from 'eventsource-wasm/parser'\n${use}`,
      'main.cjs': `const { EventStreamParser } = require('eventsource-wasm/parser')\n${use}`,
    });
  },
  'plain-page': async (name) => {
    project(name, { 'main.js': clientOf(name, './node_modules/eventsource-wasm/esm/index.js'), 'index.html': html('main.js') });
    return inChromium(name, at(name, 'index.html'));
  },
  // The file that only these load, as the package has it and as bundlers put it.
  'csp-plain-page': async (name) => {
    project(name, { 'main.js': clientOf(name, './node_modules/eventsource-wasm/esm/index.js'), 'index.html': html('main.js') });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'csp-plain-page-slim': async (name) => {
    project(name, { 'main.js': clientOf(name, './node_modules/eventsource-wasm/esm/slim.js'), 'index.html': html('main.js') });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'csp-esbuild': async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js', 'text/javascript') });
    const { build } = await tool('esbuild');
    await build({ absWorkingDir: root, entryPoints: ['main.js'], bundle: true, minify: true, outfile: 'out.js', logLevel: 'silent' });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'csp-webpack': async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js', 'text/javascript') });
    const { default: webpack } = await tool('webpack');
    await promisify(webpack)({ context: root, mode: 'production', entry: './main.js', output: { path: root, filename: 'out.js' }, performance: { hints: false } });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'csp-vite-build': async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('/main.js') });
    const { build } = await tool('vite');
    await build({ root, base: './', configFile: false, logLevel: 'error' });
    return inChromium(name, withPolicy(at(name, 'dist/index.html')), 'js');
  },
  // Node's own fetch needs WebAssembly, the parser does not.
  'no-wasm-node-parser': async (name) => {
    const use = `delete globalThis.WebAssembly\ninit().then(() => new EventStreamParser({ onEvent: (event) => console.log(event.data) }).feed('data: 你好😀\\n\\n'))\n`;
    return parsed(name, {
      'main.mjs': `import { EventStreamParser, init } from 'eventsource-wasm/parser'\n${use}`,
      'main.cjs': `const { EventStreamParser, init } = require('eventsource-wasm/parser')\n${use}`,
    });
  },
  // Nothing runs in the place of what is a mistake, and the first cause is told.
  'no-engine': async (name) => {
    const root = project(name, {
      'slim.mjs': `import { init } from 'eventsource-wasm/slim'\ninit(new Uint8Array(8)).catch((error) => console.log(error.name))\n`,
      'parser.mjs': `import { init } from 'eventsource-wasm/parser'\ndelete globalThis.WebAssembly\ninit().catch((error) => console.log(error.message))\n`,
    });
    rmSync(path.join(root, 'node_modules/eventsource-wasm/esm/js-engine.js'));
    const said = [];
    for (const file of ['slim.mjs', 'parser.mjs']) said.push((await execute(process.execPath, [file], { cwd: root, timeout: 20_000 })).stdout.trim());
    if (said.join() !== 'CompileError,WebAssembly is not defined') throw new Error(`said ${said}`);
    return said.join();
  },
  'plain-page-slim': async (name) => {
    project(name, { 'main.js': clientOf(name, './node_modules/eventsource-wasm/esm/slim.js'), 'index.html': html('main.js') });
    return inChromium(name, at(name, 'index.html'));
  },
  'import-map': async (name) => {
    const map = '<script type="importmap">{ "imports": { "eventsource-wasm": "./node_modules/eventsource-wasm/esm/index.js" } }</script>';
    project(name, { 'main.js': clientOf(name), 'index.html': html('main.js').replace('<script', `${map}<script`) });
    return inChromium(name, at(name, 'index.html'));
  },
  esbuild: async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js', 'text/javascript') });
    const { build } = await tool('esbuild');
    const { warnings } = await build({ absWorkingDir: root, entryPoints: ['main.js'], bundle: true, minify: true, outfile: 'out.js', logLevel: 'silent' });
    if (warnings.length > 0) throw new Error(JSON.stringify(warnings));
    return inChromium(name, at(name, 'index.html'));
  },
  rollup: async (name) => inRollup(name, (root) => ({ dir: root, entryFileNames: 'out.js' })),
  'rollup-one-file': async (name) => inRollup(name, (root) => ({ file: path.join(root, 'out.js'), inlineDynamicImports: true })),
  webpack: async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js', 'text/javascript') });
    const { default: webpack } = await tool('webpack');
    const stats = await promisify(webpack)({ context: root, mode: 'production', entry: './main.js', output: { path: root, filename: 'out.js' }, performance: { hints: false } });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    if (errors.length + warnings.length > 0) throw new Error([...errors, ...warnings].map(({ message }) => message).join('\n'));
    return inChromium(name, at(name, 'index.html'));
  },
  'webpack-slim': async (name) => {
    const root = project(name, { 'main.js': clientOf(name, 'eventsource-wasm/slim'), 'index.html': html('out.js', 'text/javascript') });
    const { default: webpack } = await tool('webpack');
    const stats = await promisify(webpack)({ context: root, mode: 'production', entry: './main.js', output: { path: root, filename: 'out.js', publicPath: './' }, performance: { hints: false } });
    const { errors } = stats.toJson({ all: false, errors: true });
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    return inChromium(name, at(name, 'index.html'));
  },
  'vite-build': async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('/main.js') });
    const { build } = await tool('vite');
    await build({ root, base: './', configFile: false, logLevel: 'error' });
    return inChromium(name, at(name, 'dist/index.html'));
  },
  'vite-dev': async (name) => viteDev(name, clientOf(name)),
  'vite-build-slim': async (name) => {
    const root = project(name, { 'main.js': clientOf(name, 'eventsource-wasm/slim'), 'index.html': html('/main.js') });
    const { build } = await tool('vite');
    await build({ root, base: './', configFile: false, logLevel: 'error' });
    return inChromium(name, at(name, 'dist/index.html'));
  },
};

async function inRollup(name, output) {
  const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js') });
  const { rollup } = await tool('rollup');
  const { default: nodeResolve } = await tool('@rollup/plugin-node-resolve');
  const warnings = [];
  const bundle = await rollup({ input: path.join(root, 'main.js'), plugins: [nodeResolve({ browser: true })], onwarn: (warning) => warnings.push(warning.message) });
  await bundle.write({ ...output(root), format: 'es' });
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return inChromium(name, at(name, 'index.html'));
}

/** The development server, which bundles dependencies first. */
async function viteDev(name, client) {
  const root = project(name, { 'main.js': client, 'index.html': html('/main.js') });
  const { createServer } = await tool('vite');
  const vite = await createServer({ root, configFile: false, logLevel: 'error', cacheDir: path.join(root, '.vite'), server: { host: '127.0.0.1', port: 0, strictPort: false } });
  await vite.listen();
  try {
    return await inChromium(name, `http://127.0.0.1:${vite.httpServer.address().port}/`);
  } finally {
    await vite.close();
  }
}

let passed = 0;
let failed = 0;
console.log(`${filename}: ${files.length} files`);
for (const [name, check] of Object.entries(cases)) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  const start = Date.now();
  try {
    const line = await check(name);
    passed += 1;
    console.log(`${name.padEnd(16)} ${String(Date.now() - start).padStart(6)} ms  ${line.slice(0, 90)}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${String(error?.message ?? error).slice(0, 1500)}`);
  }
}
await browser?.close();
server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
