// Taro's builds looked at and used, for each runner: what is in them, what the package adds, and an answer streamed on the user's page
// in a mini program's host (with the plugin and without) and, as H5, in Chromium. `node tests/mini/taro.mjs [webpack5|vite…]`
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launchChromium } from '../js/chromium.mjs';
import { ROOT, startServer } from '../js/sse-server.mjs';
import { boot } from './host.mjs';
import { RUNNERS, build, install, sizes } from './taro-build.mjs';

const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const runners = process.argv.length > 2 ? process.argv.slice(2) : RUNNERS;
const folder = mkdtempSync(path.join(os.tmpdir(), 'eventsource-wasm-taro-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The package's names with nothing behind them: what the app weighs without it. */
const empty = path.join(folder, 'empty');
mkdirSync(empty);
writeFileSync(path.join(empty, 'package.json'), '{ "name": "eventsource-wasm", "version": "0.0.0" }');
writeFileSync(path.join(empty, 'taro.js'), 'exports.EventSource = function () {}\n');

const PIECES = ['你好，', '世界', '😀', '！', '[DONE]'];
const ANSWER = PIECES.slice(0, -1).join('');
const QUESTION = '问题？';
const server = await startServer(pkg, { '/taro': folder });
/** Cut at every byte. */
const chatUrl = (key) => `${server.origin}/stream?key=${key}&every=1&delay=1&body=${encodeURIComponent(PIECES.map((data) => `data: ${data}\n\n`).join(''))}`;
const checkRequest = async (key) => {
  const [{ method, headers, body }] = (await (await fetch(`${server.origin}/log?key=${key}`)).json()).filter(({ preflight }) => !preflight);
  const authorization = Object.fromEntries(Array.isArray(headers) ? headers : Object.entries(headers)).authorization;
  assert.deepEqual([method, authorization, JSON.parse(body)], ['POST', 'Bearer token', { question: QUESTION }]);
};

/** No code is so long without a quote. */
const INLINE = /[ !#%&()*+,\-./0-9:;=>?@A-Z[\]^_a-z{|}~]{30000}/;
/** What must not be in a mini program: it kills the app at boot, or is the code of H5. */
const FORBIDDEN = {
  'import.meta': /\bimport\.meta\b/,
  'new URL(…, import.meta.url)': /new URL\([^)]*(?:baseURI|location)/,
  'a BigInt literal': /[^\w$.'"#%-]\d+n\b(?!['"])/,
  "H5's WebAssembly as text": INLINE,
  'import()': /[^\w$.]import\(/,
  'an engine by URL': /fetch\([^)]*\.wasm/,
};
const checkOutput = (output) => {
  for (const name of Object.keys(sizes(output)).filter((file) => file.endsWith('.js'))) {
    const text = readFileSync(path.join(output, name), 'utf8');
    for (const [what, shape] of Object.entries(FORBIDDEN)) {
      const at = text.search(shape);
      assert.ok(at < 0, `${name} has ${what}: …${text.slice(Math.max(0, at - 60), at + 60)}…`);
    }
  }
};

/** The text in the element with this id, of a page's data. */
const textOf = (node, id) => {
  if (!node || typeof node !== 'object') return undefined;
  if (node.uid === id) return Object.values(node.cn ?? {}).map(({ v }) => v).join('');
  return Object.values(node).map((child) => textOf(child, id)).find((text) => text !== undefined);
};

const inHost = async (output, key, options) => {
  const logs = [];
  const logic = boot(output, { query: { url: encodeURIComponent(chatUrl(key)), question: encodeURIComponent(QUESTION) }, onLog: ({ text }) => logs.push(text), ...options });
  try {
    for (let tries = 0; tries < 200; tries++) {
      const state = textOf(logic.page.data, 'state');
      if (/^(done|error)/.test(state)) return { state, answer: textOf(logic.page.data, 'answer'), logs };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the page does not get on: ${JSON.stringify(logic.page.data)} ${logs.join(' | ')}`);
  } finally {
    logic.stop();
  }
};

const inChromium = async (browser, address) => {
  const page = await browser.newPage();
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(`page error: ${error.message}`));
  try {
    await page.goto(address);
    await page.waitForFunction(() => /^(done|error)/.test(document.querySelector('#state')?.textContent), undefined, { timeout: 20_000 });
    return await page.evaluate(() => ({ state: document.querySelector('#state').textContent, answer: document.querySelector('#answer').textContent }));
  } catch (error) {
    throw new Error(`${error.message} ${said.join(' | ')}`);
  } finally {
    await page.close();
  }
};

const sum = (output) => Object.values(sizes(output)).reduce((total, size) => total + size, 0);

async function check(runner, browser) {
  const lines = [];
  const base = sum(await build(runner, { pkg: empty }));
  const grown = (output) => `${sum(output) - base} bytes`;

  const plain = await build(runner, { pkg, plugin: true });
  checkOutput(plain);
  lines.push(`weapp, plugin: +${grown(plain)} (the .wasm is ${sizes(plain)['eventsource_wasm.wasm']}), the app is ${base}`);
  assert.deepEqual(await inHost(plain, `${runner}-plain`), { state: 'done by wasm', answer: ANSWER, logs: [] });
  await checkRequest(`${runner}-plain`);

  const brotli = await build(runner, { pkg, plugin: { brotli: true } });
  assert.ok(!('eventsource_wasm.wasm' in sizes(brotli)));
  lines.push(`weapp, plugin with brotli: +${grown(brotli)} (the .wasm.br is ${sizes(brotli)['eventsource_wasm.wasm.br']})`);
  assert.deepEqual(await inHost(brotli, `${runner}-brotli`), { state: 'done by wasm', answer: ANSWER, logs: [] });

  const bare = await build(runner, { pkg });
  checkOutput(bare);
  lines.push(`weapp, no plugin: +${grown(bare)}`);
  const { logs, ...shown } = await inHost(bare, `${runner}-bare`);
  assert.deepEqual(shown, { state: 'done by js', answer: ANSWER });
  assert.equal(logs.length, 1, `one line on the console, not ${JSON.stringify(logs)}`);
  assert.match(logs[0], /taro-plugin/);
  // No WebAssembly at all: nothing to be said of a file.
  const without = await inHost(plain, `${runner}-js`, { engine: 'js' });
  assert.deepEqual([without.state, without.answer], ['done by js', ANSWER]);

  const h5 = await build(runner, { pkg, plugin: true, platform: 'h5' });
  const files = Object.keys(sizes(h5));
  assert.ok(!files.some((file) => /\.wasm/.test(file)), 'on H5 the engine is in the script');
  const script = files.filter((file) => file.endsWith('.js')).map((file) => readFileSync(path.join(h5, file), 'utf8')).join('\n');
  assert.ok(INLINE.test(script) && !/WXWebAssembly/.test(script), 'on H5 it is the code of `.`, and not that of mini programs');
  lines.push(`h5, with the app: ${sum(h5)} bytes`);
  cpSync(h5, path.join(folder, runner), { recursive: true });
  const query = new URLSearchParams({ url: chatUrl(`${runner}-h5`), question: QUESTION });
  const seen = await inChromium(browser, `${server.origin}/taro/${runner}/index.html#/pages/chat/index?${query.toString().replaceAll('+', '%20')}`);
  assert.deepEqual(seen, { state: 'done by wasm', answer: ANSWER });
  await checkRequest(`${runner}-h5`);
  return lines;
}

/** Wrong options of the plugin end the build with what to do. */
async function checkOptions(runner) {
  for (const [options, shape] of [[{ brotil: true }, /no option brotil.*config\/index/], [{ brotli: 'yes' }, /brotli must be true or false/]]) {
    await assert.rejects(build(runner, { pkg, plugin: options }), shape);
  }
}

for (const runner of runners) await install(runner);
const browser = await launchChromium();
let failed = 0;
// Each build keeps about one processor busy.
await Promise.all(runners.map(async (runner, at) => {
  const began = Date.now();
  try {
    const lines = await check(runner, browser);
    if (at === 0) await checkOptions(runner);
    console.log([`[taro ${runner}] passed, ${((Date.now() - began) / 1000).toFixed(1)} s`, ...lines].join('\n    '));
  } catch (error) {
    failed++;
    console.log(`FAILED [taro ${runner}] ${error.stack}`);
  }
}));
await browser.close();
server.stop();
console.log(`taro: ${runners.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
