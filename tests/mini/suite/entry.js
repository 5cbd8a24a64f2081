// The shared list for a mini program: one CommonJS file that a page requires.
import vectors from 'vectors';
import { run } from '../../js/harness.mjs';
import { suite } from '../../js/suite.mjs';

export { runContrast } from './contrast.js';
export { watch } from './watch.js';

/** What no mini program can do, whatever the package does. */
const LACKS = {
  // There is no Blob and no FormData, and a request's data is a text or an ArrayBuffer.
  forms: true,
  // The platform has a list of methods: no PATCH, and none of one's own.
  methods: true,
  // Where a redirect has led is not told.
  finalUrl: true,
  // What fetch would say of options that are passed on to it.
  fetch: true,
};

/**
 * Runs the list with the classes of the package; resolves to the harness's results. `settings`: `{ name, server, second, filter, parallel, timeout, patience }`.
 */
export function runSuite({ EventSource, ErrorEvent, FatalError, EventStreamParser }, { name, server, second, filter, parallel = 3, timeout, patience }) {
  // The package's own: the platform has none.
  const [Event, EventTarget] = [Object.getPrototypeOf(ErrorEvent), Object.getPrototypeOf(EventSource)];
  const host = {
    name,
    isBrowser: false,
    vectors,
    patience,
    lacks: LACKS,
    transport: [wx, 'request'],
    dom: { Event, EventTarget, MessageEvent: Event },
    onUncaught: (callback) => wx.onError(callback),
  };
  return run(suite, { EventSource, ErrorEvent, FatalError, EventStreamParser, server, second, host }, { filter, parallel, timeout });
}
