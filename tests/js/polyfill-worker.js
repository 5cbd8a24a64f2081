// A classic worker, also a service worker, which answers through a port: what the page says is the URL of the stream, and what it is told is what
// the script is there.
const before = new Set(Object.getOwnPropertyNames(self));
importScripts('/pkg/dist/eventsource.polyfill.min.js');
const added = Object.getOwnPropertyNames(self).filter((name) => !before.has(name));

onmessage = ({ data: url, ports: [port = self] }) => {
  const source = new EventSourcePolyfill(url, { headers: { 'x-from': 'worker' } });
  source.onmessage = ({ data }) => {
    port.postMessage({ event: JSON.parse(data), engine: EventSourcePolyfill.engine, added });
    source.close();
  };
  source.onerror = ({ message }) => port.postMessage({ error: message });
};
