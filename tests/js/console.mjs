// What a console shows of events and errors: `node tests/js/console.mjs`, in Node, Bun, Deno and Chromium.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathOf } from '../hosts/programs.mjs';
import { launchChromium } from './chromium.mjs';
import { ROOT, startServer } from './sse-server.mjs';

const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const entry = path.join(pkg, 'esm/index.js');
const server = await startServer(pkg, { '/tests': 'tests' });
const query = `body=${encodeURIComponent('id: 7\ndata: hello\n\n')}`;

/** Logs an event, an error event, what a loop throws, and an error that a caller throws. */
const program = (imported, url) => `
const { EventSource, FatalError } = await import(${JSON.stringify(imported)});
const source = new EventSource(${JSON.stringify(url)}, { reconnect: false });
source.onmessage = (event) => console.log(event);
await new Promise((resolve) => { source.onclose = resolve; });
const refused = new EventSource(${JSON.stringify(url)}, { onResponse() { throw new FatalError('not this one'); } });
refused.onerror = (event) => console.log(event);
try {
  for await (const event of refused) console.log(event);
} catch (error) {
  console.log(error);
}
console.log(new FatalError('stop'));
`;

/** Resolves with what a program prints. Not synchronously: the server's output is read by this process. */
const printedBy = (command, ...words) =>
  new Promise((resolve) => {
    const child = spawn(command, words, { env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' } });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (piece) => (printed[name] += piece));
    child.on('close', () => resolve(printed));
  });

const inNode = (text) => printedBy(process.execPath, '--input-type=module', '--eval', text);

/** What is logged of the events by hosts that show them as Node does. */
const checkEvents = ({ stdout }) => {
  assert.match(stdout, /^MessageEvent \{\s*type: ['"]message['"],\s*data: ['"]hello['"],\s*lastEventId: ['"]7['"],/m);
  assert.match(stdout, /^ErrorEvent \{\s*type: ['"]error['"],\s*message: .*not this one/m);
  assert.match(stdout, /^EventSourceError: .*not this one/m);
  assert.match(stdout, /^FatalError: stop$/m);
};

const inOther = (host, option) => async () => {
  const command = pathOf(host);
  if (!command) return console.log(`ABSENT ${host}: npm has no program of it for this machine, or it is not installed`);
  checkEvents(await printedBy(command, option, program(entry, `${server.origin}/stream?${query}`)));
};

const cases = {
  bun: inOther('bun', '--eval'),
  deno: inOther('deno', 'eval'),
  async node() {
    const { stdout, stderr } = await inNode(program(entry, `${server.origin}/stream?${query}`));
    assert.equal(stderr, '');
    checkEvents({ stdout });
    assert.match(stdout, /^EventSourceError: .*not this one[^]*\n {4}at [^]*\[cause\]: FatalError: not this one/m);
    assert.match(stdout, /^FatalError: stop\n {4}at /m);
  },
  async 'uncaught in node'() {
    const loop = await inNode(`const { EventSource } = await import(${JSON.stringify(entry)}); for await (const event of new EventSource('${server.origin}/stream?status=404'));`);
    assert.match(loop.stderr, /EventSourceError: \S+ answered with status 404/);
    const fatal = await inNode(`const { FatalError } = await import(${JSON.stringify(entry)}); throw new FatalError('uncaught')`);
    assert.match(fatal.stderr, /^FatalError: uncaught$/m);
  },
  async chromium() {
    const browser = await launchChromium();
    try {
      const page = await (await browser.newContext()).newPage();
      const session = await page.context().newCDPSession(page);
      const shown = [];
      session.on('Runtime.consoleAPICalled', ({ args: [{ description, preview }] }) =>
        shown.push([description, ...(preview?.properties ?? []).map(({ name, value }) => `${name}=${value}`)]));
      await session.send('Runtime.enable');
      await page.goto(`${server.origin}/tests/js/page.html`);
      await page.evaluate(`(async () => {${program('/pkg/esm/index.js', `/stream?${query}`)}})()`);
      const [message, error, thrown, fatal] = shown;
      assert.equal(message[0], 'MessageEvent');
      for (const part of ['type=message', 'Symbol(data)=hello', 'Symbol(lastEventId)=7']) assert(message.includes(part), message.join());
      assert(error.some((part) => /^message=.*not this one/.test(part)), error.join());
      assert.match(thrown[0], /^EventSourceError: .*not this one/);
      assert.match(fatal[0], /^FatalError: stop/);
    } finally {
      await browser.close();
    }
  },
};

let failed = 0;
for (const [name, run] of Object.entries(cases)) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}\n    ${String(error?.stack ?? error).split('\n').slice(0, 30).join('\n    ')}`);
  }
}
server.stop();
console.log(`${Object.keys(cases).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
