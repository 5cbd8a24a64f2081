// The server that misbehaves, in a process of its own: `fork`ed, it opens a port for each case that it is told of, and tells what came.
import http from 'node:http';
import { AWAY, EACH, FLOOD, HELD_BACK, RETRY, SLOW, TOTAL } from './faults.mjs';

const STREAM = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const event = (id) => `id: ${id}\ndata: ${id} ${Date.now()} 你好\n\n`;
const events = (from, to) => Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => event(from + index)).join('');
const flushed = (response, text) => new Promise((resolve) => response.write(text, resolve));

/** An exchange is `{ request, response, query, count, last, isElsewhere, listener, log }`: `count` of attempts so far, `last` is the event that the client has. */
const open = ({ response }, retry = RETRY) => {
  response.writeHead(200, STREAM);
  response.write(`retry: ${retry}\n\n`);
};

/** The next few events; the last ones stay open, so that nothing follows. */
const some = async (exchange, end) => {
  const { response, last } = exchange;
  const to = Math.min(last + EACH, TOTAL);
  await flushed(response, events(last + 1, to));
  if (to < TOTAL) await end(to + 1);
};

const half = (id) => event(id).slice(0, 20);
/** What a page has not read when its connection breaks is lost to it: this long, so that a busy one has read it. */
const BEFORE_BREAKING = 300;
const breaking = (end) => async ({ response }, id) => {
  await flushed(response, half(id));
  await sleep(BEFORE_BREAKING);
  if (response.socket) end(response.socket);
};
const cut = breaking((socket) => socket.end());
const reset = breaking((socket) => socket.resetAndDestroy());

const cutting = (exchange) => {
  open(exchange);
  return some(exchange, (id) => cut(exchange, id));
};

/** As `cutting`, but that the second request meets something else. */
const onceOtherwise = (otherwise) => (exchange) => (exchange.count === 2 ? otherwise(exchange) : cutting(exchange));
const status = (code, headers = {}) => ({ response }) => response.writeHead(code, { 'Content-Type': 'text/plain', ...headers }).end('no');
const redirected = (code) => (exchange) => (exchange.isElsewhere ? cutting(exchange) : exchange.response.writeHead(code, { Location: `/elsewhere${exchange.query}` }).end());

/** One big write after another, no faster than they are taken. */
const pour = async ({ response, log }, from, to, size, text) => {
  for (let id = from; id <= to; ) {
    let piece = '';
    for (; id <= to && piece.length < 16_384; id++) piece += text(id, size);
    if (response.destroyed) return;
    log.written += piece.length;
    if (!response.write(piece)) {
      const start = Date.now();
      await new Promise((resolve) => {
        const go = () => {
          response.off('drain', go).off('close', go);
          resolve();
        };
        response.on('drain', go).on('close', go);
      });
      log.heldBackMs = Math.max(log.heldBackMs, Date.now() - start);
    }
  }
};

