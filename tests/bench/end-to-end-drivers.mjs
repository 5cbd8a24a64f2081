// From a URL to a listener: what end-to-end.mjs runs in Node and in a page. Each driver is `(url, onData) => close`.

/** `against` is another build of ours; `only`: what the others' names begin with. */
export async function drivers({ ours, against, only, oursParser, peers }) {
  const { EventSource: Ours } = await import(ours);
  const { EventStreamParser } = await import(oursParser);
  const { EventSource: Theirs, createParser, fetchEventSource } = await import(peers);
  // fetchEventSource asks for them; the other modules are there already.
  globalThis.window ??= { fetch, setTimeout, clearTimeout };
  globalThis.document ??= { hidden: false, addEventListener() {}, removeEventListener() {} };

  const classOf = (Class) => (url, onData) => {
    const source = new Class(url);
    source.onmessage = ({ data }) => onData(data);
    return () => source.close();
  };
  const loop = (parserOf) => (url, onData) => {
    const controller = new AbortController();
    const read = async () => {
      const { body } = await fetch(url, { signal: controller.signal, cache: 'no-store' });
      const feed = parserOf(onData);
      const reader = body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        feed(value);
      }
    };
    read().catch(() => {});
    return () => controller.abort();
  };

  const list = { 'eventsource-wasm': classOf(Ours) };
  if (against) list['eventsource-wasm, the other build'] = classOf((await import(against)).EventSource);
  if (globalThis.EventSource) list[globalThis.process ? "undici's" : 'native'] = classOf(globalThis.EventSource);
  list.eventsource = classOf(Theirs);
  list.fetchEventSource = (url, onData) => {
    const controller = new AbortController();
    const init = { signal: controller.signal, openWhenHidden: true, onopen: async () => {}, onmessage: ({ data }) => onData(data) };
    fetchEventSource(url, init).catch(() => {});
    return () => controller.abort();
  };
  list['eventsource-parser in a loop'] = loop((onData) => {
    const decoder = new TextDecoder();
    const parser = createParser({ onEvent: ({ data }) => onData(data) });
    return (chunk) => parser.feed(decoder.decode(chunk, { stream: true }));
  });
  list['eventsource-wasm, parser in a loop'] = loop((onData) => {
    const parser = new EventStreamParser({ onEvent: ({ data }) => onData(data) });
    return (chunk) => parser.feed(chunk);
  });
  const isWanted = (name, index) => index === 0 || !only || only.some((start) => name.startsWith(start));
  return Object.fromEntries(Object.entries(list).filter(([name], index) => isWanted(name, index)));
}

/** Until each of the sources has had its events; milliseconds. */
export function flood(driver, urls, events) {
  const start = performance.now();
  return Promise.all(urls.map((url) => new Promise((resolve) => {
    let count = 0;
    let length = 0;
    const close = driver(url, (data) => {
      length += data.length;
      if (++count === events) {
        close();
        resolve(length);
      }
    });
  }))).then(() => performance.now() - start);
}

/** `urls`: one for each of the drivers, all at once. What `now` says at an event less what the event says, in milliseconds. */
export async function latencies(list, urls, events, now) {
  return Object.fromEntries(await Promise.all(Object.entries(urls).map(([name, url]) => new Promise((resolve) => {
    const found = [];
    const close = list[name](url, (data) => {
      found.push(now() - Number.parseFloat(data));
      if (found.length === events) {
        close();
        // The first ones come while others still connect.
        resolve([name, found.slice(25)]);
      }
    });
  }))));
}
