// Ours and others against a server that misbehaves: `PKG_DIR=pkg node tests/faults/run.mjs [--write] [--host node|chromium] [--only part of a fault]`.
// Prints a table per host, into results.md too with --write; fails where ours does not do what faults.mjs expects.
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { launchChromium } from '../js/chromium.mjs';
import { startServer } from '../js/sse-server.mjs';
import { FAULTS, HEAVY, MINUTE, SLOW, totalOf } from './faults.mjs';
import { runReal } from './real.mjs';

const { values: options } = parseArgs({ options: {
  write: { type: 'boolean' },
  host: { type: 'string', default: '' },
  only: { type: 'string', default: '' },
} });
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const pkg = path.resolve(process.env.PKG_DIR ?? here('../../pkg'));
/** What a request may seem early by: its timer starts before the listener is told, and a busy machine may pause in between. */
const EARLY = 100;

const bundles = here('node_modules/.bundles');
const { build } = await import(pathToFileURL(createRequire(new URL('../js/package.json', import.meta.url)).resolve('esbuild')));
const bundle = (name, more) => build({
  stdin: {
    resolveDir: here('.'),
    contents: "export { EventSource } from 'eventsource'; export { fetchEventSource } from '@microsoft/fetch-event-source'; export { EventSourcePolyfill } from 'event-source-polyfill';",
  },
  outfile: path.join(bundles, name),
  bundle: true, format: 'esm', platform: 'browser', mainFields: ['module', 'main'], target: 'es2022', logLevel: 'warning', ...more,
});
await bundle('peers.js');
// One of them wants a page; the globals of the others, and ours, stay as they are.
await bundle('peers-in-node.js', { define: { window: 'globalThis', document: 'hostDocument' }, banner: { js: "const hostDocument = { hidden: false, readyState: 'complete', addEventListener() {}, removeEventListener() {} };" } });

/** A child that answers. */
function ask(child, question) {
  return new Promise((resolve, reject) => {
    const id = Math.random();
    const gone = (code) => reject(new Error(`${child.spawnargs[1]} has ended with ${code}`));
    const listen = (message) => {
      if (question && message.id !== undefined && message.id !== id) return;
      child.off('exit', gone);
      child.off('message', listen);
      resolve(message);
    };
    child.once('exit', gone);
    child.on('message', listen);
    if (question) child.send({ id, ...question });
  });
}

async function startNode() {
  const modules = { ours: pathToFileURL(path.join(pkg, 'esm/index.js')).href, peers: pathToFileURL(path.join(bundles, 'peers-in-node.js')).href };
  const major = Number(process.versions.node.split('.')[0]);
  const child = fork(here('in-node.mjs'), [JSON.stringify(modules)], { execArgv: major >= 22 ? ['--experimental-eventsource'] : [] });
  const { version, names } = await ask(child);
  return {
    version,
    names,
    async run(cases) {
      const { results, uncaught } = await ask(child, { cases });
      return { results, uncaught };
    },
    stop: () => child.disconnect(),
  };
}

async function startChromium() {
  const server = await startServer(pkg, { '/tests': 'tests' });
  const browser = await launchChromium();
  const page = await browser.newPage();
  const uncaught = [];
  page.on('pageerror', (error) => uncaught.push(error.stack ?? `${error}`));
  await page.goto(`${server.origin}/tests/faults/page.html`);
  const names = await page.evaluate(async () => {
    const { clients, meets } = await import('/tests/faults/clients.mjs');
    const { FAULTS, HEAVY } = await import('/tests/faults/faults.mjs');
    globalThis.list = await clients({ ours: '/pkg/esm/index.js', peers: '/tests/faults/node_modules/.bundles/peers.js' });
    return Object.fromEntries([...FAULTS, ...HEAVY].map((fault) => [fault.name, Object.keys(globalThis.list).filter((name) => meets(globalThis.list[name], fault))]));
  });
  return {
    version: `Chromium ${browser.version()}`,
    names,
    async run(cases) {
      const results = await page.evaluate(async (given) => (await import('/tests/faults/clients.mjs')).run(globalThis.list, given), cases);
      return { results, uncaught };
    },
    async stop() {
      await browser.close();
      server.stop();
    },
  };
}

/** What ours does otherwise than faults.mjs says. */
function problemsOf({ fault, client, seen, log, expected }) {
  const problems = [];
  const wrong = (what) => problems.push(what);
  const received = expected.received ?? seen.received;
  if (seen.received !== received) wrong(`${seen.received} of ${received} events`);
  for (const count of ['lost', 'twice', 'disordered', 'mistaken', 'afterClose']) {
    if (seen[count] !== 0) wrong(`${count}: ${seen[count]}`);
  }
  if (perMinute(seen, log) > expected.most) wrong(`${log.requests.length} requests, at most ${expected.most} expected`);
  const late = log.requests.filter(({ at }) => at > seen.closedAt + EARLY).length;
  if (late > 0) wrong(`${late} requests behind the closing`);
  if (log.unfinished > 0) wrong(`${log.unfinished} responses are still open`);
  if (expected.name && !seen.errors.some(({ name, code, retryIn }) => name === expected.name && (expected.code === undefined || code === expected.code) && retryIn === null)) {
    wrong(`no error ${expected.name} ${expected.code ?? ''} that is the last; it said ${seen.said.join(', ')}`);
  }
  if (!expected.name && seen.errors.some(({ retryIn }) => retryIn === null)) wrong(`it failed: ${seen.said.join(', ')}`);
  if (expected.says && !seen.errors.some(({ name }) => name === expected.says)) wrong(`no error ${expected.says}; it said ${seen.said.join(', ')}`);
  if (expected.isHeldBack && log.heldBackMs < SLOW.pauseMs / 4) wrong(`the server was held back for ${log.heldBackMs} ms only`);
  for (const { at, name, retryIn, attempt, message } of seen.errors) {
    if (!(attempt >= 1)) wrong(`attempt is ${attempt}`);
    if (!message) wrong(`${name} has no message`);
    const next = log.requests.find((request) => request.at > at);
    // A request that was given up for want of an answer may arrive later.
    if (retryIn !== null && name !== 'OpenTimeout' && next && next.at < at + retryIn - EARLY) wrong(`${name}: the next request ${next.at - at} ms behind it, not ${retryIn}`);
    if (retryIn === null && next) wrong(`${name}: a request behind the last error`);
    // A redirect on the way is no wait.
    if (expected.least && name === expected.says && retryIn < expected.least) wrong(`${name}: retryIn is ${retryIn}, at least ${expected.least} expected`);
  }
  return problems.map((problem) => `${fault.name}, ${client}: ${problem}`);
}