const FAULTS = {
  cut: cutting,
  reset: (exchange) => {
    open(exchange);
    return some(exchange, (id) => reset(exchange, id));
  },
  'half-a-character': (exchange) => {
    open(exchange);
    return some(exchange, (id) => {
      const whole = Buffer.from(event(id));
      exchange.response.end(whole.subarray(0, whole.indexOf('你') + 2));
    });
  },
  end: (exchange) => {
    open(exchange);
    return some(exchange, () => exchange.response.end());
  },
  async restart(exchange) {
    open(exchange);
    const { last, count, response, listener } = exchange;
    if (count > 1) return flushed(response, events(last + 1, TOTAL));
    await flushed(response, events(1, EACH));
    const { port } = listener.address();
    listener.close();
    listener.closeAllConnections();
    await sleep(AWAY);
    listener.listen(port, '127.0.0.1');
  },
  'redirect-301': redirected(301),
  'redirect-302': redirected(302),
  'redirect-307': redirected(307),
  silence(exchange) {
    open(exchange);
    return flushed(exchange.response, exchange.count === 1 ? events(1, EACH) : events(exchange.last + 1, TOTAL));
  },
  'no-head': onceOtherwise(() => {}),
  'status-500': onceOtherwise(status(500)),
  'retry-after': onceOtherwise(status(503, { 'Retry-After': '2' })),
  'retry-after-date': onceOtherwise((exchange) => status(503, { 'Retry-After': new Date(Date.now() + 3000).toUTCString() })(exchange)),
  'wrong-type': onceOtherwise(status(200, { 'Content-Type': 'text/html' })),
  'status-204': (exchange) => (exchange.count > 1 ? exchange.response.writeHead(204).end() : cutting(exchange)),
  async buffering(exchange) {
    const { response, last } = exchange;
    const held = [];
    const start = Date.now();
    for (let id = last + 1; id <= TOTAL && Date.now() - start < HELD_BACK; id++) {
      held.push(event(id));
      await sleep(HELD_BACK / TOTAL);
    }
    if (response.destroyed) return;
    open(exchange);
    await flushed(response, held.join('') + events(last + 1 + held.length, TOTAL));
  },
  async post(exchange) {
    open(exchange);
    await flushed(exchange.response, events(1, EACH).replace(/^id.*\n/gm, ''));
    await cut(exchange, EACH + 1);
  },
  'post-with-ids': cutting,
  'ends-at-once'(exchange) {
    open(exchange, 5);
    exchange.response.end();
  },
  'one-and-end'(exchange) {
    open(exchange, 5);
    exchange.response.end(event(exchange.last + 1));
  },
  'always-500': status(500),
  'always-503': status(503, { 'Retry-After': '5' }),
  'always-reset': ({ response }) => response.socket.resetAndDestroy(),
  'never-a-head': () => {},
  'always-silent': ({ response }) => response.writeHead(200, STREAM).flushHeaders(),
  'redirect-loop': ({ response, request }) => response.writeHead(302, { Location: request.url }).end(),
  async flood(exchange) {
    open(exchange);
    const { last } = exchange;
    if (last >= FLOOD / 2) return pour(exchange, last + 1, FLOOD, 0, event);
    await pour(exchange, last + 1, FLOOD / 2, 0, event);
    await cut(exchange, FLOOD / 2 + 1);
  },
  async slow(exchange) {
    open(exchange);
    await pour(exchange, exchange.last + 1, SLOW.events, SLOW.size, (id, size) => `id: ${id}\ndata: ${id} ${Date.now()} ${'x'.repeat(size)}\n\n`);
  },
};

const cases = new Map();

async function openCase(name, fault) {
  const log = { requests: [], preflights: 0, unfinished: 0, written: 0, heldBackMs: 0 };
  const listener = http.createServer(async (request, response) => {
    // The page is of another origin.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', '*');
    if (request.method === 'OPTIONS') {
      log.preflights++;
      return response.writeHead(204, { 'Access-Control-Allow-Headers': 'last-event-id, content-type, cache-control, x-requested-with', 'Access-Control-Allow-Methods': '*', 'Access-Control-Max-Age': '600' }).end();
    }
    const { pathname, search, searchParams } = new URL(request.url, 'http://here');
    // event-source-polyfill has it in the query.
    const last = Number(request.headers['last-event-id'] ?? searchParams.get('lastEventId') ?? 0) || 0;
    const isElsewhere = pathname === '/elsewhere';
    log.requests.push({ at: Date.now(), last, method: request.method });
    log.unfinished++;
    response.once('close', () => log.unfinished--);
    response.on('error', () => {});
    request.resume();
    // Redirected requests are part of one attempt.
    if (!isElsewhere) log.attempts = (log.attempts ?? 0) + 1;
    try {
      await FAULTS[fault]({ request, response, log, listener, last, isElsewhere, query: search, count: log.attempts });
    } catch (error) {
      if (!response.destroyed) process.send({ broken: `${fault}: ${error.stack}` });
    }
  });
  listener.on('connection', (socket) => socket.setNoDelay(true).on('error', () => {}));
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  cases.set(name, log);
  return listener.address().port;
}

process.on('message', async ({ id, open: named, report }) => {
  if (named) {
    const ports = {};
    for (const [name, fault] of Object.entries(named)) ports[name] = await openCase(name, fault);
    process.send({ id, answer: ports });
  } else if (report) process.send({ id, answer: Object.fromEntries(cases) });
});
// All ends with who started us.
process.on('disconnect', () => process.exit());
