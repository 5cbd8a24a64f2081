// Tests of what stands in for other packages: createParser and its streams, fetchEventSource and its pieces, and options of EventSource.
import { DELIBERATE } from './harness.mjs';

export function dropInTests({ test: register, assert, EventSource, ErrorEvent, dropIns, server, host }) {
  const { createParser, ParseError, EventSourceParserStream, events, EventStreamContentType, getBytes, getLines, getMessages } = dropIns;
  // Another test tells the page that it is hidden, and shown.
  const fetchEventSource = (input, init) => dropIns.fetchEventSource(input, { openWhenHidden: true, ...init });
  const test = (name, body) => register(`[extension] ${name}`, body);
  const utf8 = (text) => new TextEncoder().encode(text);
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const streamOf = (...chunks) =>
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(typeof chunk === 'string' ? utf8(chunk) : chunk);
        controller.close();
      },
    });
  const rejection = async (promise) => {
    let found;
    await promise.catch((error) => {
      found = error;
    });
    assert.ok(found, 'expected a rejection');
    return found;
  };

  // ---- createParser

  /** A parser that tells of everything, in order. */
  const watched = (config = {}) => {
    const log = [];
    const parser = createParser({
      onEvent: ({ id, event, data }) => log.push(`event ${id} ${event} ${data}`),
      onId: (id) => log.push(`id ${id}`),
      onRetry: (time) => log.push(`retry ${time}`),
      onError: ({ type, field, value, line }) => log.push([type, field, value, line].join(' | ')),
      ...config,
    });
    return { ...parser, log };
  };

  test('createParser: an event has what its own block says', () => {
    const { feed, log } = watched();
    feed('id: 1\nevent: a\ndata: x\n\ndata: y\n\nevent:\ndata: z\n\nevent: message\ndata\n\nid\n\n');
    assert.deepEqual(log, ['id 1', 'event 1 a x', 'event undefined undefined y', 'event undefined undefined z', 'event undefined message ', 'id ']);
  });
  test('createParser: an id is told at the end of each block that has it, with data or without', () => {
    const { feed, log } = watched();
    feed('id: 1\n');
    assert.deepEqual(log, []);
    feed('\n');
    feed('id: 1\ndata: x\n\ndata: y\n\nid: a\0b\n\n');
    assert.deepEqual(log, ['id 1', 'id 1', 'event 1 undefined x', 'event undefined undefined y']);
  });
  test('createParser: the same events at any chunking, of bytes and of strings', () => {
    const text = '\ufeffid: 1\r\nevent: 你\r\ndata: 👋 a\r\ndata: b\r\n\r\n: c\rfoo: bar\rretry: 5\r\rretry: x\n\ndata: é\n\n';
    const whole = watched();
    whole.feed(text);
    assert.deepEqual(whole.log, ['id 1', 'event 1 你 👋 a\nb', 'unknown-field | foo | bar | foo: bar', 'retry 5', 'invalid-retry |  | x | retry: x', 'event undefined undefined é']);
    // Nothing is told of lines that are dropped before their end.
    const expected = whole.log.filter((line) => !line.startsWith('unknown'));
    const bytes = utf8(text);
    for (const size of [1, 2, 3, 5, 7]) {
      for (const given of [bytes, text]) {
        const parser = watched();
        for (let at = 0; at < given.length; at += size) parser.feed(given.slice(at, at + size));
        assert.deepEqual(parser.log.filter((line) => !line.startsWith('unknown')), expected, `in pieces of ${size}`);
      }
    }
  });
  test('createParser: a BOM is stripped once, also one that was decoded byte by byte', () => {
    for (const chunks of [['\ufeffdata: x\n\n'], ['\xef\xbb\xbfdata: x\n\n'], ['', '\xef', '\xbb', '\xbfdata: x\n\n'], [utf8('\ufeff').slice(0, 2), utf8('\ufeff').slice(2), 'data: x\n\n']]) {
      const { feed, reset, log } = watched();
      chunks.forEach(feed);
      feed('\ufeffdata: y\n\n');
      reset();
      chunks.forEach(feed);
      const found = ['event undefined undefined x', 'unknown-field | \ufeffdata | y | \ufeffdata: y', 'event undefined undefined x'];
      assert.deepEqual(log, found, JSON.stringify(chunks));
    }
  });
  test('createParser: what has no effect is told as a ParseError', () => {
    const errors = [];
    const { feed } = createParser({ onError: (error) => errors.push(error) });
    feed('retry: 1e3\nDATA: x\nnonsense\nid: a\0\n' + `${'long '.repeat(9)}:  x\n\n`);
    assert.ok(errors.every((error) => error instanceof ParseError && error instanceof Error && error.name === 'ParseError'));
    assert.deepEqual(errors.map(({ message }) => message), ['Invalid `retry` value: "1e3"', 'Unknown field "DATA"', 'Unknown field "nonsense"', 'Unknown field "long long long long …"']);
    assert.deepEqual(errors.map(({ value }) => value), ['1e3', 'x', '', ' x']);
  });
  test('createParser: a line that can not become a field is dropped before its end, and nothing is told of it', () => {
    const { feed, log } = watched({ maxBufferSize: 16 });
    feed('foo\nevidence: ');
    for (let at = 0; at < 9; at++) feed('a long answer that is no stream');
    feed('\r');
    feed('\nbar\n:');
    feed('a comment without an end');
    feed('\ndata: ok\n\n');
    assert.deepEqual(log, ['unknown-field | foo |  | foo', 'unknown-field | bar |  | bar', 'event undefined undefined ok']);
  });
  test('createParser: comments are told where they are asked for, also when they come in pieces', () => {
    const comments = [];
    const { feed } = createParser({ onComment: (text) => comments.push(text), maxBufferSize: 16 });
    feed(':a');
    feed('b\n:  c\n:\n');
    assert.deepEqual(comments, ['ab', ' c', '']);
  });
  test('createParser: a callback that is no function throws TypeError that names it', () => {
    for (const name of ['onEvent', 'onId', 'onRetry', 'onComment', 'onError']) {
      assert.throws(() => createParser({ [name]: 1 }), 'TypeError', new RegExp(`\`${name}\``));
      createParser({ [name]: undefined }).feed('data: 1\n\n');
    }
  });
  test('createParser: what a callback feeds while leftovers are told, to this parser or another, takes nothing away', () => {
    const log = [];
    const { feed: feedOther } = createParser({ onEvent: ({ data }) => log.push(`other ${data}`) });
    const { feed } = createParser({
      onEvent({ data }) {
        log.push(data);
        if (data === 'throw') throw new Error(DELIBERATE);
        if (data === 'left') {
          feed('data: fed\n\n');
          feedOther('data: of another stream, and longer\n\n');
        }
      },
    });
    assert.throws(() => feed('data: throw\n\ndata: left\n\n'), 'Error');
    feed('data: last one\n\n');
    assert.deepEqual(log, ['throw', 'left', 'other of another stream, and longer', 'last one', 'fed']);
  });
  test('createParser: a configuration that is none throws TypeError that names what is wrong', () => {
    for (const most of [NaN, -1, '5', {}]) assert.throws(() => createParser({ maxBufferSize: most }), 'TypeError', /`maxBufferSize`/);
    createParser({ maxBufferSize: null }).feed('data: 1\n\n');
    if (globalThis.TransformStream) assert.throws(() => new EventSourceParserStream({ onComment: 5 }), 'TypeError', /EventSourceParserStream: option `onComment`/);
  });
  test('createParser: maxBufferSize counts the characters that wait', () => {
    const { feed, reset, log } = watched({ maxBufferSize: 10 });
    const over = 'max-buffer-size-exceeded |  |  | ';
    feed('data:👋好好好');
    feed('\n');
    feed('data:');
    assert.deepEqual(log, []);
    feed('xxx');
    assert.deepEqual(log, [over]);
    assert.throws(() => feed('x'), 'Error', /max buffer size/);
    reset();
    feed(`data: ${'x'.repeat(99)}\n\ndata:12345`);
    assert.deepEqual(log, [over, `event undefined undefined ${'x'.repeat(99)}`]);
    feed('6');
    assert.deepEqual(log.slice(2), [over]);
  });
  test('createParser: without maxBufferSize a line may be longer than the limits of EventStreamParser', () => {
    const { feed, log } = watched({ onEvent: ({ data }) => log.push(data.length) });
    const piece = utf8('x'.repeat(1 << 20));
    feed('data:');
    for (let at = 0; at < 17; at++) feed(piece);
    feed('\n\n');
    assert.deepEqual(log, [17 << 20]);
  });
  test('createParser: reset forgets; with consume an unfinished line counts', () => {
    const { feed, reset, log } = watched();
    feed('id: 1\ndata: x\nretry: 7');
    reset();
    feed('\n\ndata: y\n\nretry: 8');
    reset({ consume: true });
    feed('nonsense that goes on');
    reset({ consume: true });
    feed('data: z\n\n');
    assert.deepEqual(log, ['event undefined undefined y', 'retry 8', 'event undefined undefined z']);
  });
  test('createParser: onEmptyEvent is called for blocks that have fields and no data', () => {
    const log = [];
    const { feed } = createParser({ onEmptyEvent: (event) => log.push(event), onEvent: ({ data }) => log.push(data) });
    feed('\n: hi\n\nevent: ping\n\nid: 1\n\nretry: 1\n\nid: 2\nevent: x\n\ndata: y\n\n\n');
    const empty = (id, event) => ({ id, event, data: '' });
    assert.deepEqual(log, [empty(undefined, 'ping'), empty('1', undefined), empty(undefined, undefined), empty('2', 'x'), 'y']);
  });
  test('createParser: a callback may feed, reset or throw', () => {
    const log = [];
    const parser = createParser({
      onEvent({ data }) {
        log.push(data);
        if (data === 'feed') parser.feed('data: fed\n\n');
        if (data === 'reset') parser.reset();
        if (data === 'throw') throw new Error('of a callback');
      },
    });
    parser.feed('data: feed\n\ndata: behind\n\n');
    parser.feed('data: reset\n\ndata: never\n\n');
    assert.throws(() => parser.feed('data: throw\n\ndata: left\n\n'), 'Error', /of a callback/);
    parser.feed('data: last\n\n');
    assert.deepEqual(log, ['feed', 'behind', 'fed', 'reset', 'throw', 'left', 'last']);
  });
  test('createParser: a wrong argument throws', () => {
    assert.throws(() => createParser(() => {}), 'TypeError', /must be an object, got a function/);
    assert.throws(() => createParser({}).feed(5), 'TypeError', /chunk/);
  });

  // ---- Streams

  const all = async (iterable) => {
    const found = [];
    for await (const value of iterable) found.push(value);
    return found;
  };
  const readAll = async (stream) => {
    const reader = stream.getReader();
    const found = [];
    for (let result = await reader.read(); !result.done; result = await reader.read()) found.push(result.value);
    return found;
  };

  test('EventSourceParserStream: events of bytes and of strings', async () => {
    const bytes = utf8('id: 1\ndata: 你好\n\nevent: a\ndata: b\n\ndata: cut off');
    const expected = [{ id: '1', event: undefined, data: '你好' }, { id: undefined, event: 'a', data: 'b' }];
    assert.deepEqual(await readAll(streamOf(bytes.slice(0, 14), bytes.slice(14)).pipeThrough(new EventSourceParserStream())), expected);
    const strings = new ReadableStream({
      start(controller) {
        controller.enqueue('id: 1\ndata: 你');
        controller.enqueue('好\n\nevent: a\ndata: b\n\n');
        controller.close();
      },
    });
    assert.deepEqual(await readAll(strings.pipeThrough(new EventSourceParserStream())), expected);
    assert.ok(new EventSourceParserStream() instanceof TransformStream);
  });
  test('EventSourceParserStream: an error is told, or ends the stream where that is asked for', async () => {
    const errors = [];
    const log = [];
    const onError = ({ type }) => errors.push(type);
    const text = 'bad\n: c\nid: 1\nretry: 2\ndata: x\n\n';
    const options = { onError, onComment: (comment) => log.push(comment), onId: (id) => log.push(id), onRetry: (time) => log.push(time) };
    assert.equal((await readAll(streamOf(text).pipeThrough(new EventSourceParserStream(options)))).length, 1);
    assert.deepEqual([errors, log], [['unknown-field'], ['c', 2, '1']]);
    const ended = await rejection(readAll(streamOf(text).pipeThrough(new EventSourceParserStream({ onError: 'terminate' }))));
    assert.equal(ended.type, 'unknown-field');
    const full = await rejection(readAll(streamOf('data: 0123456789').pipeThrough(new EventSourceParserStream({ maxBufferSize: 8, onError }))));
    assert.deepEqual([full.type, errors], ['max-buffer-size-exceeded', ['unknown-field', 'max-buffer-size-exceeded']]);
  });
  test('events: of a response, of a stream, of what can be iterated', async () => {
    const text = 'id: 1\ndata: 你好\n\nevent: a\ndata: b\n\n';
    const expected = [{ type: 'message', data: '你好', lastEventId: '1' }, { type: 'a', data: 'b', lastEventId: '1' }];
    async function* chunks() {
      yield text.slice(0, 9);
      yield utf8(text.slice(9));
    }
    for (const source of [new Response(text), streamOf(text), chunks()]) assert.deepEqual(await all(events(source)), expected);
    assert.deepEqual(await all(events(new Response(null))), []);
  });
  test('events: who leaves the loop cancels the stream', async () => {
    let reason = 'none';
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(utf8('data: 1\n\ndata: 2\n\n')),
      cancel() {
        reason = 'cancelled';
      },
    });
    for await (const { data } of events(stream)) if (data === '1') break;
    assert.equal(reason, 'cancelled');
  });
  test('events: what the stream fails with is thrown, behind the events before it', async () => {
    const seen = [];
    const read = async (source, options) => {
      for await (const { data } of events(source, options)) seen.push(data);
    };
    assert.equal((await rejection(read(streamOf('data: 1\n\ndata: too long'), { limits: { line: 8 } }))).name, 'LineTooLong');
    let pulls = 0;
    const broken = new ReadableStream(
      {
        pull(controller) {
          if (pulls++ === 0) controller.enqueue(utf8('data: 2\n\n'));
          else controller.error(new TypeError('broke off'));
        },
      },
      { highWaterMark: 0 },
    );
    assert.equal((await rejection(read(broken))).message, 'broke off');
    assert.deepEqual(seen, ['1', '2']);
    const locked = streamOf('');
    locked.getReader();
    for (const wrong of [locked, 5, 'data: x\n\n', undefined]) assert.throws(() => events(wrong), 'TypeError', /events/);
  });

  // ---- fetchEventSource

  const TYPE = { 'content-type': 'text/event-stream; charset=utf-8' };
  /** A fetch that answers with these, in turn, and the requests that it gets. An answer: a body, or a function of the request. */
  const fakeFetch = (...answers) => {
    const requests = [];
    const fetch = async (input, init) => {
      requests.push({ input, ...init });
      const answer = answers[requests.length - 1];
      if (answer === undefined) throw new Error(`request ${requests.length} was not expected`);
      return typeof answer === 'function' ? answer(init) : new Response(answer, { headers: TYPE });
    };
    return { fetch, requests };
  };
  /** A body that goes on, and whether it was given up. */
  const endless = (text) => {
    const state = { isCancelled: false };
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(utf8(text)),
      cancel() {
        state.isCancelled = true;
      },
    });
    return Object.assign(state, { answer: () => new Response(body, { headers: TYPE }) });
  };
  /** What ends an operation. */
  const stop = (error) => {
    throw error;
  };

  test('fetchEventSource: sends the request as it is given, and calls back for each message', async () => {
    assert.equal(EventStreamContentType, 'text/event-stream');
    const { fetch, requests } = fakeFetch('id: 1\nevent: a\nretry: 5\ndata: 你好\ndata\n\n: comment\n\n\nevent: ping\n\ndata:x\n\ndata: cut off');
    const log = [];
    const headers = { 'X-A': '1', Accept: 'text/event-stream, */*' };
    await fetchEventSource('https://example.com/', {
      ...{ method: 'POST', body: '{}', credentials: 'omit', headers, fetch },
      onopen: async ({ status }) => void log.push(status),
      onmessage: (message) => log.push(message),
      onclose: () => log.push('close'),
    });
    assert.deepEqual(log, [200, { data: '你好\n', event: 'a', id: '1', retry: 5 }, { data: '', event: 'ping', id: '', retry: undefined }, { data: 'x', event: '', id: '', retry: undefined }, 'close']);
    const [{ signal, ...sent }] = requests;
    assert.deepEqual(sent, { input: 'https://example.com/', method: 'POST', body: '{}', credentials: 'omit', headers });
    assert.ok(signal instanceof AbortSignal);
    assert.deepEqual(headers, { 'X-A': '1', Accept: 'text/event-stream, */*' });
  });
  test('fetchEventSource: over the network, with the fetch of the host', async () => {
    const seen = [];
    await fetchEventSource(`${server}/stream?body=${encodeURIComponent('data: 你好 👋\n\n')}&every=1`, { onmessage: ({ data }) => seen.push(data) });
    assert.deepEqual(seen, ['你好 👋']);
  });
  test('fetchEventSource: what onclose throws sends it again, from the last event ID, after what onerror returns', async () => {
    const { fetch, requests } = fakeFetch('id: é\ndata: 1\n\nid: cut off\n', 'id\ndata: 2\n\n', 'data: 3\n\n');
    const log = [];
    await fetchEventSource('/', {
      fetch,
      onmessage: ({ data }) => log.push(data),
      onclose: () => log.length < 5 && stop(new Error('again')),
      onerror: ({ message }) => log.push(message) && 1,
    });
    assert.deepEqual(log, ['1', 'again', '2', 'again', '3']);
    assert.deepEqual(requests.map(({ headers }) => headers['last-event-id']), [undefined, 'Ã©', undefined]);
  });
  test('fetchEventSource: a block has fields, wherever the network cuts them', async () => {
    for (const chunks of [['ping: 1\n\ndata: x\n\n'], ['ping', ': 1\n\ndata: x\n\n'], ['pi', 'ng: 1\n', '\ndata: x\n\n']]) {
      const seen = [];
      const headers = new Headers({ 'content-type': 'text/event-stream' });
      await fetchEventSource('/', { fetch: async () => new Response(streamOf(...chunks), { headers }), onmessage: ({ data }) => seen.push(data) });
      assert.deepEqual(seen, ['', 'x'], JSON.stringify(chunks));
    }
  });
  test('fetchEventSource: null is as not given, and a header without a value is left out', async () => {
    const { fetch, requests } = fakeFetch('data: x\n\n');
    await fetchEventSource('/', { fetch, onopen: null, onmessage: null, onclose: null, onerror: null, signal: null, maxBufferSize: null, headers: { A: null, B: undefined, C: ' 1\n' } });
    assert.deepEqual([Object.keys(requests[0].headers).sort(), requests[0].headers.C], [['C', 'accept'], '1']);
    const error = await rejection(fetchEventSource('/', { fetch, headers: { A: Promise.resolve('1') } }));
    assert.match(`${error}`, /^TypeError: fetchEventSource: option `headers` .*promise/);
    const bare = fakeFetch('data: x\n\n');
    globalThis.document ?? (await dropIns.fetchEventSource('/', { fetch: bare.fetch, headers: null }));
  });
  test('createParser, EventSourceParserStream and events: null is as not given', async () => {
    const log = [];
    createParser({ onEvent: ({ data }) => log.push(data), onId: null, onRetry: null, onComment: null, onError: null, maxBufferSize: null }).feed('id: 1\nretry: 5\n: c\nx\ndata: a\n\n');
    for (const options of [null, { limits: null, utf8: null }]) {
      for await (const { data } of events(streamOf('data: b\n\n'), options)) log.push(data);
    }
    for (const options of [null, { onError: null, onRetry: null, maxBufferSize: null }]) {
      const reader = streamOf('data: c\n\n').pipeThrough(new EventSourceParserStream(options)).getReader();
      log.push((await reader.read()).value.data);
    }
    assert.deepEqual(log, ['a', 'b', 'b', 'c', 'c']);
  });
  test('fetchEventSource: a response that onopen refuses is given up, also where fetch ignores the signal', async () => {
    const given = [];
    const refused = async () => {
      const body = new ReadableStream({ cancel: () => given.push('cancelled') });
      return new Response(body, { headers: { 'content-type': 'text/html' } });
    };
    await rejection(fetchEventSource('/', { fetch: refused, onerror: stop }));
    await sleep(20);
    assert.deepEqual(given, ['cancelled']);
  });
  test('fetchEventSource: pairs of the same name are joined, as fetch does', async () => {
    const { fetch, requests } = fakeFetch('data: 1\n\n');
    await fetchEventSource('/', { fetch, headers: [['X-A', '1'], ['x-a', '2']] });
    assert.equal(requests[0].headers['X-A'], '1, 2');
  });
  test('fetchEventSource: waits for what the last retry has said', async () => {
    const { fetch } = fakeFetch('retry: 2000\n\n', '');
    let isFirst = true;
    const start = Date.now();
    await fetchEventSource('/', { fetch, onclose: () => isFirst && stop(new Error('again')), onerror: () => void (isFirst = false) });
    assert.ok(Date.now() - start > 1900, 'not for a second');
  });
  test('fetchEventSource: what onerror throws is what the promise is rejected with', async () => {
    const failure = new TypeError('no network');
    const thrown = new Error('given up');
    const log = [];
    const onerror = (error) => {
      log.push(error);
      throw thrown;
    };
    assert.equal(await rejection(fetchEventSource('/', { fetch: async () => stop(failure), onerror })), thrown);
    assert.deepEqual(log, [failure]);
  });
  test('fetchEventSource: a content type that is no event stream is an error; onopen decides in its place', async () => {
    const html = () => new Response('data: x\n\n', { headers: { 'content-type': 'text/html' } });
    const failed = await rejection(fetchEventSource('/', { ...fakeFetch(html), onerror: stop }));
    assert.equal(failed.message, 'Expected content-type to be text/event-stream, Actual: text/html');
    const seen = [];
    await fetchEventSource('/', { ...fakeFetch(html), onopen() {}, onmessage: ({ data }) => seen.push(data), onerror: stop });
    assert.deepEqual(seen, ['x']);
  });
  test('fetchEventSource: what a callback throws goes to onerror, and the response is given up before the next request', async () => {
    for (const name of ['onopen', 'onmessage']) {
      const body = endless('data: 1\n\ndata: never\n\n');
      const seen = [];
      let wasCancelled;
      const second = async () => {
        wasCancelled = body.isCancelled || first.signal.aborted;
        return new Response('data: 2\n\n', { headers: TYPE });
      };
      const { fetch, requests } = fakeFetch(body.answer, second);
      let first;
      await fetchEventSource('/', {
        fetch,
        onmessage: ({ data }) => seen.push(data),
        [name](given) {
          first ??= requests[0];
          if (name === 'onmessage') seen.push(given.data);
          if (requests.length === 1) throw new Error('of a callback');
        },
        onerror: () => 1,
      });
      assert.ok(wasCancelled, name);
      assert.deepEqual(seen, name === 'onmessage' ? ['1', '2'] : ['2']);
    }
  });
  test('fetchEventSource: a signal that is aborted already sends nothing', async () => {
    const { fetch, requests } = fakeFetch('data: x\n\n');
    const controller = new AbortController();
    controller.abort();
    await fetchEventSource('/', { fetch, signal: controller.signal });
    assert.equal(requests.length, 0);
  });
  test('fetchEventSource: a response without the property `body`, as in React Native, rejects, and asks nobody whether to go on', async () => {
    let calls = 0;
    const fetch = async () => {
      calls++;
      return { status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }) };
    };
    const failed = await rejection(fetchEventSource('/', { fetch, onerror: () => 1 }));
    assert.ok(failed instanceof TypeError);
    assert.match(failed.message, /does not stream.*`body`.*`fetch`/);
    assert.equal(calls, 1);
    // That of an empty stream is null.
    await fetchEventSource('/', { fetch: async () => ({ ...(await fetch()), body: null }), onerror: stop });
  });
  test('fetchEventSource: an ID with control characters is the message\'s, and is not sent', async () => {
    const ids = [];
    const { fetch, requests } = fakeFetch('id: a\x01b\ndata: x\n\n', 'data: y\n\n');
    await fetchEventSource('/', { fetch, onmessage: ({ id }) => ids.push(id), onclose: () => requests.length < 2 && stop(new Error('again')), onerror: () => 1 });
    assert.deepEqual([ids, requests.map(({ headers }) => headers['last-event-id'])], [['a\x01b', ''], [undefined, undefined]]);
  });
  test('fetchEventSource: operations share one listener on their signal, which goes with the last of them', async () => {
    const listeners = new Set();
    let added = 0;
    const signal = {
      aborted: false,
      addEventListener(type, listener) { added++; listeners.add(listener); },
      removeEventListener: (type, listener) => listeners.delete(listener),
    };
    const waiting = Array.from({ length: 12 }, () => fetchEventSource('/', { fetch: () => new Promise(() => {}), signal }));
    assert.deepEqual([listeners.size, added], [1, 1]);
    for (const listener of [...listeners]) listener();
    await Promise.all(waiting);
    assert.equal(listeners.size, 0);
  });
  test('fetchEventSource: the signal resolves it, and nothing is called after that', async () => {
    const body = endless('data: 1\n\ndata: 2\n\n');
    const { fetch, requests } = fakeFetch(body.answer);
    const controller = new AbortController();
    const log = [];
    await fetchEventSource('/', {
      fetch,
      signal: controller.signal,
      onmessage({ data }) {
        log.push(data);
        controller.abort();
      },
      onclose: () => log.push('close'),
      onerror: () => log.push('error'),
    });
    assert.ok(requests[0].signal.aborted);
    await sleep(10);
    assert.deepEqual([log, body.isCancelled], [['1'], true]);
    const waiting = new AbortController();
    await fetchEventSource('/', { fetch: async () => stop(new Error('x')), signal: waiting.signal, onerror: () => void setTimeout(() => waiting.abort(), 1) });
  });
  test('fetchEventSource: a Request is sent as often as need be, with its own headers', async () => {
    const bodies = [];
    const fetch = async (request, { headers }) => {
      bodies.push(`${await request.text()} ${headers['x-a']}`);
      return new Response('', { headers: TYPE });
    };
    const request = new Request('https://example.com/', { method: 'POST', body: 'hello', headers: { 'x-a': '1' } });
    await fetchEventSource(request, { fetch, onclose: () => bodies.length < 2 && stop(new Error('again')), onerror: () => 1 });
    assert.deepEqual(bodies, ['hello 1', 'hello 1']);
  });
  test('fetchEventSource: onerror is given what was thrown, also where that is undefined, and what is wrong with a body', async () => {
    const errorOf = async (init) => {
      let given = 'nothing';
      const onerror = (error) => {
        given = error;
        throw new Error('stop');
      };
      await rejection(fetchEventSource('/', { ...fakeFetch('data: x\n\n'), onerror, ...init }));
      return given;
    };
    for (const thrown of [undefined, null, 'a text']) {
      assert.equal(await errorOf({ onopen: () => stop(thrown) }), thrown);
      assert.equal(await errorOf({ onmessage: () => stop(thrown) }), thrown);
      assert.equal(await errorOf({ onclose: () => stop(thrown) }), thrown);
      assert.equal(await errorOf({ fetch: async () => stop(thrown) }), thrown);
    }
    const of = (body) => ({ fetch: async () => ({ status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }), body }) });
    assert.match(`${await errorOf(of({}))}`, /^TypeError: fetchEventSource: .*body.*ReadableStream/);
    assert.match(`${await errorOf(of({ getReader: () => ({ read: async () => ({ value: 5 }), cancel() {} }) }))}`, /^TypeError: fetchEventSource: a chunk must be/);
  });
  test('fetchEventSource: maxBufferSize must be a number, told before anything is sent', async () => {
    for (const maxBufferSize of [-1, NaN, '5', {}]) {
      const { fetch, requests } = fakeFetch('data: x\n\n');
      const failed = await rejection(fetchEventSource('/', { fetch, maxBufferSize }));
      assert.match(`${failed}`, /^TypeError: fetchEventSource: option `maxBufferSize` must be a number/);
      assert.equal(requests.length, 0);
    }
    await fetchEventSource('/', { ...fakeFetch('data: x\n\n'), maxBufferSize: Infinity });
  });
  test('fetchEventSource: a Request whose body has been read can not be sent: onerror is told', async () => {
    const request = new Request('https://example.com/', { method: 'POST', body: 'hello' });
    await request.text();
    const { fetch, requests } = fakeFetch('data: x\n\n');
    const failed = await rejection(fetchEventSource(request, { fetch, onerror: stop }));
    assert.deepEqual([failed.name, requests.length], ['TypeError', 0]);
  });
  test('fetchEventSource: an unfinished message is not kept without end', async () => {
    const failed = await rejection(fetchEventSource('/', { ...fakeFetch(`data: ${'x'.repeat(99)}`), maxBufferSize: 50, onerror: stop }));
    assert.deepEqual([failed.name, failed.type], ['ParseError', 'max-buffer-size-exceeded']);
  });
  // Other tests would see what is done to a real one.
  const inHiddenPages = (name, body) => typeof document === 'undefined' && test(name, body);
  inHiddenPages('fetchEventSource: there is no request while the page is hidden, unless openWhenHidden', async () => {
    const listeners = new Set();
    const page = { hidden: false, addEventListener: (_, listener) => listeners.add(listener), removeEventListener: (_, listener) => listeners.delete(listener) };
    const show = (isShown) => {
      page.hidden = !isShown;
      listeners.forEach((listener) => listener());
    };
    const open = (init) => {
      globalThis.document = page;
      try {
        return dropIns.fetchEventSource('/', init);
      } finally {
        delete globalThis.document;
      }
    };
    const body = endless('id: 5\ndata: 1\n\n');
    const { fetch, requests } = fakeFetch(body.answer, 'data: 2\n\n');
    const seen = [];
    const done = open({ fetch, onmessage: ({ data }) => seen.push(data), onerror: stop });
    while (seen.length < 1) await sleep(1);
    show(false);
    await sleep(10);
    assert.deepEqual([requests.length, requests[0].signal.aborted], [1, true]);
    show(true);
    await done;
    assert.deepEqual([seen, requests[1].headers['last-event-id'], listeners.size], [['1', '2'], '5', 0]);

    const waiting = fakeFetch(() => stop(new Error('x')), '');
    const end = open({ fetch: waiting.fetch, onerror: () => 20 });
    await sleep(5);
    show(false);
    await sleep(40);
    assert.equal(waiting.requests.length, 1, 'an attempt while hidden:');
    show(true);
    await end;

    const other = open({ ...fakeFetch('data: x\n\n'), openWhenHidden: true });
    assert.equal(listeners.size, 0);
    await other;
  });

  // ---- Its pieces

  test('getLines and getMessages: the same messages at any chunking', async () => {
    const bytes = utf8('\ufeffid: 1\r\nevent: a\r\ndata: 你好\r\ndata\r\n\r\n: c\r\rretry: 5\nretry: 5x\ndata: x\ndata:\n\nid: a\0b\n\n');
    const expected = ['id 1', { data: '你好\n', event: 'a', id: '1', retry: undefined }, 'retry 5', { data: 'x\n', event: '', id: '', retry: 5 }, { data: '', event: '', id: '', retry: undefined }];
    for (let size = 1; size <= bytes.length; size++) {
      const found = [];
      const feed = getLines(getMessages((id) => found.push(`id ${id}`), (time) => found.push(`retry ${time}`), (message) => found.push(message)));
      const pieces = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
      await getBytes(streamOf(...pieces), feed);
      assert.deepEqual(found, expected, `in pieces of ${size}`);
    }
  });
  test('getLines: where the field ends', () => {
    const found = [];
    const feed = getLines((line, length) => found.push([new TextDecoder().decode(line), length]));
    feed(utf8('id: a: b\n:c\nnone\n\n'));
    assert.deepEqual(found, [['id: a: b', 2], [':c', 0], ['none', -1], ['', -1]]);
  });
  test('getBytes: who throws gives the stream up', async () => {
    const body = endless('x');
    const failed = await rejection(getBytes(body.answer().body, () => stop(new Error('enough'))));
    await sleep(0);
    assert.deepEqual([failed.message, body.isCancelled], ['enough', true]);
  });

  // ---- EventSource, for those who come from the package eventsource

  test('EventSource: says that a fetch can be given', () => {
    const symbol = Symbol.for('eventsource.supports-fetch-override');
    assert.equal(EventSource[symbol], true);
    assert.equal(Object.prototype.propertyIsEnumerable.call(EventSource, symbol), false);
  });
  const { inspect } = globalThis.process?.getBuiltinModule?.('node:util') ?? {};
  if (inspect && !globalThis.Deno) {
    test('ErrorEvent: console.log shows what happened', () => {
      const shown = inspect(new ErrorEvent('error', { message: 'refused', code: 401 }));
      assert.match(shown, /ErrorEvent \{[^]*message: 'refused'[^]*code: 401/);
    });
  }
  test('EventSource: past maxBufferSize it fails for good', async ({ cleanup }) => {
    const source = new EventSource(`${server}/stream?body=${encodeURIComponent(`data: 1\n\ndata: ${'x'.repeat(99)}`)}&end=hang`, { maxBufferSize: 50 });
    cleanup(() => source.close());
    const error = await new Promise((done) => {
      source.onerror = done;
    });
    assert.equal(error.retryIn, null);
    assert.match(error.cause.name, /^(LineTooLong|TooMuchPending)$/);
    for (const wrong of [0, -1, 1.5, 'x']) assert.throws(() => new EventSource(server, { maxBufferSize: wrong }), 'TypeError', /`maxBufferSize`.*whole number/);
    for (const most of [Infinity, 1e9, null]) new EventSource(server, { maxBufferSize: most }).close();
  });
}
