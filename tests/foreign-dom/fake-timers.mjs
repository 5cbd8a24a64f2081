// Timeouts by the clock that a test turns: `install(names)` takes the timers of these names away, or all; `advance(time)` lets time pass.

/** A response whose body the test writes. */
const writable = () => {
  let controller;
  const body = new ReadableStream({ start: (given) => { controller = given; } });
  const encoder = new TextEncoder();
  return {
    fetch: async () => ({ status: 200, headers: { get: (name) => (/content-type/i.test(name) ? 'text/event-stream' : null) }, body }),
    write: (text) => controller.enqueue(encoder.encode(text)),
  };
};

const equal = (found, expected) => {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value));
  if (one !== other) throw new Error(`expected ${other}, found ${one}`);
};

export function fakeTimerTests(test, EventSource, { install, advance }) {
  for (const [name, names] of [['all', undefined], ['setTimeout alone', ['setTimeout', 'clearTimeout']]]) {
    test(`idleTimeout ends at its time by the timers' clock: ${name} replaced`, async () => {
      install(names);
      const { fetch, write } = writable();
      const source = new EventSource('http://fake.test/', { fetch, idleTimeout: 1000, reconnect: false });
      const seen = [];
      source.onmessage = ({ data }) => seen.push(data);
      source.onerror = ({ cause }) => seen.push(cause.name);
      const message = () => new Promise((resolve) => source.addEventListener('message', resolve, { once: true }));
      await new Promise((resolve) => { source.onopen = resolve; });
      for (const data of ['a', 'b']) {
        advance(600);
        write(`data: ${data}\n\n`);
        await message();
      }
      advance(999);
      equal(seen, ['a', 'b']);
      advance(1);
      equal(seen, ['a', 'b', 'IdleTimeout']);
    });

    test(`openTimeout ends at its time, and the next attempt is made at its: ${name} replaced`, async () => {
      install(names);
      let calls = 0;
      const never = () => {
        calls += 1;
        return new Promise(() => {});
      };
      const source = new EventSource('http://fake.test/', { fetch: never, openTimeout: 1000, reconnect: { baseMs: 500 } });
      let failure;
      source.onerror = ({ cause, retryIn }) => { failure = [cause.name, retryIn]; };
      // The engine has been loaded by the source of the test before; it is waited for all the same.
      for (let turn = 0; turn < 50 && calls === 0; turn++) await Promise.resolve();
      equal(calls, 1);
      advance(999);
      equal(failure, undefined);
      advance(1);
      equal(failure, ['OpenTimeout', 500]);
      advance(499);
      equal(calls, 1);
      advance(1);
      equal(calls, 2);
      source.close();
    });
  }
}
