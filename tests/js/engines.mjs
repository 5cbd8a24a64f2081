// What each entry says of its engine in a worker: asked by tests/js/engine.mjs. Nothing has loaded an engine before.
import { EventSource, init } from '/pkg/esm/index.js';
import * as slim from '/pkg/esm/slim.js';
import { EventStreamParser, createParser } from '/pkg/esm/parser.js';
import { fetchEventSource } from '/pkg/esm/fetch-event-source.js';

const failureOf = ({ message, cause, errors }) => ({ failure: message, cause: cause?.message, causes: errors?.map(({ message }) => message) });
/** `{ data }` of its first message, or what `failureOf` gives. */
const told = (source) => new Promise((resolve) => {
  source.onmessage = ({ data }) => {
    source.close();
    resolve({ data });
  };
  source.onerror = (event) => resolve({ ...failureOf(event.cause ?? {}), failure: event.message, state: source.readyState });
});
const attempt = (run) => {
  try {
    return { data: run() };
  } catch (error) {
    return failureOf(error);
  }
};
const parsed = () => {
  let text = '';
  const parser = new EventStreamParser({ onEvent: ({ data }) => (text += data) });
  parser.feed('data: a\n\n');
  parser.free();
  createParser({ onEvent: ({ data }) => (text += data) }).feed('data: b\n\n');
  return text;
};

async function allOf(url) {
  return {
    // First: nothing has been loaded yet.
    parser: attempt(parsed),
    class: await told(new EventSource(url)),
    slim: await told(new slim.EventSource(url)),
    init: await init().then(() => ({ data: EventSource.engine }), failureOf),
    slimInit: await slim.init().then(() => ({ data: slim.EventSource.engine }), failureOf),
    fetchEventSource: await new Promise((resolve) => {
      const controller = new AbortController();
      const onmessage = ({ data }) => {
        controller.abort();
        resolve({ data });
      };
      fetchEventSource(url, { signal: controller.signal, onmessage }).catch((error) => resolve(failureOf(error)));
    }),
  };
}

addEventListener('message', (event) => event.waitUntil(allOf(event.data).then((found) => event.ports[0].postMessage(found))));
