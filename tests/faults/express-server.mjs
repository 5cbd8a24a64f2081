// Express as the server, in a process of its own that can be ended and started again: `node express-server.mjs <port or 0>`.
import express from 'express';

const PERIOD = 50;
const app = express();
let running = 0;

/** `?total=&silence=&buffered=&comments=`: numbered events from `Last-Event-ID` on; `silence` ms behind the tenth, comments in it if wanted. */
app.get('/events', (request, response) => {
  const total = Number(request.query.total ?? 40);
  let id = Number(request.get('Last-Event-ID') ?? 0);
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  if (request.query.unbuffered) response.set('X-Accel-Buffering', 'no');
  response.flushHeaders();
  response.write('retry: 100\n\n');
  running++;
  let silentUntil = 0;
  const timer = setInterval(() => {
    if (Date.now() < silentUntil) return request.query.comments && response.write(': here\n\n');
    if (id >= total) return request.query.ends ? response.end() : undefined;
    id++;
    response.write(`id: ${id}\ndata: ${id} ${Date.now()}\n\n`);
    if (id === 10) silentUntil = Date.now() + Number(request.query.silence ?? 0);
  }, PERIOD);
  response.on('close', () => {
    running--;
    clearInterval(timer);
  });
});

const listener = app.listen(Number(process.argv[2]), '127.0.0.1', () => process.send({ port: listener.address().port }));
process.on('message', () => process.send({ running }));
process.on('disconnect', () => process.exit());
