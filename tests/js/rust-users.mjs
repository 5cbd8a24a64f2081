// Drives a page of tests/rust-users in Chromium: the answer is shown while it streams, and what goes wrong is told.
// SSE_SERVER: origin of a running sse-server. CHROMIUM: path of the browser. PAGE_CRATE: the page's crate. PAGE_FOLDER: the folder that
// wasm-bindgen has made of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { launchChromium } from './chromium.mjs';
import { ROOT } from './sse-server.mjs';

const { SSE_SERVER: origin, PAGE_CRATE: crate, PAGE_FOLDER: folder } = process.env;
assert(origin && crate && folder, 'SSE_SERVER, PAGE_CRATE or PAGE_FOLDER is not set');

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const PAGE = `<!doctype html><body><script type="module">
import init from '/rust/${crate}.js';
await init({ module_or_path: '/rust/${crate}_bg.wasm' });
</script></body>`;

const browser = await launchChromium();

let passed = 0;
let failed = 0;

/** Runs `body` on a fresh page; `chat` says what becomes of the request. */
async function test(name, chat, body) {
  const context = await browser.newContext();
  const errors = [];
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.setDefaultTimeout(10_000);
    await page.route(`${origin}/rust/**`, (route) => {
      const file = new URL(route.request().url()).pathname.slice('/rust/'.length);
      if (file === '') return route.fulfill({ body: PAGE, contentType: 'text/html' });
      return route.fulfill({ path: path.join(folder, file), contentType: TYPES[path.extname(file)] });
    });
    await page.route(`${origin}/demo/chat`, chat);
    await page.goto(`${origin}/rust/`);
    await page.waitForSelector('#state');
    await body(page);
    assert.deepEqual(errors, []);
    passed += 1;
    console.log(`ok - ${crate}: ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - ${name}\n  ${[...errors, error.stack ?? error].join('\n').replaceAll('\n', '\n  ')}`);
  } finally {
    await context.close();
  }
}

const stateIs = (page, state) => page.waitForFunction((text) => document.querySelector('#state').textContent === text, state);

await test('the answer to a POST is shown while it streams, whole', (route) => route.continue({ url: `${origin}/demo/chat?slowest=1` }), async (page) => {
  await page.evaluate(() => {
    globalThis.lengths = new Set();
    const look = () => globalThis.lengths.add(document.querySelector('#answer').textContent.length);
    new MutationObserver(look).observe(document.body, { characterData: true, childList: true, subtree: true });
  });
  const sent = page.waitForRequest((request) => request.url().includes('/demo/chat'));
  await page.fill('input', '你好 👋');
  await page.click('button');
  await stateIs(page, '…');
  await stateIs(page, 'ready');
  const request = await sent;
  assert.equal(request.method(), 'POST');
  assert.equal(request.postData(), '{"message":"你好 👋"}');
  assert.equal((await request.allHeaders()).accept, 'text/event-stream');
  const answer = await readFile(path.join(ROOT, 'tests/server/src/demo/chat_answer.txt'), 'utf8');
  assert.equal(await page.textContent('#answer'), `你说：「你好 👋」\n\n${answer.trimEnd()}`);
  const steps = await page.evaluate(() => globalThis.lengths.size);
  assert(steps > 20, `shown in ${steps} steps`);
});

const TOKENS = ['id: 7\nevent: token\ndata: {"text":"a"}\n\n', 'event: token\ndata: {"text":"b"}\n\n'];
const inTwoChunks = new URLSearchParams({ body: TOKENS.join(''), cut: TOKENS[0].length, delay: 100 });

await test('a last event ID goes on from chunk to chunk', (route) => route.continue({ url: `${origin}/stream?${inTwoChunks}` }), async (page) => {
  await page.click('button');
  await page.waitForFunction(() => document.querySelector('#answer').textContent === 'ab');
  assert.equal(await page.textContent('#last-event-id'), '7');
});

await test('a response that is no event stream is told', (route) => route.fulfill({ status: 503, contentType: 'text/plain', body: 'busy' }), async (page) => {
  await page.click('button');
  await stateIs(page, `${origin}/demo/chat answered with status 503, and an event stream needs 200. See the server's log.`);
});

await test('a network error is told', (route) => route.abort(), async (page) => {
  await page.click('button');
  await stateIs(page, `No response from ${origin}/demo/chat: Failed to fetch. Is the server up?`);
});

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
