// What a page, or a test of one, asks of a source: run in every environment, with the class that was loaded there.

/** Resolves with what has happened, as lines; `isHosts` says whether the source is to be an EventTarget of the global class. */
export async function check(EventSource, server, isHosts) {
  const lines = [];
  const body = 'id: 7\ndata: one\n\nevent: tick\ndata: two\n\n';
  const source = new EventSource(`${server}/stream?end=hang&body=${encodeURIComponent(body)}`);
  const closed = new Promise((resolve) => source.addEventListener('close', resolve));
  source.onopen = ({ type }) => lines.push(type);
  source.onerror = ({ message }) => {
    lines.push(`error: ${message}`);
    source.close();
  };
  source.onmessage = (event) => lines.push(`${event.type} ${event.data} ${event.lastEventId} ${event.target === source}`);
  source.addEventListener('tick', { handleEvent: (event) => {
    lines.push(`${event.type} ${event.data}`);
    if (isHosts) lines.push(`${source instanceof globalThis.EventTarget} ${event instanceof globalThis.Event}`);
    source.close();
  } });
  await closed;
  lines.push(`closed ${source.readyState}`);
  // A loop over one that fails, too.
  const refused = new EventSource(`${server}/stream?status=404`);
  try {
    for await (const event of refused) lines.push(event.type);
  } catch (error) {
    lines.push(`${error instanceof Error} ${error.name} ${error.code}`);
  }
  return lines;
}

const EXPECTED = ['open', 'message one 7 true', 'tick two', 'closed 2', 'true EventSourceError 404'];

/** What is wrong with the lines, or undefined. */
export const faultOf = (lines, isHosts) => {
  const expected = isHosts ? EXPECTED.toSpliced?.(3, 0, 'true true') ?? [...EXPECTED.slice(0, 3), 'true true', ...EXPECTED.slice(3)] : EXPECTED;
  const [found, wanted] = [lines, expected].map((list) => list.join(' | '));
  return found === wanted ? undefined : `expected ${wanted}, found ${found}`;
};

/** What is wrong with an operation of fetchEventSource that is ended at its first message, or undefined. */
export async function operationFaultOf(fetchEventSource, server) {
  const controller = new AbortController();
  const lines = [];
  await fetchEventSource(`${server}/stream?end=hang&body=${encodeURIComponent('data: one\n\n')}`, {
    signal: controller.signal,
    onmessage({ data }) {
      lines.push(data);
      controller.abort();
    },
    onerror(error) {
      throw error;
    },
  });
  return lines.join() === 'one' ? undefined : `fetchEventSource: expected one, found ${lines.join()}`;
}
