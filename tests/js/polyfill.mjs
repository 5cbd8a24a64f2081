// Tests of what stands in for event-source-polyfill, and for the platform's class where there is none.

/** `polyfill`: `{ module, native, installed }`, what the entry exports, and the global EventSource before its import and behind it. */
export function polyfillTests({ test: register, assert, EventSource, ErrorEvent, polyfill, server, second, host }) {
  const { module, native, installed } = polyfill;
  const { EventSourcePolyfill, NativeEventSource, install } = module;
  const test = (name, body) => register(`[extension] EventSourcePolyfill: ${name}`, body);
  const key = (name) => `polyfill-${host.name}-${name}`;
  const streamOf = (body, parameters = {}) => `${server}/stream?${new URLSearchParams({ body, ...parameters })}`;
  // Asked of the other origin: a page may have six connections to one.
  const logOf = async (name) => (await (await fetch(`${second}/log?key=${key(name)}`)).json()).filter(({ preflight }) => !preflight);
  const open = (cleanup, url, options) => {
    const source = new EventSourcePolyfill(url, options);
    cleanup(() => source.close());
    return source;
  };
  const next = (source, type) => new Promise((done) => source.addEventListener(type, done, { once: true }));
  const nextError = (source) => next(source, 'error');
  /** `count` error events of a source, with its ready state at each. */
  const errors = (source, count) =>
    new Promise((done) => {
      const found = [];
      source.onerror = (event) => {
        found.push({ event, readyState: source.readyState });
        if (found.length === count) done(found);
      };
    });
  const answer = (body, init) => new Response(body, { headers: { 'content-type': 'text/event-stream' }, ...init });

  // ---- What the import does

  test('the import fills a gap, and leaves what there is', () => {
    assert.equal(NativeEventSource, native);
    assert.equal(installed, native ?? EventSource);
    assert.equal(module.EventSource, installed);
  });
  test('install replaces what there is only where it is told to', () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'EventSource');
    const define = (descriptor) => Object.defineProperty(globalThis, 'EventSource', descriptor);
    try {
      const other = class {};
      define({ value: other, writable: true, configurable: true });
      install();
      install({});
      install({ force: false });
      assert.equal(globalThis.EventSource, other);
      install({ force: true });
      assert.equal(globalThis.EventSource, EventSource);
      // What import gives of a CommonJS file is a copy.
      assert.equal((module.default ?? module).EventSource, EventSource);
      assert.equal(NativeEventSource, native);
      // Cloudflare's is inherited.
      define({ value: undefined, writable: true, enumerable: false, configurable: true });
      install();
      assert.deepEqual(Object.getOwnPropertyDescriptor(globalThis, 'EventSource'), { value: EventSource, writable: true, enumerable: false, configurable: true });
    } finally {
      delete globalThis.EventSource;
      if (before) define(before);
    }
  });

  // ---- The class

  test('is an EventSource, with its constants, its name and a length of 1', ({ cleanup }) => {
    const source = open(cleanup, streamOf(''));
    assert.ok(source instanceof EventSource);
    assert.ok(source instanceof EventSourcePolyfill);
    const { CONNECTING, OPEN, CLOSED, length, name } = EventSourcePolyfill;
    assert.deepEqual([CONNECTING, OPEN, CLOSED, length, name, source.CLOSED], [0, 1, 2, 1, 'EventSourcePolyfill', 2]);
    assert.equal(source.readyState, EventSourcePolyfill.CONNECTING);
    assert.equal(source.withCredentials, false);
    source.close();
    assert.equal(source.readyState, EventSourcePolyfill.CLOSED);
  });
  test('what is wrong throws before anything is sent', () => {
    assert.throws(() => new EventSourcePolyfill(), 'TypeError', /URL is needed/);
    assert.throws(() => new EventSourcePolyfill('http://['), 'SyntaxError');
    assert.throws(() => new EventSourcePolyfill(server, { Transport: class {} }), 'TypeError', /`Transport`.*`fetch`/);
    assert.throws(() => new EventSourcePolyfill(server, { body: 1 }), 'TypeError', /`body`/);
    assert.throws(() => new EventSourcePolyfill(server, { fetch: '' }), 'TypeError', /`fetch` must be a function/);
    new EventSourcePolyfill(server, { Transport: undefined, fetch: undefined }).close();
    new EventSourcePolyfill(server, null).close();
  });
  test('open has the status, its text and the headers; a message is as in the standard', async ({ cleanup }) => {
    const source = open(cleanup, streamOf('id: 7\ndata: a\ndata: b\n\n', { end: 'hang', header: 'x-some:thing' }));
    const [opened, message] = await Promise.all([next(source, 'open'), next(source, 'message')]);
    assert.deepEqual([opened.status, opened.statusText, opened.headers.get('Content-Type'), opened.target === source], [200, 'OK', 'text/event-stream', true]);
    assert.deepEqual([message.data, message.lastEventId, message.origin, source.lastEventId], ['a\nb', '7', server, '7']);
    assert.equal(source.readyState, 1);
  });
  test("a server's own events named open and error are left as they are", async ({ cleanup }) => {
    const source = open(cleanup, streamOf('event: open\ndata: 1\n\nevent: error\ndata: 2\n\n', { end: 'hang', delay: 50, cut: 22 }));
    const found = [];
    const seen = new Promise((done) => {
      source.onopen = (event) => found.push(['open', event.data, 'statusText' in event]);
      source.onerror = (event) => done(found.push(['error', event.data, 'statusText' in event, 'error' in event]));
    });
    await seen;
    assert.deepEqual(found, [['open', undefined, true], ['open', '1', false], ['error', '2', false, false]]);
  });
  test('a refused response ends it: status, statusText and headers', async ({ cleanup }) => {
    const headers = { 'content-type': 'application/json', 'x-why': 'none' };
    const refused = async () => new Response('{}', { status: 403, statusText: 'Forbidden', headers });
    const source = open(cleanup, `${server}/`, { fetch: refused });
    const error = await nextError(source);
    assert.ok(error instanceof ErrorEvent);
    assert.deepEqual([error.status, error.statusText, error.headers.get('x-why'), error.error, error.code, error.retryIn], [403, 'Forbidden', 'none', undefined, 403, null]);
    assert.equal(source.readyState, 2);
    const over = open(cleanup, streamOf('', { status: 204 }));
    const end = await nextError(over);
    assert.deepEqual([end.status, end.statusText, over.readyState], [204, 'No Content', 2]);
  });
  test('so does a response of another type', async ({ cleanup }) => {
    const source = open(cleanup, streamOf('x', { type: 'text/plain' }));
    const { status, statusText, headers, error } = await nextError(source);
    assert.deepEqual([status, statusText, headers.get('content-type'), error, source.readyState], [200, 'OK', 'text/plain', undefined, 2]);
  });
  test('a stream that ends is no error of its own, and has no status', async ({ cleanup }) => {
    const source = open(cleanup, streamOf('data: x\n\n'));
    const [{ event, readyState }] = await errors(source, 1);
    assert.deepEqual([event.status, event.statusText, event.headers, event.error, event.retryIn, readyState], [undefined, undefined, undefined, undefined, 1000, 0]);
  });
  test('what breaks a connection is the error', async ({ cleanup }) => {
    const cause = new TypeError('no route');
    const source = open(cleanup, `${server}/`, { fetch: () => Promise.reject(cause) });
    const { error, status, message } = await nextError(source);
    assert.equal(error, cause);
    assert.equal(status, undefined);
    assert.match(message, /no route/);
    const broken = open(cleanup, streamOf('data: x\n\n', { end: 'reset' }));
    const event = await nextError(broken);
    assert.ok(event.error instanceof Error);
    assert.equal(event.error, event.cause);
    assert.equal(event.status, undefined);
  });
  test('waits for a second, twice as long with each failure, and anew behind a stream that has opened', async ({ cleanup }) => {
    const answers = [() => Promise.reject(new TypeError('1')), () => Promise.reject(new TypeError('2')), async () => answer('')];
    const source = open(cleanup, `${server}/`, { fetch: () => answers.shift()() });
    const found = await errors(source, 3);
    assert.deepEqual(found.map(({ event }) => event.retryIn), [1000, 2000, 1000]);
    assert.deepEqual(found.map(({ readyState }) => readyState), [0, 0, 0]);
  });
  test('retry fields change the wait', async ({ cleanup }) => {
    const source = open(cleanup, streamOf('retry: 50\ndata: x\n\n', { key: key('retry') }));
    const found = await errors(source, 2);
    assert.equal(found[0].event.retryIn, 50);
    assert.equal((await logOf('retry')).length, 2);
  });

  // ---- lastEventIdQueryParameterName

  /** The paths and queries of the requests of a source behind an ID. */
  const behindAnId = async (cleanup, name, query, options) => {
    const source = open(cleanup, `${streamOf('retry: 20\nid: a&b é\ndata: x\n\n', { key: key(name) })}${query}`, options);
    await errors(source, 2);
    source.close();
    const log = await logOf(name);
    assert.deepEqual(log.slice(0, 2).map(({ headers }) => headers['last-event-id']), [undefined, undefined]);
    return log.slice(0, 2).map(({ url }) => new URL(url, server).searchParams);
  };
  test('the last event ID is sent as the parameter lastEventId, not as a header', async ({ cleanup }) => {
    const [first, second] = await behindAnId(cleanup, 'query', '');
    assert.equal(first.get('lastEventId'), null);
    assert.deepEqual(second.getAll('lastEventId'), ['a&b é']);
  });
  test('in the place of one that the URL has', async ({ cleanup }) => {
    const [first, second] = await behindAnId(cleanup, 'replaced', '&lastEventId=3&z=1');
    assert.deepEqual(first.getAll('lastEventId'), ['3']);
    assert.deepEqual([second.getAll('lastEventId'), second.get('z')], [['a&b é'], '1']);
  });
  test('under another name where one is given', async ({ cleanup }) => {
    const [, second] = await behindAnId(cleanup, 'named', '&lastEventId=3', { lastEventIdQueryParameterName: 'Last-Event-Id' });
    assert.deepEqual([second.get('Last-Event-Id'), second.get('lastEventId')], ['a&b é', '3']);
  });
  test('also where a function says where to go', async ({ cleanup }) => {
    const source = open(cleanup, () => streamOf('retry: 20\nid: 7\ndata: x\n\n', { key: key('moving') }));
    await errors(source, 2);
    source.close();
    assert.deepEqual((await logOf('moving')).slice(0, 2).map(({ url }) => new URL(url, server).searchParams.get('lastEventId')), [null, '7']);
  });
  test('what a data or blob URL says is not changed', async ({ cleanup }) => {
    for (const url of ['data:text/event-stream,id:1%0Adata:x%0A%0A', 'blob:http://localhost/1']) {
      const sent = [];
      const fetching = async (to) => {
        sent.push(to);
        return answer('retry: 1\nid: 1\ndata: x\n\n');
      };
      const source = open(cleanup, url, { fetch: fetching });
      await errors(source, 2);
      source.close();
      assert.deepEqual(sent.slice(0, 2), [url, url]);
    }
  });

  // ---- headers

  test('headers are read at each attempt', async ({ cleanup }) => {
    const headers = { Authorization: 'one' };
    const source = open(cleanup, streamOf('retry: 10\ndata: x\n\n', { key: key('headers') }), { headers });
    assert.equal(source.headers, headers);
    const steps = [
      () => (headers.Authorization = 'two'),
      () => (source.headers = { authorization: 3 }),
      () => (source.headers = ({ attempt, reason }) => ({ authorization: `${attempt} ${reason}` })),
      () => (source.headers = null),
      () => source.close(),
    ];
    await new Promise((done) => {
      source.onerror = () => {
        steps.shift()();
        if (steps.length === 0) done();
      };
    });
    const log = await logOf('headers');
    assert.deepEqual(log.map(({ headers: sent }) => sent.authorization), ['one', 'two', '3', '2 StreamEnded', undefined]);
    assert.deepEqual([...new Set(log.map(({ headers: sent }) => sent.accept))], ['text/event-stream']);
  });
  test('headers that HTTP does not allow end it, and are named', async ({ cleanup }) => {
    const source = open(cleanup, `${server}/`, { headers: { 'a b': 'c' } });
    const { error, retryIn } = await nextError(source);
    assert.match(error.message, /"a b"/);
    assert.equal(retryIn, null);
    assert.equal(source.readyState, 2);
  });

  // ---- withCredentials, fetch, and what the class has besides

  test('withCredentials is a truth value, and is what fetch is told', async ({ cleanup }) => {
    for (const [given, shown, credentials] of [[undefined, false, 'same-origin'], [1, true, 'include']]) {
      let sent;
      const called = new Promise((done) => {
        sent = (_, init) => {
          done(init);
          return new Promise(() => {});
        };
      });
      const source = open(cleanup, `${server}/`, { withCredentials: given, fetch: sent });
      assert.equal(source.withCredentials, shown);
      const init = await called;
      assert.deepEqual([init.method, init.credentials, init.cache], ['GET', credentials, 'no-store']);
    }
  });
  test('takes the options of EventSource', async ({ cleanup }) => {
    const source = open(cleanup, `${server}/echo`, { body: { a: 1 }, closeOn: ['message'] });
    const message = await next(source, 'message');
    assert.equal(JSON.parse(message.data).body, '{"a":1}');
    assert.equal(JSON.parse(message.data).method, 'POST');
    assert.equal(source.readyState, 2);
  });

  // ---- heartbeatTimeout

  test('silence is an error, and another attempt; what is too short is a second', async ({ cleanup }) => {
    const source = open(cleanup, streamOf('data: x\n\n', { end: 'hang', key: key('silence') }), { heartbeatTimeout: 0 });
    const start = Date.now();
    const [{ event, readyState }] = await errors(source, 1);
    assert.ok(Date.now() - start >= 950, `after ${Date.now() - start} ms`);
    assert.match(event.error.message, /^No activity within 1000 milliseconds\./);
    assert.deepEqual([event.status, readyState, event.retryIn, event.cause.name, event.error.cause === event.cause], [undefined, 0, 1000, 'IdleTimeout', true]);
    await next(source, 'open');
    assert.equal((await logOf('silence')).length, 2);
  });
  test('so is a response that does not come', async ({ cleanup }) => {
    const source = open(cleanup, streamOf('data: x\n\n', { first: 5000 }), { heartbeatTimeout: '1000' });
    const { error, cause } = await nextError(source);
    assert.match(error.message, /^No activity within 1000 milliseconds\./);
    assert.equal(cause.name, 'OpenTimeout');
  });
  test('comments are life', async ({ cleanup }) => {
    const source = open(cleanup, streamOf(':\n', { repeat: 10, every: 2, delay: 200, end: 'close' }), { heartbeatTimeout: 1000 });
    const { error } = await nextError(source);
    assert.equal(error, undefined);
  });
  test('heartbeatTimeout: the default, the most, and what is no number', async ({ cleanup }) => {
    const { setTimeout: original } = globalThis;
    const waits = [];
    globalThis.setTimeout = (callback, ms, ...rest) => {
      waits.push(ms);
      return original(callback, ms, ...rest);
    };
    try {
      for (const [given, expected] of [[undefined, 45000], [null, 45000], ['x', 45000], [Infinity, 45000], [61234.5, 61234], ['61235 ms', 61235], [1e9, 18000000]]) {
        waits.length = 0;
        await new Promise((done) => {
          const never = () => {
            done();
            return new Promise(() => {});
          };
          open(cleanup, `${server}/`, { heartbeatTimeout: given, fetch: never });
        });
        await Promise.resolve();
        await new Promise((done) => original(done));
        // The last 50 ms are a timer of their own, see `startTimer` of connection.js.
        assert.ok(waits.includes(expected - 50), `${given}: ${waits}`);
      }
    } finally {
      globalThis.setTimeout = original;
    }
  });
  test('null is as not given', async ({ cleanup }) => {
    const nulls = { headers: null, withCredentials: null, heartbeatTimeout: null, lastEventIdQueryParameterName: null, reconnect: null, openTimeout: null, idleTimeout: null };
    const source = open(cleanup, streamOf('data: x\n\n', { end: 'hang' }), nulls);
    await new Promise((done) => { source.onmessage = done; });
    assert.equal(source.reconnectionTime, 1000);
  });
  test('openTimeout and idleTimeout go before it', async ({ cleanup }) => {
    const source = open(cleanup, streamOf('data: x\n\n', { end: 'hang' }), { idleTimeout: 60 });
    const { error } = await nextError(source);
    assert.match(error.message, /^No activity within 60 milliseconds\./);
  });
}
