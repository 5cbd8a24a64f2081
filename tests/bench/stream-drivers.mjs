// What reads a `Response` by itself, over the same chunks from a ReadableStream. The baseline is the loop that one writes around a parser.
import { LIMITS } from './drivers.mjs';

const TYPES = ['message', 'content_block_delta', 'ping'];

/** `peers`, `ours`: as in drivers.mjs; `ourSource`: the default entry of the package as shipped. */
export function streamDrivers({ createParser, EventSourceParserStream, EventSource, getBytes, getLines, getMessages, events, openai, anthropic }, { EventStreamParser }, { EventSource: OurEventSource }, chunks) {
  const body = () => {
    let at = 0;
    return new ReadableStream({
      pull(controller) {
        if (at < chunks.length) controller.enqueue(chunks[at++]);
        else controller.close();
      },
    }, { highWaterMark: 0 });
  };
  const response = () => new Response(body(), { headers: { 'Content-Type': 'text/event-stream' } });

  const loop = async () => {
    let count = 0;
    let sum = 0;
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent: ({ data }) => {
        count++;
        sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
      },
    });
    const reader = response().body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return [count, sum];
      parser.feed(decoder.decode(value, { stream: true }));
    }
  };

  const oursLoop = async () => {
    let count = 0;
    let sum = 0;
    const parser = new EventStreamParser({
      limits: LIMITS,
      onEvent: ({ data }) => {
        count++;
        sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
      },
    });
    const reader = response().body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(value);
    }
    parser.free();
    return [count, sum];
  };

  const oursSource = () => new Promise((resolve) => {
    let count = 0;
    let sum = 0;
    const source = new OurEventSource('http://localhost/', { fetch: async () => response(), reconnect: false, limits: LIMITS });
    const onEvent = ({ data }) => {
      count++;
      sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
    };
    for (const type of TYPES) source.addEventListener(type, onEvent);
    source.onclose = () => resolve([count, sum]);
  });

  const eventsource = () => new Promise((resolve) => {
    let count = 0;
    let sum = 0;
    const source = new EventSource('http://localhost/', { fetch: async () => response() });
    const onEvent = ({ data }) => {
      count++;
      sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
    };
    for (const type of TYPES) source.addEventListener(type, onEvent);
    source.onerror = () => {
      source.close();
      resolve([count, sum]);
    };
  });

  const fetchEventSource = async () => {
    let count = 0;
    let sum = 0;
    await getBytes(response().body, getLines(getMessages(() => {}, () => {}, ({ data }) => {
      if (data === '') return;
      count++;
      sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
    })));
    return [count, sum];
  };

  const parserStream = async () => {
    let count = 0;
    let sum = 0;
    const reader = response().body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return [count, sum];
      const { data } = value;
      count++;
      sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
    }
  };

  /** For those that are asynchronous iterators of events. */
  const iterated = (start) => async () => {
    let count = 0;
    let sum = 0;
    for await (const { data } of start()) {
      count++;
      sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
    }
    return [count, sum];
  };

  return [
    { name: 'eventsource-parser in a loop', pass: loop },
    { name: 'ours, parser in a loop', pass: oursLoop },
    { name: 'ours, EventSource', pass: oursSource },
    { name: 'eventsource', pass: eventsource, isExtra: true },
    { name: 'EventSourceParserStream', pass: parserStream, isExtra: true },
    { name: 'fetch-event-source', pass: fetchEventSource, isExtra: true },
    { name: 'fetch-event-stream', pass: iterated(() => events(response())), isExtra: true },
    { name: 'openai', pass: iterated(() => openai(response(), new AbortController())), isExtra: true },
    { name: '@anthropic-ai/sdk', pass: iterated(() => anthropic(response(), new AbortController())), isExtra: true },
  ];
}
