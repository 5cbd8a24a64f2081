// The one list of behaviours, for every host. `[extension]` marks what is beyond the HTML standard.
import { eventSourceTests } from './event-source.mjs';
import { parserTests } from './event-stream-parser.mjs';
import { requestTaskTests } from './request-task.mjs';

/**
 * `host`: `{ name, isBrowser, vectors: [{ file, vectors }], onUncaught }`; `server` and `second` are origins of tests/server.
 */
export function suite(context) {
  eventSourceTests(context);
  parserTests(context);
  requestTaskTests(context);
}
