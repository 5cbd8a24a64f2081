// Tests of the option `request`: a function of the shape of `wx.request`, here one that the test drives. What hosts do differently is
// a test each.

export function requestTaskTests({ test, assert, EventSource }) {
  const URL = 'https://request-task.test/stream';
  const OK = { statusCode: 200, header: { 'Content-Type': 'text/event-stream;charset=utf-8' } };
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const utf8 = (text) => new TextEncoder().encode(text);
  const buffer = (text) => utf8(text).buffer;

  /** `tasks` has each call: its `options`, the callbacks, and whether it was aborted. */
  const requestOf = (tasks, make = (task) => task) => (options) => {
    const call = { options, isAborted: false, headers: () => {}, chunk: () => {} };
    tasks.push(call);
    return make({
      abort: () => { call.isAborted = true; },
      onHeadersReceived: (callback) => { call.headers = callback; },
      onChunkReceived: (callback) => { call.chunk = (data) => callback({ data }); },
    }, call);
  };

  const extension = (name, body) => test(`[extension] request: ${name}`, ({ cleanup }) => {
    const tasks = [];
    const open = (init = {}, make) => {
      const source = new EventSource(URL, { request: requestOf(tasks, make), ...init });
      cleanup(() => source.close());
      const log = [];
      const errors = [];
      source.onopen = ({ status }) => log.push(`open ${status}`);
      source.onmessage = ({ data }) => log.push(data);
      source.onerror = (event) => {
        errors.push(event);
        log.push('error');
      };
      source.onclose = ({ reason }) => log.push(`close ${reason}`);
      const task = async (number) => {
        while (tasks.length <= number) await sleep(1);
        return tasks[number];
      };
      const until = async (entry) => {
        while (!log.includes(entry)) await sleep(1);
      };
      return { source, log, errors, task, until };
    };
    return body(open);
  });

  extension('what it is called with', async (open) => {
    const { source, task } = open({ headers: { 'X-A': '1' }, body: { 问: '好' }, lastEventId: '7', timeout: 60000, forceCellularNetwork: true });
    const { options } = await task(0);
    assert.equal(options.url, URL);
    assert.equal(options.method, 'POST');
    assert.deepEqual(options.header, { 'X-A': '1', 'Content-Type': 'application/json', Accept: 'text/event-stream', 'Last-Event-ID': '7' });
    assert.equal(options.data, '{"问":"好"}');
    assert.deepEqual([options.enableChunked, options.responseType, options.timeout, options.forceCellularNetwork], [true, 'arraybuffer', 60000, true]);
    assert.equal(source.readyState, 0);
  });

  extension('bodies', async (open) => {
    const sent = async (body, number) => {
      const { task, source } = open({ body });
      const { options } = await task(number);
      source.close();
      return [options.data, options.header['Content-Type']];
    };
    assert.deepEqual(await sent('text', 0), ['text', 'text/plain;charset=UTF-8']);
    const [bytes, type] = await sent(utf8('xayz').subarray(1, 3), 1);
    assert.equal(Object.prototype.toString.call(bytes), '[object ArrayBuffer]');
    assert.deepEqual([...new Uint8Array(bytes)], [97, 121]);
    assert.equal(type, 'application/octet-stream');
    assert.deepEqual(await sent(new URLSearchParams({ a: '1 2' }), 2), ['a=1+2', 'application/x-www-form-urlencoded;charset=UTF-8']);
    assert.throws(() => new EventSource(URL, { request: () => {}, body: { getReader() {}, [Symbol.asyncIterator]() {} } }), 'TypeError', /body/);
  });

  extension('the names of wx.request are told apart from ours', async () => {
    for (const [name, ours] of [['header', 'headers'], ['data', 'body']]) {
      assert.throws(() => new EventSource(URL, { request: () => {}, [name]: {} }), 'TypeError', new RegExp(`${name}.*${ours}`));
    }
  });

  extension('what a listener has the host tell waits for the other events of the chunk', async (open) => {
    // A POST, which fails for good; and a stream that has failed behind these events.
    for (const [number, init, text, reason] of [
      [0, { body: 'x' }, 'data: a\n\ndata: b\n\n', 'NetworkError'],
      [1, { limits: { line: 20 } }, `data: a\n\ndata: b\n\ndata: ${'x'.repeat(40)}\n\n`, 'LineTooLong'],
    ]) {
      const { source, log, errors, task, until } = open(init);
      const { headers, chunk, options } = await task(number);
      source.addEventListener('message', ({ data }) => data === 'a' && options.fail({ errMsg: 'request:fail torn' }));
      headers(OK);
      chunk(buffer(text));
      assert.deepEqual(log, ['open 200', 'a', 'b', 'error', 'close failed']);
      assert.equal(errors[0].cause.name, reason);
      await until('close failed');
    }
  });

  extension('chunks that come while a listener runs come in their order, whatever becomes of their memory', async (open) => {
    const { source, log, task } = open();
    const { headers, chunk } = await task(0);
    const memory = utf8('data: c\n\n');
    source.addEventListener('message', ({ data }) => {
      if (data !== 'a') return;
      chunk(memory);
      memory[6] = 100;
      chunk(memory);
      memory.fill(0);
    });
    headers(OK);
    chunk(buffer('data: a\n\ndata: b\n\n'));
    assert.deepEqual(log, ['open 200', 'a', 'b', 'c', 'd']);
  });

  extension('close() in a listener: nothing that it had the host tell is told', async (open) => {
    const { source, log, task } = open({ limits: { line: 20 } });
    const { headers, chunk, options } = await task(0);
    source.addEventListener('message', () => {
      chunk(buffer('data: c\n\n'));
      options.fail({ errMsg: 'request:fail torn' });
      source.close();
    });
    headers(OK);
    chunk(buffer(`data: a\n\ndata: b\n\ndata: ${'x'.repeat(40)}\n\n`));
    assert.deepEqual(log, ['open 200', 'a', 'close closed']);
  });

  extension('headers without a status, then a success with one and without headers: the end', async (open) => {
    const { log, task, until } = open({ body: 'x' });
    const { headers, chunk, options } = await task(0);
    headers({ header: { 'Content-Type': 'text/event-stream' } });
    chunk(buffer('data: a\n\n'));
    options.success({ statusCode: 200, data: '' });
    await until('close ended');
    assert.deepEqual(log, ['open undefined', 'a', 'close ended']);
  });

  extension('a DataView before the headers', async (open) => {
    const { log, task } = open();
    const { headers, chunk } = await task(0);
    chunk(new DataView(buffer('data: a\n\n')));
    headers(OK);
    assert.deepEqual(log, ['open 200', 'a']);
  });

  extension('a task whose methods throw', async (open) => {
    const boom = () => { throw new Error('boom'); };
    for (const name of ['onHeadersReceived', 'onChunkReceived', 'abort']) {
      const { source, log, until } = open({}, (task) => ({ ...task, [name]: boom }));
      if (name === 'abort') {
        await sleep(5);
        source.close();
        assert.deepEqual(log, ['close closed']);
      } else {
        await until('close failed');
        assert.deepEqual(log, ['error', 'close failed']);
      }
    }
  });

  extension('must be a function', async () => {
    for (const request of [5, 'x', {}]) assert.throws(() => new EventSource(URL, { request }), 'TypeError', /request/);
  });

  extension('headers open it, chunks cut anywhere come out whole, success ends it', async (open) => {
    const { log, task, until, source } = open({ body: 'x' });
    const { headers, chunk, options } = await task(0);
    let opened;
    source.addEventListener('open', (event) => { opened = event; });
    headers(OK);
    assert.equal(opened.headers.get('content-type'), 'text/event-stream;charset=utf-8');
    assert.equal(opened.headers.get('x-none'), null);
    assert.equal(opened.url, URL);
    for (const byte of utf8('id: 1\ndata: 你好😀\n\n')) chunk(Uint8Array.of(byte).buffer);
    options.success({ ...OK, data: '' });
    await until('close ended');
    assert.deepEqual(log, ['open 200', '你好😀', 'close ended']);
    assert.equal(source.lastEventId, '1');
  });

  extension('an ArrayBuffer, a view, a string, and a Uint8Array that has lost its prototype', async (open) => {
    const { log, task } = open();
    const { headers, chunk } = await task(0);
    headers(OK);
    chunk(buffer('data: 一\n\n'));
    chunk(utf8('..data: 二\n\n').subarray(2));
    chunk('data: 三\n\n');
    chunk(Object.setPrototypeOf(utf8('data: 四\n\n'), Object.prototype));
    assert.deepEqual(log, ['open 200', '一', '二', '三', '四']);
  });

  extension('chunks before the headers wait for them', async (open) => {
    const { log, task } = open();
    const { headers, chunk } = await task(0);
    const reused = utf8('data: a\n\n');
    chunk(reused);
    reused.fill(32);
    chunk(buffer('data: b\n\n'));
    assert.deepEqual(log, []);
    headers(OK);
    assert.deepEqual(log, ['open 200', 'a', 'b']);
  });

  extension('without a headers event the first chunk opens it, a little later', async (open) => {
    const { log, task, until } = open();
    const { chunk } = await task(0);
    chunk(buffer('data: a\n\n'));
    await until('a');
    chunk(buffer('data: b\n\n'));
    assert.deepEqual(log, ['open undefined', 'a', 'b']);
  });

  extension('headers without a status, as in devtools', async (open) => {
    const { log, task } = open();
    const { headers, chunk } = await task(0);
    headers({ header: {} });
    chunk(buffer('data: a\n\n'));
    assert.deepEqual(log, ['open undefined', 'a']);
  });

  extension('a status that success alone tells is looked at', async (open) => {
    const { log, errors, task, until } = open();
    const { options } = await task(0);
    options.success({ statusCode: 404, header: { 'content-type': 'application/json' }, data: '{}' });
    await until('close failed');
    assert.deepEqual(log, ['error', 'close failed']);
    assert.deepEqual([errors[0].code, errors[0].status, errors[0].headers.get('Content-Type')], [404, 404, 'application/json']);
    assert.match(errors[0].message, /request-task\.test.*404/);
    const late = open();
    const second = await late.task(1);
    second.headers({ header: {} });
    second.options.success({ statusCode: 500, header: {}, data: '' });
    await late.until('close failed');
    assert.deepEqual(late.log, ['open undefined', 'error', 'close failed']);
  });

  extension('a wrong status or content type is refused, and the task aborted', async (open) => {
    for (const [number, head] of [{ statusCode: 500, header: {} }, { statusCode: 200, header: { 'Content-Type': 'text/html' } }, { statusCode: 204, header: {} }].entries()) {
      const { log, task } = open();
      const call = await task(number);
      call.headers(head);
      call.chunk(buffer('data: never\n\n'));
      assert.deepEqual(log, ['error', 'close failed']);
      assert.ok(call.isAborted);
    }
  });

  extension('no chunk at all: the body that success tells is parsed, text or bytes', async (open) => {
    for (const [number, data] of ['data: 整\n\n', buffer('data: 整\n\n')].entries()) {
      const { log, task, until } = open({ body: 'x' });
      (await task(number)).options.success({ ...OK, data });
      await until('close ended');
      assert.deepEqual(log, ['open 200', '整', 'close ended']);
    }
  });

  extension('a chunk that success has overtaken is not lost, one after the end is not taken', async (open) => {
    const { log, task, until } = open({ body: 'x' });
    const { headers, chunk, options } = await task(0);
    headers(OK);
    chunk(buffer('data: a\n\n'));
    options.success({ ...OK, data: '' });
    chunk(buffer('data: b\n\n'));
    await until('close ended');
    chunk(buffer('data: c\n\n'));
    options.fail({ errMsg: 'request:fail' });
    assert.deepEqual(log, ['open 200', 'a', 'b', 'close ended']);
  });

  extension('failures are told apart', async (open) => {
    const failures = [
      [{ errMsg: 'request:fail abort', errno: 600004 }, 'AbortError'],
      [{ errMsg: 'request:fail timeout', errno: 5 }, 'TimeoutError'],
      [{ errMsg: 'request:fail interrupted' }, 'InterruptedError'],
      [{ errMsg: 'request:fail errcode:-118 cronet_error_code:-118 error_msg:net::ERR_CONNECTION_TIMED_OUT' }, 'NetworkError'],
      [{ errMsg: 'request:fail url not in domain list', errno: 600002 }, 'NetworkError'],
      [undefined, 'NetworkError'],
    ];
    for (const [number, [failure, name]] of failures.entries()) {
      const { source, errors, task } = open();
      (await task(number)).options.fail(failure);
      assert.equal(errors[0].cause.name, name, failure && failure.errMsg);
      assert.equal(errors[0].cause.errno, failure && failure.errno);
      assert.equal(errors[0].retryIn, 3000);
      if (failure) assert.ok(errors[0].message.includes(failure.errMsg), errors[0].message);
      assert.match(errors[0].message, /request domains/);
      source.close();
    }
  });

  extension('what the host cuts is resumed with the last event ID', async (open) => {
    const { log, task, until } = open();
    const first = await task(0);
    first.headers(OK);
    first.chunk(buffer('retry: 1\nid: 5\ndata: a\n\ndata: half'));
    first.options.fail({ errMsg: 'request:fail timeout' });
    const second = await task(1);
    assert.equal(second.options.header['Last-Event-ID'], '5');
    second.headers(OK);
    first.chunk(buffer(' of it\n\n'));
    second.chunk(buffer('data: b\n\n'));
    await until('b');
    assert.deepEqual(log, ['open 200', 'a', 'error', 'open 200', 'b']);
  });

  extension('a POST that was cut without an ID is not sent again', async (open) => {
    const { log, errors, task, until } = open({ method: 'POST' });
    const { headers, chunk, options } = await task(0);
    headers(OK);
    chunk(buffer('data: a\n\n'));
    options.fail({ errMsg: 'request:fail interrupted' });
    await until('close failed');
    assert.equal(errors[0].retryIn, null);
    assert.equal(errors[0].cause.name, 'InterruptedError');
    assert.deepEqual(log, ['open 200', 'a', 'error', 'close failed']);
  });

  extension('close() aborts the task, and nothing of it is taken any more, whatever the abort did', async (open) => {
    for (const [number, abort] of [undefined, () => { throw new Error('no abort here'); }].entries()) {
      const { source, log, task } = open({}, (given) => (abort ? { ...given, abort } : given));
      const call = await task(number);
      call.headers(OK);
      call.chunk(buffer('data: a\n\n'));
      source.close();
      if (!abort) assert.ok(call.isAborted);
      call.chunk(buffer('data: b\n\n'));
      call.options.fail({ errMsg: 'request:fail abort' });
      assert.deepEqual(log, ['open 200', 'a', 'close closed']);
    }
  });

  extension('a listener closes in the middle of a chunk', async (open) => {
    const { source, log, task } = open();
    const call = await task(0);
    call.headers(OK);
    source.addEventListener('message', () => source.close());
    call.chunk(buffer('data: a\n\ndata: b\n\n'));
    assert.deepEqual(log, ['open 200', 'a', 'close closed']);
    assert.ok(call.isAborted);
  });

  extension('a task without onChunkReceived is one clear error', async (open) => {
    for (const make of [() => undefined, () => ({ abort() {} }), () => Promise.resolve(OK)]) {
      const { log, errors, until } = open({}, make);
      await until('close failed');
      assert.deepEqual(log, ['error', 'close failed']);
      assert.match(errors[0].message, /onChunkReceived.*interceptor.*wx\.request/);
      assert.equal(errors[0].cause.name, 'NotSupportedError');
    }
  });

  extension('a request that throws, fails at once, or rejects, is an error like any other', async (open) => {
    const boom = new Error('boom');
    for (const make of [
      () => { throw boom; },
      (task, { options }) => { options.fail({ errMsg: 'boom' }); return task; },
      (task) => Object.assign(Promise.reject({ errMsg: 'boom' }), task),
    ]) {
      const { source, errors, until } = open({}, make);
      await until('error');
      assert.equal(errors.length, 1);
      assert.match(errors[0].message, /boom/);
      // What throws would throw again.
      if (errors[0].cause === boom) assert.equal(errors[0].retryIn, null);
      else assert.equal(errors[0].retryIn, 3000);
      source.close();
    }
  });

  extension('a promise of the answer, as Taro gives it, ends it once', async (open) => {
    let resolve;
    const { log, task, until } = open({ body: 'x' }, (given) => Object.assign(new Promise((done) => { resolve = done; }), given));
    const { headers, chunk, options } = await task(0);
    headers(OK);
    chunk(buffer('data: a\n\n'));
    options.success({ ...OK, data: '' });
    resolve({ ...OK, data: '' });
    await until('close ended');
    await sleep(30);
    assert.deepEqual(log, ['open 200', 'a', 'close ended']);
  });

  extension('two sources at a time do not mix', async (open) => {
    const first = open();
    const [a] = [await first.task(0)];
    const second = open();
    const b = await second.task(1);
    a.headers(OK);
    b.headers(OK);
    const [left, right] = [utf8('data: 左\n\n'), utf8('data: 右\n\n')];
    for (let at = 0; at < left.length; at++) {
      a.chunk(left.slice(at, at + 1));
      b.chunk(right.slice(at, at + 1));
    }
    assert.deepEqual([first.log.at(-1), second.log.at(-1)], ['左', '右']);
  });

  extension('a chunk that is no bytes fails the source', async (open) => {
    const { log, errors, task, until } = open({ reconnect: false });
    const { headers, chunk } = await task(0);
    headers(OK);
    chunk(5);
    await until('close failed');
    assert.ok(errors[0].cause instanceof TypeError || errors[0].cause.name === 'TypeError');
    assert.deepEqual(log, ['open 200', 'error', 'close failed']);
  });

  extension('hooks and policy: functions, Retry-After, onUnauthorized', async (open) => {
    const told = [];
    const { log, errors, task, until } = open({
      headers: (context) => {
        told.push(`${context.attempt} ${context.lastEventId} ${context.reason}`);
        return { token: `${told.length}` };
      },
      onUnauthorized: async ({ status, headers }) => log.push(`refresh ${status} ${headers.get('www-authenticate')}`),
      reconnect: { statuses: [503], baseMs: 5 },
    });
    (await task(0)).headers({ statusCode: 401, header: { 'WWW-Authenticate': 'Bearer' } });
    const second = await task(1);
    second.headers({ statusCode: 503, header: { 'Retry-After': '2' } });
    await until('error');
    assert.deepEqual(log, ['refresh 401 Bearer', 'error']);
    assert.equal(errors[0].retryIn, 2000);
    assert.deepEqual([told, second.options.header.token, second.isAborted], [['1  start', '1  unauthorized'], '2', true]);
  });

  extension('close() while a function is awaited: nothing is sent', async (open) => {
    let answer;
    let calls = 0;
    const headers = () => new Promise((done) => { answer = done; });
    const { source, log } = open({ headers, request: () => { calls++; } });
    while (!answer) await sleep(1);
    source.close();
    answer({});
    await sleep(10);
    assert.deepEqual([calls, log], [0, ['close closed']]);
  });

  extension('onResponse needs fetch', async () => {
    assert.throws(() => new EventSource(URL, { request: () => {}, onResponse: () => {} }), 'TypeError', /onResponse/);
  });

  extension('reconnect() in the middle of a batch asks for what comes behind all of it', async (open) => {
    const { source, log, task } = open();
    const first = await task(0);
    source.addEventListener('message', ({ data }) => data === 'a' && source.reconnect());
    first.headers(OK);
    first.chunk(buffer('id: 1\ndata: a\n\nid: 2\ndata: b\n\n'));
    const second = await task(1);
    assert.deepEqual([log, first.isAborted, second.options.header['Last-Event-ID']], [['open 200', 'a', 'b'], true, '2']);
  });

  extension('openTimeout and idleTimeout', async (open) => {
    const { errors, task, until, log } = open({ openTimeout: 200, idleTimeout: 40, reconnect: { baseMs: 1 } });
    const first = await task(0);
    const second = await task(1);
    second.headers(OK);
    await until('open 200');
    while (errors.length < 2) await sleep(1);
    assert.deepEqual([errors.map(({ cause }) => cause.name), first.isAborted, second.isAborted], [['OpenTimeout', 'IdleTimeout'], true, true]);
    assert.deepEqual(log.slice(0, 3), ['error', 'open 200', 'error']);
  });

  extension('closeOn ends the request', async (open) => {
    const { log, task } = open({ closeOn: ({ data }) => data === '[DONE]' });
    const { headers, chunk } = await task(0);
    headers(OK);
    chunk(buffer('data: a\n\ndata: [DONE]\n\ndata: b\n\n'));
    assert.deepEqual(log, ['open 200', 'a', '[DONE]', 'close ended']);
  });

  extension('iteration: past `limits.queue` the source fails by name, what came before it is there', async (open) => {
    const { source, log, errors, task } = open({ limits: { queue: 3 } });
    const { headers, chunk } = await task(0);
    const events = source[Symbol.asyncIterator]();
    headers(OK);
    chunk(buffer('data: a\n\ndata: b\n\n'));
    assert.deepEqual(log, ['open 200', 'a', 'b']);
    chunk(buffer('data: c\n\n'));
    assert.deepEqual(log, ['open 200', 'a', 'b', 'c', 'error', 'close failed']);
    assert.equal(errors[0].cause.name, 'QueueTooLong');
    for (const expected of ['a', 'b', 'c']) assert.equal((await events.next()).value.data, expected);
    assert.equal((await events.next().catch((error) => error)).cause.name, 'QueueTooLong');
  });
}
