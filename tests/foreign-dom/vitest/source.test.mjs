// In each environment of Vitest: a real source, and sources whose timers are Vitest's.
import { EventSource } from 'eventsource-wasm';
import { fetchEventSource } from 'eventsource-wasm/fetch-event-source';
import { afterEach, expect, test, vi } from 'vitest';
import { check, faultOf } from '../check.mjs';
import { fakeTimerTests } from '../fake-timers.mjs';

const server = process.env.SSE_SERVER;

test('a source connects and its events are those of the environment', async () => {
  expect(faultOf(await check(EventSource, server, true), true)).toBeUndefined();
});

test('a signal that fetch refuses: the attempt is made all the same, and is given up on closing', async () => {
  const key = `vitest-${Math.random()}`;
  const connections = async () => (await fetch(`${server}/connections?key=${key}`)).json();
  const source = new EventSource(`${server}/stream?end=hang&key=${key}&body=data:%20a%0A%0A`);
  await new Promise((resolve) => { source.onmessage = resolve; });
  expect((await connections()).open).toBe(1);
  source.close();
  await vi.waitFor(async () => expect((await connections()).open).toBe(0), { timeout: 8000 });
});

test('the same of fetchEventSource, with a signal of the environment', async () => {
  const controller = new AbortController();
  const data = [];
  await fetchEventSource(`${server}/stream?end=hang&body=data:%20a%0A%0A`, {
    openWhenHidden: true,
    signal: controller.signal,
    onmessage(message) {
      data.push(message.data);
      controller.abort();
    },
    onerror(error) { throw error; },
  });
  expect(data).toEqual(['a']);
});

afterEach(() => vi.useRealTimers());
fakeTimerTests(test, EventSource, {
  install: (names) => vi.useFakeTimers(names && { toFake: names }),
  advance: (time) => vi.advanceTimersByTime(time),
});
