// A page under a strict policy, whose scripts are files: run behind the polyfill's, in the same turn.
window.told = new Promise((resolve) => {
  const source = new EventSourcePolyfill(`/echo?end=hang`, { headers: { 'x-from': 'page' } });
  source.onmessage = ({ data }) => {
    source.close();
    resolve({ event: JSON.parse(data), engine: EventSourcePolyfill.engine, loaded: performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname) });
  };
  source.onerror = ({ message }) => resolve({ error: message });
});
