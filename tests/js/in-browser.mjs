// The suite in a page or in a worker. Imported at once: a service worker may not import later.
import { NativeEventSource } from './native.mjs';
import { EventSource, ErrorEvent, FatalError } from '/pkg/esm/index.js';
import * as parser from '/pkg/esm/parser.js';
import * as fetching from '/pkg/esm/fetch-event-source.js';
import * as pieces from '/pkg/esm/fetch-event-source-parse.js';
import * as polyfillModule from '/pkg/esm/polyfill.js';
import { assert, onUncaught, run } from './harness.mjs';
import { suite } from './suite.mjs';

const { EventStreamParser, init } = parser;
const dropIns = { ...parser, ...fetching, ...pieces };
const polyfill = { module: polyfillModule, native: NativeEventSource, installed: globalThis.EventSource };

export async function runHere({ name, server, second, vectors, filter, engine, lacks }) {
  await init();
  assert.equal(EventSource.engine, engine);
  const host = {
    name,
    isBrowser: true,
    vectors,
    lacks,
    onUncaught,
  };
  // Firefox slows the timers of pages that nobody looks at.
  // Six connections to an origin at most, and some tests have three.
  return run(suite, { EventSource, ErrorEvent, FatalError, EventStreamParser, dropIns, polyfill, server, second, host }, { parallel: 2, filter, timeout: lacks?.head ? 120_000 : undefined });
}

/** Answers what a page asks through `port`, a worker's own or a channel's. */
export async function answer(port, settings) {
  try {
    port.postMessage({ results: await runHere(settings) });
  } catch (error) {
    port.postMessage({ error: String(error?.stack ?? error) });
  }
}
