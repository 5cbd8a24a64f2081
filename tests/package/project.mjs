// The packed tarball in fresh projects, as strangers would have them: each is to print one event of a POST with headers.
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
export const tool = (name) => import(pathToFileURL(toolsRequire.resolve(name)));
export const execute = promisify(execFile);
export const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const folder = mkdtempSync(path.join(os.tmpdir(), 'eventsource-wasm-package-'));
const projects = path.join(folder, 'projects');
mkdirSync(projects);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// The package as it would be published, unpacked by npm into one project; the others get a copy of that.
const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder, pkg], { cwd: folder });
const packed = JSON.parse(stdout);
export const [{ filename, files }] = Array.isArray(packed) ? packed : Object.values(packed);
const seed = path.join(folder, 'seed');
mkdirSync(seed);
writeFileSync(path.join(seed, 'package.json'), '{ "private": true }');
await execute('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', path.join(folder, filename)], { cwd: seed });

export const server = await startServer(pkg, { '/projects': projects });
let browser;

export const clientOf = (name, entry = 'eventsource-wasm') => `import { EventSource } from '${entry}'
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
export const requiring = (client) => client.replace(/import (.*) from ('.*')/, 'const $1 = require($2)');

/** A project with the package installed, its files written. */
export const project = (name, files) => {
  const root = path.join(projects, name);
  cpSync(path.join(seed, 'node_modules'), path.join(root, 'node_modules'), { recursive: true });
  for (const [file, text] of Object.entries({ 'package.json': '{ "private": true, "type": "module" }', ...files })) {
    writeFileSync(path.join(root, file), text);
  }
  return root;
};

export const checkEvent = (name, lines, expectedEngine) => {
  const line = lines.find((text) => text.startsWith('EVENT '));
  if (!line) throw new Error(`no event; it said: ${lines.join(' | ') || 'nothing'}`);
  const { method, headers, body, engine } = JSON.parse(line.slice(6));
  const found = JSON.stringify([method, headers['x-project'], JSON.parse(body), engine]);
  const expected = JSON.stringify(['POST', name, { say: '你好😀' }, expectedEngine]);
  if (found !== expected) throw new Error(`expected ${expected}, found ${found}`);
  return line;
};

export const inNode = async (name, root, file, engine = 'wasm') => {
  const { stdout, stderr } = await execute(process.execPath, [file], { cwd: root, timeout: 20_000 });
  if (stderr) throw new Error(stderr);
  return checkEvent(name, stdout.split('\n'), engine);
};

export const parsed = async (name, files) => {
  const root = project(name, files);
  for (const file of Object.keys(files)) {
    const { stdout } = await execute(process.execPath, [file], { cwd: root, timeout: 20_000 });
    if (stdout !== '你好😀\n') throw new Error(`${file} said ${stdout}`);
  }
  return 'both printed it';
};

export const inChromium = async (name, url, engine = 'wasm') => {
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

export const html = (script, type = 'module') => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="${type}" src="${script}"></script>`;
export const withPolicy = (url) => `${url}?csp=${encodeURIComponent("script-src 'self'")}`;
export const at = (name, file) => `${server.origin}/projects/${name}/${file}`;

/** Runs those whose name has the first argument in it, prints a line for each, and ends the process. */
export async function runCases(cases) {
  let passed = 0;
  let failed = 0;
  console.log(`${filename}: ${files.length} files`);
  for (const [name, check] of Object.entries(cases)) {
    if (process.argv[2] && !name.includes(process.argv[2])) continue;
    const start = Date.now();
    try {
      const line = await check(name);
      passed += 1;
      console.log(`${name.padEnd(16)} ${String(Date.now() - start).padStart(6)} ms  ${line.slice(0, 120)}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}: ${String(error?.message ?? error).slice(0, 1500)}`);
    }
  }
  await browser?.close();
  server.stop();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}
