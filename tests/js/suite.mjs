// The one list of behaviours, for every host. `[extension]` marks what is beyond the HTML standard.
import { dropInTests } from './drop-ins.mjs';
import { engineTests } from './engine.mjs';
import { eventSourceTests } from './event-source.mjs';
import { parserTests } from './event-stream-parser.mjs';
import { polyfillTests } from './polyfill.mjs';
import { requestTaskTests } from './request-task.mjs';

/**
 * `dropIns`: all that the entries for others' users export; `polyfill`: see polyfill.mjs. `host`: `{ name, isBrowser, vectors: [{ file, vectors }], onUncaught }`; `server` and `second` are origins of tests/server.
 */
export function suite(context) {
  eventSourceTests(context);
  parserTests(context);
  requestTaskTests(context);
  engineTests(context);
  // Mini programs have no such entries.
  if (context.dropIns) dropInTests(context);
  if (context.polyfill) polyfillTests(context);
}
