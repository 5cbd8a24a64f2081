// Drives the demo page in Chromium as a visitor would.
// SSE_SERVER: origin of a running sse-server that serves www/ and pkg/. CHROMIUM: path of the browser.
import assert from 'node:assert/strict';
import { launchChromium } from './chromium.mjs';

const origin = process.env.SSE_SERVER;
assert(origin, 'SSE_SERVER is not set');

const browser = await launchChromium();

let passed = 0;
let failed = 0;

/** Runs `body` on a fresh page, in a context of its own. */
async function test(name, options, body) {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options });
  try {
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.setDefaultTimeout(15_000);
    await page.goto(`${origin}/`);
    await page.waitForSelector('html[data-ready]');
    await body(page);
    assert.deepEqual(errors, []);
    passed += 1;
    console.log(`ok - ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - ${name}\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}`);
  } finally {
    await context.close();
  }
}

const text = (page, selector) => page.textContent(selector);
const readyState = (page) => text(page, '#ready-state [aria-current] b');
const toBe = (page, state) => page.waitForSelector(`#ready-state [data-state="${state}"][aria-current]`);
const note = (page, key) => page.waitForSelector(`#events [data-note="${key}"]`);
const events = (page, count) => page.waitForFunction((n) => document.querySelectorAll('#events .event').length >= n, count);

async function breaksAndResumes(page) {
  await page.click('#connect');
  await events(page, 2);
  assert.equal(await readyState(page), 'OPEN');
  const types = await page.locator('#events .event .type').allTextContents();
  assert.deepEqual(new Set(types), new Set(['tick', 'message']));
  assert.equal(await text(page, '#reconnection-time'), '2 s');

  await page.click('#break');
  await toBe(page, 0);
  assert.match(await text(page, '#countdown-text'), /^Next attempt in \d\.\d s$/);
  const before = Number(await text(page, '#last-event-id'));

  await note(page, 'note.continued');
  await note(page, 'note.resumed');
  assert.equal(await readyState(page), 'OPEN');
  assert.match(await text(page, '#verdict'), new RegExp(`Resumed: ${before}, then ${before + 1}\\.`));
  assert.deepEqual([await text(page, '#resumes'), await text(page, '#gaps'), await text(page, '#duplicates')], ['1', '0', '0']);

  await page.click('#close');
  await toBe(page, 2);
  await note(page, 'note.closed');
}

await test('GET: connects, breaks, resumes with nothing lost, closes', {}, breaksAndResumes);

await test('POST with a header and a body: the same', {}, async (page) => {
  await page.check('input[value=POST]', { force: true });
  await page.fill('#headers', 'X-Demo: yes');
  const sent = page.waitForRequest((request) => request.url().includes('/demo/ticks'));
  const again = page.waitForRequest((request) => request.headers()['last-event-id'] !== undefined);
  await breaksAndResumes(page);
  for (const request of [await sent, await again]) {
    assert.equal(request.method(), 'POST');
    assert.equal(request.headers()['x-demo'], 'yes');
    assert.equal(request.headers()['content-type'], 'application/json');
    assert.deepEqual(request.postDataJSON(), { city: '杭州' });
  }
});

