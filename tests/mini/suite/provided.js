// What the tests themselves use and a mini program lacks: provided to the bundle's modules alone (see bundle.mjs), never as globals, so that the
// package under test sees only what is there.
import { AbortController, AbortSignal } from 'abortcontroller-polyfill/dist/cjs-ponyfill.js';
import { TextDecoder, TextEncoder as Encoder } from '@sinonjs/text-encoding';
import btoa from 'core-js-pure/actual/btoa';
import URL from 'core-js-pure/actual/url';
import URLSearchParams from 'core-js-pure/actual/url-search-params';
import { Headers } from 'headers-polyfill';
import { ReadableStream } from 'web-streams-polyfill';

AbortSignal.abort ??= () => {
  const controller = new AbortController();
  controller.abort();
  return controller.signal;
};

class TextEncoder extends Encoder {
  encodeInto(text, target) {
    const bytes = this.encode(text);
    target.set(bytes);
    return { read: text.length, written: bytes.length };
  }
}

class Response {
  constructor(body, { status = 200, headers, url = '' } = {}) {
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.headers = new Headers(headers);
    this.url = url;
    this.body = typeof body === 'string' ? new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    }) : body;
  }

  async text() {
    const decoder = new TextDecoder();
    const reader = this.body.getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value, { stream: true });
    }
  }

  async json() {
    return JSON.parse(await this.text());
  }
}

/** As much of fetch as the tests ask for, over the platform's request. */
const fetch = (url, { method, headers, body, signal } = {}) => new Promise((resolve, reject) => {
  let controller;
  let isOver = false;
  const stream = new ReadableStream({
    start: (given) => {
      controller = given;
    },
    cancel: () => task.abort(),
  });
  const end = (step) => {
    if (isOver) return;
    isOver = true;
    step();
  };
  const task = wx.request({
    url: `${url}`,
    method,
    header: headers,
    data: body,
    enableChunked: true,
    responseType: 'arraybuffer',
    success: () => end(() => controller.close()),
    fail: ({ errMsg }) => {
      reject(new TypeError(errMsg));
      end(() => controller.error(new TypeError(errMsg)));
    },
  });
  task.onHeadersReceived(({ statusCode, header }) => resolve(new Response(stream, { status: statusCode, headers: header, url })));
  // A copy: the platform's buffer may be of another realm, which the codec of the tests does not take.
  task.onChunkReceived(({ data }) => isOver || controller.enqueue(new Uint8Array(data).slice()));
  if (signal) signal.addEventListener('abort', () => task.abort());
});

/** Its only use is to take a buffer away. */
const structuredClone = (value, { transfer: [buffer] }) => {
  if (typeof buffer.transfer === 'function') buffer.transfer();
  else wx.__detach(buffer);
  return value;
};

export { AbortController, AbortSignal, btoa, fetch, Headers, ReadableStream, Response, structuredClone, TextDecoder, TextEncoder, URL, URLSearchParams };
