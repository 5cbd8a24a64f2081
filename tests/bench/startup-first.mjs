// What startup.mjs measures, in a page and, as a program, in Node: `node startup-first.mjs kind [URL of a module]`. It imports nothing else.

/** Imports, and resolves at the first event. */
export async function first(kind, url) {
  const bytes = new TextEncoder().encode('data: {"choices":[{"delta":{"content":" the"}}]}\n\n');
  const answer = async () => new Response(bytes, { headers: { 'Content-Type': 'text/event-stream' } });
  const module = url ? await import(url) : undefined;
  await new Promise((resolve, reject) => {
    const onEvent = ({ data }) => (data.length > 0 ? resolve() : reject(new Error('no data')));
    if (kind === 'nothing') resolve();
    if (kind === 'instantiate') resolve(module.instantiate());
    if (kind === 'feed') new module.EventStreamParser({ onEvent }).feed(bytes);
    if (kind === 'createParser') module.createParser({ onEvent }).feed(new TextDecoder().decode(bytes, { stream: true }));
    if (kind === 'source') {
      const source = new module.EventSource('http://localhost/', { fetch: answer });
      source.onmessage = (message) => {
        onEvent(message);
        source.close();
      };
    }
  });
}

if (globalThis.process) {
  const [kind, url] = process.argv.slice(2);
  // Node loads its fetch, and MessageEvent with it, when it is first named, which takes 20 ms and more: whoever fetches has paid for it.
  if (kind === 'source') new globalThis.Response('', { headers: {} });
  const before = process.cpuUsage();
  const start = performance.now();
  await first(kind, url);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ cpu: (user + system) / 1000, ms }));
  process.exit();
}