await test('the code shown is what the form says', {}, async (page) => {
  await page.check('input[value=POST]', { force: true });
  await page.fill('#headers', "X-Quote: it's");
  await page.fill('#url', 'https://example.com/events');
  const code = await text(page, '#snippet');
  assert.match(code, /new EventSource\('https:\/\/example\.com\/events', \{/);
  assert.match(code, /method: 'POST',\n {2}headers: \{ 'X-Quote': 'it\\'s' \},\n {2}body: \{ city: '杭州' \},/);
});

await test('a bad URL and a bad header are told, and nothing is sent', {}, async (page) => {
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.fill('#url', 'http://[');
  await page.click('#connect');
  assert.match(await text(page, '#form-problem'), /Nothing was sent/);
  await page.fill('#url', '/demo/ticks');
  await page.fill('#headers', 'no colon');
  await page.click('#connect');
  assert.match(await text(page, '#form-problem'), /line 1/);
  assert.equal(await page.locator('#ready-state [aria-current]').count(), 0);
  assert.deepEqual(requests, []);
});

await test('a refused request is explained', {}, async (page) => {
  await page.fill('#url', '/stream?status=401&body=no');
  await page.click('#connect');
  await toBe(page, 2);
  assert.match(await text(page, '#status'), /sign in \(401\)/);
  await page.fill('#url', '/stream?type=text/html&body=x');
  await page.click('#connect');
  await page.waitForFunction(() => document.getElementById('status').textContent.includes('not with an event stream'));
  assert.equal(await page.isEnabled('#connect'), true);
});

await test('a POST that breaks before any event ID is not sent again, and that is said', {}, async (page) => {
  await page.check('input[value=POST]', { force: true });
  await page.fill('#url', '/stream?body=data:a%0A%0A&end=reset');
  await page.click('#connect');
  await toBe(page, 2);
  assert.match(await text(page, '#status'), /lost, and this request is not sent again/);
});

await test('a flood keeps the list bounded', {}, async (page) => {
  await page.fill('#url', '/flood?events=20000&size=20');
  await page.click('#connect');
  await page.waitForFunction(() => Number(document.getElementById('event-count').textContent) >= 20000);
  await page.click('#close');
  await note(page, 'note.closed');
  assert.ok(await page.locator('#events li').count() <= 300);
});

await test('chat: broken in the middle, it goes on, whole, with 0 garbled characters', {}, async (page) => {
  // The whole answer at the pace of the demo takes half a minute.
  await page.route('**/demo/chat?*', (route) => route.continue({ url: `${route.request().url()}&slowest=3` }));
  await page.click('#chat-send');
  await page.waitForFunction(() => Number(document.getElementById('chat-tokens').textContent) > 50);
  await page.click('#chat-break');
  await page.waitForSelector('#chat-status[data-tone=wait]');
  await page.waitForSelector('.answer[data-state=ended]', { timeout: 60_000 });
  assert.match(await text(page, '#chat-status'), /^Complete/);
  assert.equal(await text(page, '#chat-garbled'), '0');
  assert.ok(Number(await text(page, '#chat-characters')) > 1000);
});

await test('chat: Stop stops', {}, async (page) => {
  await page.click('#chat-send');
  await page.waitForFunction(() => Number(document.getElementById('chat-tokens').textContent) > 5);
  await page.click('#chat-stop');
  const tokens = await text(page, '#chat-tokens');
  assert.equal(await text(page, '#chat-status'), 'Stopped.');
  await page.waitForTimeout(300);
  assert.equal(await text(page, '#chat-tokens'), tokens);
  assert.equal(await page.isEnabled('#chat-send'), true);
});

await test('English and Chinese, by the browser and by the button, with no text missing', { locale: 'zh-CN' }, async (page) => {
  assert.equal(await text(page, '#connect'), '连接');
  await page.click('[data-language=en]');
  assert.equal(await text(page, '#connect'), 'Connect');
  const [missing, emptied] = await page.evaluate(async () => {
    const { strings } = await import('/strings.js');
    const [en, zh] = [Object.keys(strings.en), Object.keys(strings.zh)];
    return [
      [...en.filter((key) => !(key in strings.zh)), ...zh.filter((key) => !(key in strings.en))],
      [...document.querySelectorAll('[data-t]')].filter((element) => element.textContent === '').length,
    ];
  });
  assert.deepEqual([missing, emptied], [[], 0]);
});

for (const locale of ['en-US', 'zh-CN']) {
  await test(`320 px wide, ${locale}: nothing sticks out`, { locale, viewport: { width: 320, height: 640 } }, async (page) => {
    await page.check('input[value=POST]', { force: true });
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.click('#connect');
    await events(page, 1);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(excess, 0);
  });
}

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
