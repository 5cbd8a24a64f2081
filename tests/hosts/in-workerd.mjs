// A worker of Cloudflare's: a POST with the settings is answered with the results.
import { assert, onUncaught, run } from '../js/harness.mjs';
import { suite } from '../js/suite.mjs';

export const worker = ({ EventSource, ErrorEvent, FatalError, EventStreamParser, dropIns, polyfill, init, engine }) => ({
  async fetch(request) {
    try {
      const { filter, lacks, name, second, server, vectors } = await request.json();
      await init();
      assert.equal(EventSource.engine, engine);
      const host = {
        name,
        isBrowser: false,
        vectors,
        lacks,
        onUncaught,
      };
      return Response.json({ results: await run(suite, { EventSource, ErrorEvent, FatalError, EventStreamParser, dropIns, polyfill, server, second, host }, { parallel: 4, filter }) });
    } catch (error) {
      return Response.json({ error: String(error?.stack ?? error) });
    }
  },
});
