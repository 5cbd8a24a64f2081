// The parsers that take bytes when they are given: one function per parser, so that no call site is shared. Each reads the data that
// comes out, and gives back how many events there were and a sum over them: what differs from the baseline's is wrong.
import { join } from './workloads.mjs';

const BASE = 'eventsource-parser';
export const LIMITS = { line: 128 << 20, event: 128 << 20, pending: 128 << 20 };
/** Of a pass: some parsers take time in proportion to the square of an event's bytes. */
const DEADLINE = 2000;
const tooLong = () => new Error(`a pass takes more than ${DEADLINE / 1000} s`);

/** `peers`: the bundle of peers.js; `ours`: the parser's entry of the package as shipped. */
export function drivers({ createParser, getLines, getMessages, EventSourcePolyfill }, { EventStreamParser, createParser: ownCreateParser }, chunks, now) {
  const esp = () => {
    let count = 0;
    let sum = 0;
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent: ({ data }) => {
        count++;
        sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
      },
    });
    for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
    return [count, sum];
  };

  const ours = () => {
    let count = 0;
    let sum = 0;
    const parser = new EventStreamParser({
      limits: LIMITS,
      onEvent: ({ data }) => {
        count++;
        sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
      },
    });
    for (const chunk of chunks) parser.feed(chunk);
    parser.end();
    parser.free();
    return [count, sum];
  };

  const oursBatch = () => {
    let count = 0;
    let sum = 0;
    const parser = new EventStreamParser({ limits: LIMITS });
    for (const chunk of chunks) {
      for (const { data } of parser.feedBatch(chunk)) {
        count++;
        sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
      }
    }
    parser.end();
    parser.free();
    return [count, sum];
  };

  /** Until the package has one: eventsource-parser's events, `{ id, event, data }`, made from ours. */
  const adapted = ({ onEvent }) => {
    let id = '';
    return new EventStreamParser({
      limits: LIMITS,
      onEvent: ({ type, data, lastEventId }) => {
        onEvent({ id: lastEventId === id ? undefined : (id = lastEventId), event: type === 'message' ? undefined : type, data });
      },
    });
  };
  const oursCreateParser = () => {
    let count = 0;
    let sum = 0;
    const parser = (ownCreateParser ?? adapted)({
      onEvent: ({ data }) => {
        count++;
        sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
      },
    });
    for (const chunk of chunks) parser.feed(chunk);
    parser.free?.();
    return [count, sum];
  };

  const fetchEventSource = () => {
    let count = 0;
    let sum = 0;
    const onChunk = getLines(getMessages(() => {}, () => {}, ({ data }) => {
      // It tells of blocks without data, too.
      if (data === '') return;
      count++;
      sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
    }));
    const end = now() + DEADLINE;
    for (let at = 0; at < chunks.length; at++) {
      onChunk(chunks[at]);
      if ((at & 255) === 255 && now() > end) throw tooLong();
    }
    return [count, sum];
  };

  const polyfill = () => {
    let count = 0;
    let sum = 0;
    let transport;
    // It opens its transport at once, so that chunks can be given without a network; its own transport decodes as this does.
    const source = new EventSourcePolyfill('http://localhost/', {
      Transport: class {
        open(_, onStart, onProgress) {
          transport = { onStart, onProgress };
          return { abort() {} };
        }
      },
    });
    const onEvent = ({ data }) => {
      count++;
      sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
    };
    for (const type of ['message', 'content_block_delta', 'ping']) source.addEventListener(type, onEvent);
    const decoder = new TextDecoder();
    transport.onStart(200, 'OK', 'text/event-stream', undefined);
    const end = now() + DEADLINE;
    for (let at = 0; at < chunks.length; at++) {
      transport.onProgress(decoder.decode(chunks[at], { stream: true }));
      if ((at & 255) === 255 && now() > end) throw tooLong();
    }
    source.close();
    return [count, sum];
  };

  const whole = join(chunks);
  const plain = new TextDecoder();
  const decodeAll = () => {
    plain.decode(whole);
  };
  // At whole characters: half of one would be replaced, and that is slow.
  const aligned = [];
  for (let from = 0, cut = 0, index = 0; index < chunks.length; index++) {
    cut += chunks[index].length;
    let to = cut;
    while (to < whole.length && (whole[to] & 0xc0) === 0x80) to++;
    aligned.push(whole.slice(from, to));
    from = to;
  }
  const decodeEach = () => {
    for (const chunk of aligned) plain.decode(chunk);
  };
  // Room for the largest chunk: what pends is copied no second time.
  const largest = chunks.reduce((most, { length }) => Math.max(most, length), 0);
  const memory = typeof WebAssembly === 'undefined' ? { buffer: new ArrayBuffer(largest) } : new WebAssembly.Memory({ initial: Math.ceil(largest / 65536) });
  const target = new Uint8Array(memory.buffer);
  const copy = () => {
    for (const chunk of chunks) target.set(chunk, 0);
  };

  return [
    { name: BASE, pass: esp },
    { name: 'ours, feed', pass: ours },
    { name: 'ours, feedBatch', pass: oursBatch },
    { name: 'ours, createParser', pass: oursCreateParser, isExtra: true },
    { name: 'fetch-event-source', pass: fetchEventSource, isExtra: true },
    { name: 'event-source-polyfill', pass: polyfill, isExtra: true },
    { name: 'floor: one decode', pass: decodeAll, isExtra: true },
    { name: 'floor: a decode per chunk', pass: decodeEach, isExtra: true },
    { name: 'floor: copy into wasm', pass: copy, isExtra: true },
    { name: `${BASE} again`, pass: esp, isExtra: true },
  ];
}
