// The suite in a page or in a worker. Imported at once: a service worker may not import later.
import { EventSource, ErrorEvent, FatalError } from '/pkg/esm/index.js';
import { EventStreamParser, init } from '/pkg/esm/parser.js';
import { assert, run } from './harness.mjs';
import { suite } from './suite.mjs';

export async function runHere({ name, server, second, vectors, filter, engine, lacks }) {
  await init();
  assert.equal(EventSource.engine, engine);
  const host = {
    name,
    isBrowser: true,
    vectors,
    lacks,
    onUncaught: (callback) => {
      addEventListener('error', (event) => callback(event.error ?? event.message));
      addEventListener('unhandledrejection', (event) => callback(event.reason));
    },
  };
  // Firefox slows the timers of pages that nobody looks at.
  // Six connections to an origin at most, and some tests have three.
  return run(suite, { EventSource, ErrorEvent, FatalError, EventStreamParser, server, second, host }, { parallel: 2, filter, timeout: lacks?.head ? 60_000 : undefined });
}

/** Answers what a page asks through `port`, a worker's own or a channel's. */
export async function answer(port, settings) {
  try {
    port.postMessage({ results: await runHere(settings) });
  } catch (error) {
    port.postMessage({ error: String(error?.stack ?? error) });
  }
}
