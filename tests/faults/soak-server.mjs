// A server that misbehaves at random, `fork`ed by soak.mjs: `/<name>` is a stream of numbered events that goes on from `Last-Event-ID`.
import http from 'node:http';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const between = (from, to) => from + Math.floor(Math.random() * (to - from));
const event = (id) => `id: ${id}\ndata: ${id} ${'x'.repeat(between(0, 200))} 你好\n\n`;
const STREAM = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };

let requests = 0;
let unfinished = 0;
const ends = {
  close: (response) => response.end(),
  cut: (response) => response.socket?.end(),
  reset: (response) => response.socket?.resetAndDestroy(),
  character: (response) => response.end(Buffer.from('data: 你').subarray(0, 8)),
  event: (response, id) => response.write(event(id).slice(0, 12), () => response.socket?.end()),
  silence() {},
};
const refusals = {
  status: (response) => response.writeHead(500).end('no'),
  later: (response) => response.writeHead(503, { 'Retry-After': '1' }).end('no'),
  'no head'() {},
  reset: (response) => response.socket.resetAndDestroy(),
  empty: (response) => response.writeHead(200, STREAM).end(),
  redirect: (response, request) => response.writeHead(302, { Location: request.url }).end(),
};
const anyOf = (object) => Object.values(object)[between(0, Object.keys(object).length)];

const listener = http.createServer(async (request, response) => {
  requests++;
  unfinished++;
  response.once('close', () => unfinished--);
  response.on('error', () => {});
  request.resume();
  if (Math.random() < 0.25) return anyOf(refusals)(response, request);
  response.writeHead(200, STREAM);
  response.write('retry: 100\n\n');
  let id = Number(request.headers['last-event-id'] ?? 0);
  const until = Date.now() + between(0, 8000);
  while (!response.destroyed && Date.now() < until) {
    // Now and then a burst.
    const count = Math.random() < 0.02 ? 2000 : between(1, 4);
    let text = ': here\n';
    for (let left = count; left > 0; left--) text += event(++id);
    if (!response.write(text)) await new Promise((resolve) => setTimeout(resolve, 50));
    await sleep(between(50, 400));
  }
  if (!response.destroyed) anyOf(ends)(response, id + 1);
});
listener.on('connection', (socket) => socket.on('error', () => {}));
listener.listen(0, '127.0.0.1', () => process.send({ port: listener.address().port }));
process.on('message', () => listener.getConnections((_, connections) => process.send({ requests, unfinished, connections })));
process.on('disconnect', () => process.exit());