/** As the server counted them while the source lived; a case that ended sooner has not gone on. */
const perMinute = (seen, log) => log.requests.filter(({ at }) => at >= seen.startedAt - EARLY && at <= seen.startedAt + MINUTE).length;

const serverChild = fork(here('server.mjs'));
serverChild.on('message', ({ broken }) => broken && console.log(`the server: ${broken}`));

async function meet(start) {
  const host = await start();
  const sets = [...HEAVY.map((fault) => [fault]), FAULTS].map((set) => set.filter(({ name }) => name.includes(options.only))).filter((set) => set.length > 0);
  const rows = [];
  const problems = [];
  let uncaught = [];
  for (const set of sets) {
    const wanted = set.flatMap((fault) => host.names[fault.name].map((client) => ({ id: `${host.version}/${fault.name}/${client}`, fault, client })));
    const { answer: ports } = await ask(serverChild, { open: Object.fromEntries(wanted.map(({ id, fault }) => [id, fault.name])) });
    const cases = Object.fromEntries(wanted.map(({ id, fault, client }) => [id, { client, fault: fault.name, url: `http://127.0.0.1:${ports[id]}/` }]));
    const found = await host.run(cases);
    ({ uncaught } = found);
    const { answer: logs } = await ask(serverChild, { report: true });
    for (const { id, fault, client } of wanted) {
      const [seen, log] = [found.results[id], logs[id]];
      rows.push({ fault, client, seen, log });
      const expected = expectedOf(client, fault);
      if (expected) problems.push(...problemsOf({ fault, client, seen, log, expected }));
    }
  }
  await host.stop();
  const ours = uncaught.filter((stack) => stack.includes('/pkg/') || stack.includes(pkg));
  problems.push(...ours.map((stack) => `uncaught: ${stack}`));
  return { host, rows, problems: problems.map((problem) => `${host.version}: ${problem}`) };
}

const expectedOf = (client, { byDefault, withOptions }) => ({ 'eventsource-wasm': byDefault, 'eventsource-wasm, with options': withOptions })[client];

function table({ host, rows }) {
  const lines = [`## ${host.version}`, '', '| fault | client | received | lost | twice | requests in a minute | at most | longest delay, ms | says |', '|---|---|---:|---:|---:|---:|---:|---:|---|'];
  let last;
  for (const { fault, client, seen, log } of rows) {
    const total = totalOf(fault);
    const name = fault === last ? '' : fault.title;
    last = fault;
    const more = [...seen.said.slice(0, 4), ...(seen.said.length > 4 ? [`… ${seen.said.length - 4} more`] : [])];
    if (fault.isReadSlowly) more.push(`the server was held back for ${log.heldBackMs} ms`);
    if (seen.endedAs === 'time' && Number.isFinite(total) && seen.received < total && more.length === 0) more.push('nothing: it waits');
    lines.push(`| ${name} | ${client} | ${seen.received}${Number.isFinite(total) ? ` of ${total}` : ''} | ${seen.lost} | ${seen.twice} | ${perMinute(seen, log)} | ${expectedOf(client, fault)?.most ?? ''} | ${seen.received > 0 && seen.delay >= 0 ? seen.delay : ''} | ${more.join('; ').replaceAll('|', '\\|').replaceAll(/127\.0\.0\.1:\d+/g, 'host')} |`);
  }
  return lines.join('\n');
}

const hosts = { node: startNode, chromium: startChromium };
const found = await Promise.all(Object.entries(hosts).filter(([name]) => name.includes(options.host)).map(([, start]) => meet(start)));
serverChild.disconnect();
const real = options.only && !'real'.includes(options.only) ? undefined : await runReal(pkg);

const parts = found.map(table);
if (real) parts.push(real.table);
console.log(`\n${parts.join('\n\n')}\n`);
const problems = [...found.flatMap(({ problems }) => problems), ...(real?.problems ?? [])];
for (const problem of problems) console.log(`FAILED ${problem}`);
if (options.write) {
  const head = `# What each client does on a bad day

Written by \`node tests/faults/run.mjs --write\`. **received**: of the events that the server has, each with an id; **lost**: events that never came
though later ones did; **twice**: events that came again. Requests are those that the server has counted in one minute, redirected ones too,
preflights not; **at most** is what the suite asserts of ours. A client that gives up, or is done, sends no more. Each client is set up as its own README has it.`;
  writeFileSync(here('results.md'), `${head}\n\n${parts.join('\n\n')}\n`);
}
console.log(problems.length === 0 ? 'all as expected of ours' : `${problems.length} things are not as expected of ours`);
process.exit(problems.length === 0 ? 0 : 1);
