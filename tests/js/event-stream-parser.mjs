// Tests of EventStreamParser: the vectors in every shape of chunk, and what a caller may do wrong.
import { bytesOf, expectedOf } from './oracle.mjs';
import { DELIBERATE } from './harness.mjs';

const EVERY_SPLIT = 120;

export function parserTests({ test, assert, EventStreamParser, host }) {
  /** Feeds the chunks; the same shape as `expectedOf`. */
  const parse = (chunks, { limits, utf8, without_comments: isUnheard } = {}) => {
    const result = { events: [], lastEventId: '', retry: [], comments: [], error: undefined };
    const parser = new EventStreamParser({
      onEvent: ({ type, data, lastEventId }) => result.events.push({ type, data, lastEventId }),
      onRetry: (time) => result.retry.push(time),
      onComment: isUnheard ? undefined : (text) => result.comments.push(text),
      onError: (error) => {
        result.error = error.name;
      },
      limits,
      utf8,
    });
    for (const chunk of chunks) parser.feed(chunk);
    parser.end();
    result.lastEventId = parser.lastEventId;
    parser.free();
    return result;
  };

  const overVectors = (name, chunkings, isMeant = () => true) => {
    for (const { file, vectors } of host.vectors) {
      test(`vectors ${file}: ${name}`, async () => {
        const wrong = [];
        for (const vector of vectors) {
          if (!isMeant(vector)) continue;
          const expected = expectedOf(vector);
          for (const chunks of chunkings(bytesOf(vector.bytes), vector)) {
            try {
              assert.deepEqual(parse(chunks, vector), expected, vector.name);
            } catch (error) {
              wrong.push(error.message);
              break;
            }
          }
        }
        assert.equal(wrong.length, 0, wrong.join('\n'));
      });
    }
  };
  const inPieces = (bytes, size) => {
    const pieces = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    return pieces;
  };
  const isCut = (vector) => !vector.whole_only;

  overVectors('whole', (bytes) => [[bytes]]);
  overVectors('byte by byte', (bytes) => [inPieces(bytes, 1)], isCut);
  overVectors('every split', function* (bytes) {
    for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  }, (vector) => isCut(vector) && vector.bytes.length <= EVERY_SPLIT);
  overVectors('with empty chunks', (bytes) => [inPieces(bytes, 1).flatMap((byte) => [new Uint8Array(0), byte, new ArrayBuffer(0)])], isCut);
  overVectors('as ArrayBuffer, as views at an offset', (bytes) => {
    const wide = new Uint8Array(bytes.length + 9).fill(0x0a);
    wide.set(bytes, 5);
    return [
      [bytes.slice().buffer],
      [new Uint8Array(wide.buffer, 5, bytes.length)],
      [new DataView(wide.buffer, 5, bytes.length)],
      [new Int8Array(wide.buffer, 5, bytes.length)],
      [new Uint8ClampedArray(wide.buffer, 5, bytes.length)],
    ];
  });
  overVectors('as strings cut at every UTF-16 code unit', function* (bytes) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    yield [text];
    yield [...inPieces(new Uint8Array(text.length), 1).keys()].map((at) => text[at]);
    for (let at = 0; at <= text.length; at++) yield [text.slice(0, at), text.slice(at)];
    // A string has no unfinished character: decoding has made one U+FFFD of it, which counts.
  }, (vector) => isCut(vector) && vector.utf8 !== 'fatal' && vector.bytes.length <= EVERY_SPLIT && !vector.name.includes('unfinished character'));

  for (const { file, vectors } of host.vectors) {
    test(`vectors ${file}: feedBatch`, async () => {
      for (const vector of vectors) {
        if (vector.error) continue;
        for (const chunks of vector.whole_only ? [[bytesOf(vector.bytes)]] : [[bytesOf(vector.bytes)], inPieces(bytesOf(vector.bytes), 1), inPieces(bytesOf(vector.bytes), 7)]) {
          const parser = new EventStreamParser({ limits: vector.limits, utf8: vector.utf8, onEvent: () => assert.ok(false, 'onEvent was called'), onComment: vector.without_comments ? undefined : () => {} });
          const events = chunks.flatMap((chunk) => parser.feedBatch(chunk)).map(({ type, data, lastEventId }) => ({ type, data, lastEventId }));
          assert.deepEqual(events, vector.events, vector.name);
          assert.equal(parser.lastEventId, vector.lastEventId ?? '', vector.name);
          parser.free();
        }
      }
    });
  }

  const collecting = (options = {}) => {
    const events = [];
    const parser = new EventStreamParser({ onEvent: ({ data }) => events.push(data), ...options });
    return { parser, events };
  };
  const encode = (text) => new TextEncoder().encode(text);

  test('[extension] parser: an error has its name and its whole sentence', async () => {
    for (const [options, text, name, message] of [
      [{ utf8: 'fatal' }, 'data: \xff\n\n', 'InvalidUtf8', "the stream is not UTF-8; use utf8: 'replace' to read it with U+FFFD in place of bad bytes"],
      [{ limits: { line: 10 } }, 'data: 12345\n\n', 'LineTooLong', 'a line is longer than 10 bytes; raise limits.line if the server is right'],
      [{ limits: { event: 4 } }, 'data: 12345\n\n', 'EventTooLarge', 'the data of an event is longer than 4 bytes; raise limits.event if the server is right'],
      [{ limits: { pending: 4 } }, 'data: 12345', 'TooMuchPending', 'an unfinished event is longer than 4 bytes; raise limits.pending if the server is right'],
    ]) {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      const told = [];
      const parser = new EventStreamParser({ ...options, onError: (error) => told.push(error) });
      parser.feed(bytes);
      parser.free();
      const throwing = new EventStreamParser(options);
      told.push(assert.throws(() => throwing.feed(bytes), name));
      throwing.free();
      for (const error of told) assert.deepEqual([error instanceof Error, error.name, error.message], [true, name, message]);
    }
  });

  test('parser: an event of the largest size may be one line', async () => {
    // 17 MiB, as of an image in base64, which is more than a line could have once.
    const piece = encode('x'.repeat(1 << 20));
    const { parser, events } = collecting();
    parser.feed('data: ');
    for (let part = 0; part < 17; part++) parser.feed(piece);
    parser.feed('\n\n');
    assert.deepEqual(events.map(({ length }) => length), [17 << 20]);
    parser.free();
    // A line may be as long as `data: ` and the largest event, unless the caller says how long a line may be.
    const longLine = (limits) => {
      const limited = new EventStreamParser({ limits, onEvent: ({ data }) => events.push(data.length), onError: (error) => events.push(error.name) });
      limited.feed('data: ');
      limited.feed(encode('x'.repeat(1000)));
      limited.feed('\n\n');
      limited.free();
    };
    longLine({ event: 1000 });
    longLine({ event: 999 });
    longLine({ event: 1000, line: 1005 });
    longLine({ event: 1000, line: 1006 });
    assert.deepEqual(events.slice(1), [1000, 'EventTooLarge', 'LineTooLong', 1000]);
  });

  test('parser: comments and unknown fields are skipped without being stored, however long they are', async () => {
    const { parser, events } = collecting({ limits: { line: 1000, pending: 1000 } });
    const piece = encode('x'.repeat(20_000));
    for (const begin of ['data: a\n:', 'unknown: ', 'x', 'data: b\n\n:']) {
      parser.feed(begin);
      for (let part = 0; part < 10; part++) parser.feed(piece);
      parser.feed('\n');
    }
    parser.feed('data: c\n\n');
    assert.deepEqual(events, ['a\nb', 'c']);
    parser.free();
  });

  test('parser: a string chunk may follow bytes, and bytes a string', async () => {
    const { parser, events } = collecting();
    parser.feed('da');
    parser.feed(encode('ta: 你'));
    parser.feed('好😀');
    parser.feed(encode('\n'));
    parser.feed('\n');
    assert.deepEqual(events, ['你好😀']);
    parser.free();
  });

  test('parser: a surrogate pair split between strings is one character', async () => {
    const { parser, events } = collecting();
    for (const chunk of ['data: \ud83d', '\ude00', '\ud83d', '', '\ude01\n\n']) parser.feed(chunk);
    assert.deepEqual(events, ['😀😁']);
    parser.free();
  });

  test('parser: lone surrogates in strings become U+FFFD', async () => {
    const { parser, events } = collecting();
    for (const chunk of ['data: a\ud83db\ude00c\n\n', 'data: \ude00\ud83d', 'x\n\n', 'data: \ud83d', '\ud83d\ude00\n\n', 'data: \ud83d', encode('y\n\n')]) parser.feed(chunk);
    assert.deepEqual(events, ['a\ufffdb\ufffdc', '\ufffd\ufffdx', '\ufffd😀', '\ufffdy']);
    parser.free();
  });

  test('parser: a string starts with U+FEFF: one is stripped', async () => {
    const { parser, events } = collecting();
    parser.feed('\ufeff');
    parser.feed('data: \ufeffa\n\n');
    assert.deepEqual(events, ['\ufeffa']);
    parser.free();
  });

  test('parser: chunks are read at once: the caller may use the memory again', async () => {
    const { parser, events } = collecting();
    const memory = new Uint8Array(16);
    for (const text of ['data: 1', '\n', '\ndata: 2', '\n\n']) {
      const { written } = new TextEncoder().encodeInto(text, memory);
      parser.feed(memory.subarray(0, written));
      memory.fill(0x58);
    }
    assert.deepEqual(events, ['1', '2']);
    parser.free();
  });

  test('parser: a callback that feeds: its chunk comes after the events of this one', async () => {
    const events = [];
    const parser = new EventStreamParser({
      onEvent: ({ data }) => {
        events.push(data);
        if (data === '1') {
          const chunk = encode('data: 3\n\ndata: 4\n\n');
          parser.feed(chunk);
          chunk.fill(0x58);
        }
        if (data === '3') parser.feed('data: 5\n\n');
      },
    });
    parser.feed(encode('data: 1\n\ndata: 2\n\n'));
    assert.deepEqual(events, ['1', '2', '3', '4', '5']);
    parser.feed('data: 6\n\n');
    assert.deepEqual(events, ['1', '2', '3', '4', '5', '6']);
    parser.free();
  });

  test('parser: an exception of onEvent comes out of feed, the other events are delivered first by the next call', async () => {
    const events = [];
    const parser = new EventStreamParser({
      onEvent: ({ data }) => {
        events.push(data);
        if (data === '2') throw new RangeError(DELIBERATE);
      },
    });
    assert.throws(() => parser.feed('data: 1\n\ndata: 2\n\ndata: 3\n\nda'), 'RangeError', /deliberate/);
    assert.deepEqual(events, ['1', '2']);
    parser.feed('ta: 4\n\n');
    assert.deepEqual(events, ['1', '2', '3', '4']);
    assert.throws(() => parser.feed('data: 2\n\ndata: 5\n\n'), 'RangeError');
    parser.end();
    assert.deepEqual(events, ['1', '2', '3', '4', '2', '5']);
    parser.free();
  });

  test('parser: onId, onRetry and onEvent in the order of the stream, the id before its event', async () => {
    const log = [];
    const parser = new EventStreamParser({
      onEvent: ({ data, lastEventId }) => log.push(`event ${data} ${lastEventId}`),
      onId: (id) => log.push(`id ${id}`),
      onRetry: (time) => log.push(`retry ${time}`),
      onComment: (text) => log.push(`comment ${text}`),
    });
    parser.feed(':hi\nretry: 5\ndata: a\nid: 1\n\ndata: b\n\n:mid\nid: 2\n\nretry: 6\n\nid\ndata: c\n\n');
    assert.deepEqual(log, ['comment hi', 'retry 5', 'id 1', 'event a 1', 'event b 1', 'comment mid', 'id 2', 'retry 6', 'id ', 'event c ']);
    parser.free();
  });

  test('parser: no callbacks at all', async () => {
    const parser = new EventStreamParser();
    parser.feed('id: 7\nretry: 1\n: c\ndata: a\n\n');
    assert.equal(parser.lastEventId, '7');
    parser.free();
  });

  test('parser: end drops the unfinished block and keeps the last event ID', async () => {
    const events = [];
    const parser = new EventStreamParser({ onEvent: ({ data, lastEventId }) => events.push(`${data}@${lastEventId}`) });
    parser.feed('id: 1\ndata: a\n\nid: 2\ndata: b\r');
    parser.end();
    assert.equal(parser.lastEventId, '1');
    parser.feed('\ufeffdata: c\n\n');
    parser.feed('event: x\ndata: half\ud83d');
    parser.end();
    parser.feed('data: d\n\n');
    assert.deepEqual(events, ['a@1', 'c@1', 'd@1']);
    parser.free();
  });

  test('parser: reset forgets everything', async () => {
    const events = [];
    const parser = new EventStreamParser({ onEvent: ({ type, data, lastEventId }) => events.push(`${type} ${data}@${lastEventId}`) });
    parser.feed('id: 1\ndata: a\n\nevent: x\ndata: b\nid: 2\ndata: \ud83d');
    parser.reset();
    assert.equal(parser.lastEventId, '');
    parser.feed(encode('\ndata: c\n\n'));
    parser.feed(encode('data: d\xe4'.slice(0, 7)));
    parser.reset();
    parser.feed(Uint8Array.of(0xef, 0xbb, 0xbf));
    parser.feed('data: e\n\n');
    assert.deepEqual(events, ['message a@1', 'message c@', 'message e@']);
    parser.free();
  });

  test('parser: use after free throws a clear Error, free twice does not', async () => {
    const { parser } = collecting();
    parser.feed('data: a\n\n');
    parser.free();
    parser.free();
    for (const use of [() => parser.feed('x'), () => parser.feedBatch('x'), () => parser.end(), () => parser.reset()]) {
      assert.throws(use, 'Error', /free/);
    }
  });

  test('parser: free and reset from within a callback', async () => {
    for (const step of ['free', 'reset']) {
      const events = [];
      const parser = new EventStreamParser({
        onEvent: ({ data }) => {
          events.push(data);
          if (data === '2') parser[step]();
        },
      });
      parser.feed('data: 1\n\ndata: 2\n\ndata: 3\n\n');
      assert.deepEqual(events, ['1', '2'], step);
      if (step === 'reset') {
        parser.feed('data: 4\n\n');
        assert.deepEqual(events, ['1', '2', '4']);
        parser.free();
      }
    }
  });

  test('parser: two parsers interleaved', async () => {
    const a = collecting();
    const b = collecting();
    const first = encode('event: a\ndata: 你好😀\nid: 1\n\n');
    const second = encode('event: b\ndata: \u{1f600}\u{20000}é\n\n');
    for (let at = 0; at < Math.max(first.length, second.length); at++) {
      a.parser.feed(first.subarray(at, at + 1));
      b.parser.feed(second.subarray(at, at + 1));
    }
    assert.deepEqual([a.events, b.events], [['你好😀'], ['\u{1f600}\u{20000}é']]);
    assert.deepEqual([a.parser.lastEventId, b.parser.lastEventId], ['1', '']);
    a.parser.free();
    b.parser.feed('data: on\n\n');
    assert.equal(b.events.at(-1), 'on');
    b.parser.free();
  });

  test('parser: many parsers come and go', async () => {
    for (let round = 0; round < 2000; round++) {
      const { parser, events } = collecting();
      parser.feed(`data: ${round}\n\n`);
      assert.equal(events[0], String(round));
      parser.free();
    }
  });

  test('parser: bad arguments throw TypeError and change nothing', async () => {
    const { parser, events } = collecting();
    parser.feed('data: a');
    for (const chunk of [undefined, null, 5, true, {}, [1, 2], () => {}, new Date(0), Symbol('x'), BigInt(5)]) {
      assert.throws(() => parser.feed(chunk), 'TypeError');
      assert.throws(() => parser.feedBatch(chunk), 'TypeError');
    }
    parser.feed('\n\n');
    assert.deepEqual(events, ['a']);
    parser.free();
    for (const [options, name] of [
      [5, /./], ['x', /./],
      [{ onEvent: 5 }, /onEvent/], [{ onError: 'x' }, /onError/], [{ onRetry: {} }, /onRetry/], [{ onId: 1 }, /onId/], [{ onComment: true }, /onComment/],
      [{ limits: 5 }, /limits/], [{ limits: { line: -1 } }, /line/], [{ limits: { event: NaN } }, /event/], [{ limits: { pending: '10' } }, /pending/],
      [{ limits: { lines: 5 } }, /lines/], [{ utf8: 'maybe' }, /utf8/],
    ]) {
      assert.throws(() => new EventStreamParser(options), 'TypeError', name);
    }
    assert.throws(() => EventStreamParser(), 'TypeError');
  });

  test('[extension] parser: null is as not given', async () => {
    const nothing = { onEvent: null, onRetry: null, onId: null, onComment: null, onError: null, utf8: null };
    for (const options of [null, undefined, { ...nothing, limits: null }, { ...nothing, limits: { line: null, event: null, pending: null } }]) {
      const parser = new EventStreamParser(options);
      assert.deepEqual(parser.feedBatch('id: 1\nretry: 5\n: c\ndata: a\xff\n\n').map(({ data }) => data), ['a\xff']);
      parser.free();
    }
  });

  test('[extension] parser: after a limit onError is called once and feeds are ignored until reset', async () => {
    const errors = [];
    const { parser, events } = collecting({ limits: { line: 10 }, onError: (error) => errors.push(error) });
    parser.feed('data: a\n\ndata: 12345\n\ndata: b\n\n');
    parser.feed('data: c\n\n');
    parser.end();
    assert.deepEqual(events, ['a']);
    assert.equal(errors.length, 1);
    assert.ok(errors[0] instanceof Error);
    assert.equal(errors[0].name, 'LineTooLong');
    assert.match(errors[0].message, /limits\.line/);
    parser.reset();
    parser.feed('data: d\n\n');
    assert.deepEqual(events, ['a', 'd']);
    parser.free();
  });

  test('[extension] parser: without onError a limit is thrown from feed, after the events before it', async () => {
    const { parser, events } = collecting({ limits: { event: 4 } });
    const error = assert.throws(() => parser.feed('data: 1234\n\ndata: 12345\n\n'), 'EventTooLarge', /limits\.event/);
    assert.ok(error instanceof Error);
    assert.deepEqual(events, ['1234']);
    parser.feed('data: x\n\n');
    assert.deepEqual(events, ['1234']);
    parser.free();
  });

  test('[extension] parser: pending: a line that never ends hits the limit, with bounded memory', async () => {
    const errors = [];
    const { parser } = collecting({ limits: { pending: 1000 }, onError: (error) => errors.push(error.name) });
    let fed = 0;
    parser.feed('data: ');
    while (errors.length === 0 && fed < 5000) {
      parser.feed('x'.repeat(10));
      fed += 10;
    }
    assert.deepEqual(errors, ['TooMuchPending']);
    assert.equal(fed, 1000, 'fed'); // 6 + 990 is within, 6 + 1000 is not
    parser.free();
  });

  test('parser: an event of 4 MiB in pieces of 1,400 bytes', async () => {
    const { parser, events } = collecting();
    const piece = encode('0123456789'.repeat(140));
    parser.feed('data: ');
    const pieces = Math.ceil((4 << 20) / piece.length);
    for (let count = 0; count < pieces; count++) parser.feed(piece);
    parser.feed('\n\n');
    assert.equal(events.length, 1);
    assert.equal(events[0].length, pieces * piece.length);
    assert.ok(events[0].endsWith('6789'));
    parser.free();
  });

  test('parser: many event types, short and long', async () => {
    let stream = '';
    const expected = [];
    for (let round = 0; round < 3; round++) {
      for (let number = 0; number < 90; number++) {
        const type = `${'t'.repeat([1, 63, 64, 65, 200][number % 5])}${number}`;
        stream += `event: ${type}\ndata: ${number}\n\ndata: plain\n\n`;
        expected.push(type, 'message');
      }
    }
    const bytes = encode(stream);
    for (const size of [13, 100, 1000, bytes.length]) {
      const types = [];
      const parser = new EventStreamParser({ onEvent: ({ type }) => types.push(type) });
      for (const piece of inPieces(bytes, size)) parser.feed(piece);
      assert.deepEqual(types, expected, `in ${size}s`);
      parser.free();
    }
  });

  test('parser: prototypes of Object are no types, names or ids', async () => {
    const parser = new EventStreamParser();
    const events = parser.feedBatch('event: __proto__\nid: constructor\ndata: toString\n\n');
    assert.equal(events[0].type, '__proto__');
    assert.equal(events[0].lastEventId, 'constructor');
    parser.free();
  });

  test('parser: memory that a callback has fed may be used again', async () => {
    const data = [];
    let inner = globalThis.Buffer?.from('data: inner\n\n') ?? encode('data: inner\n\n');
    const parser = new EventStreamParser({
      onEvent: (event) => {
        data.push(event.data);
        if (!inner) return;
        const chunk = inner;
        inner = undefined;
        parser.feed(chunk);
        chunk.fill(88);
      },
    });
    parser.feed('data: a\n\ndata: b\n\n');
    assert.deepEqual(data, ['a', 'b', 'inner']);
    parser.free();
  });

  test('parser: end() in a callback takes its turn behind what has been fed, and the last event ID stays', async () => {
    const events = [];
    const parser = new EventStreamParser({
      onEvent: ({ data, lastEventId }) => {
        events.push(`${data} ${lastEventId}`);
        if (data !== 'a') return;
        parser.feed('data: cut');
        parser.end();
      },
    });
    parser.feed('id: 1\ndata: a\n\nid: 2\ndata: b\n\n');
    assert.equal(parser.lastEventId, '2');
    parser.feed('\n\ndata: c\n\n');
    assert.deepEqual(events, ['a 1', 'b 2', 'c 2']);
    parser.free();
  });

  test('parser: what a callback of feedBatch throws is not given to onError', async () => {
    const errors = [];
    const thrown = new Error('by the callback');
    const parser = new EventStreamParser({ onRetry: () => { throw thrown; }, onError: (error) => errors.push(error) });
    assert.deepEqual(parser.feedBatch('data: a\n\nretry: 5\ndata: b\n\n').map(({ data }) => data), ['a']);
    let caught;
    try {
      parser.feedBatch('');
    } catch (error) {
      caught = error;
    }
    assert.equal(caught, thrown);
    assert.deepEqual(parser.feedBatch('').map(({ data }) => data), ['b']);
    assert.deepEqual(errors, []);
    parser.free();
  });

  test('parser: an event whose onId throws is delivered by the next call', async () => {
    const data = [];
    let isFirst = true;
    const parser = new EventStreamParser({
      onId: () => {
        if (isFirst) {
          isFirst = false;
          throw new Error('by onId');
        }
      },
      onEvent: (event) => data.push(event.data),
    });
    assert.throws(() => parser.feed('id: 1\ndata: a\n\ndata: b\n\n'), 'Error', /by onId/);
    parser.feed('');
    assert.deepEqual(data, ['a', 'b']);
    parser.free();
  });

  test('parser: limits that no host can hold are refused', async () => {
    assert.throws(() => new EventStreamParser({ limits: { line: 2 ** 31 - 1 } }), 'TypeError', /limits\.line/);
    assert.throws(() => new EventStreamParser({ limits: { toString: 5 } }), 'TypeError', /limits\.toString/);
  });
}
