// The suite in a page or in a module worker.
import { assert, run } from './harness.mjs';
import { suite } from './suite.mjs';

export async function runHere({ name, server, second, vectors, filter, engine }) {
  const { EventSource, ErrorEvent, FatalError } = await import(`${server}/pkg/esm/index.js`);
  const { EventStreamParser, init } = await import(`${server}/pkg/esm/parser.js`);
  await init();
  assert.equal(EventSource.engine, engine);
  const host = {
    name,
    isBrowser: true,
    vectors,
    onUncaught: (callback) => {
      addEventListener('error', (event) => callback(event.error ?? event.message));
      addEventListener('unhandledrejection', (event) => callback(event.reason));
    },
  };
  // Six connections to an origin at most, and some tests have three.
  return run(suite, { EventSource, ErrorEvent, FatalError, EventStreamParser, server, second, host }, { parallel: 2, filter });
}
