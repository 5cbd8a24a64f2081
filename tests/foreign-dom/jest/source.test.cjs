// In Jest's jsdom: a real source, and sources whose timers are Jest's.
const { EventSource } = require('eventsource-wasm');

const server = process.env.SSE_SERVER;

test('a source connects, and its events are those of the environment', async () => {
  const lines = [];
  const body = 'id: 7\ndata: one\n\nevent: tick\ndata: two\n\n';
  const source = new EventSource(`${server}/stream?end=hang&body=${encodeURIComponent(body)}`);
  source.onerror = ({ message }) => lines.push(message);
  source.onmessage = ({ data, lastEventId }) => lines.push(`${data} ${lastEventId}`);
  const tick = await new Promise((resolve) => source.addEventListener('tick', resolve));
  source.close();
  expect(lines).toEqual(['one 7']);
  expect([source instanceof EventTarget, tick instanceof Event, tick instanceof MessageEvent, tick.data]).toEqual([true, true, true, 'two']);
});

test('idleTimeout ends at its time by the timers of Jest', async () => {
  jest.useFakeTimers();
  try {
    let controller;
    const body = new ReadableStream({ start: (given) => { controller = given; } });
    const headers = { get: (name) => (/content-type/i.test(name) ? 'text/event-stream' : null) };
    const source = new EventSource('http://fake.test/', { fetch: async () => ({ status: 200, headers, body }), idleTimeout: 1000, reconnect: false });
    const seen = [];
    source.onmessage = ({ data }) => seen.push(data);
    source.onerror = ({ cause }) => seen.push(cause.name);
    await new Promise((resolve) => { source.onopen = resolve; });
    jest.advanceTimersByTime(600);
    controller.enqueue(new TextEncoder().encode('data: a\n\n'));
    await new Promise((resolve) => source.addEventListener('message', resolve));
    jest.advanceTimersByTime(999);
    expect(seen).toEqual(['a']);
    jest.advanceTimersByTime(1);
    expect(seen).toEqual(['a', 'IdleTimeout']);
  } finally {
    jest.useRealTimers();
  }
});
