// In a page: the suite there, or in a worker that the page starts.

/** What is said to `port` is `{ isReady }`, then `{ results }` or `{ error }`. */
const through = (port, worker, settings) => new Promise((resolve, reject) => {
  // A worker that nobody holds may be collected.
  globalThis.running = { port, worker };
  port.onmessage = ({ data }) => {
    worker.onerror = null;
    if (data.isReady) port.postMessage(settings);
    else if (data.error) reject(new Error(data.error));
    else resolve(data.results);
  };
  worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be loaded'));
});

const places = {
  page: (settings) => import('./in-browser.mjs').then(({ runHere }) => runHere(settings)),
  worker(settings) {
    const worker = new Worker('/tests/js/worker.mjs', { type: 'module' });
    return through(worker, worker, settings);
  },
  sharedWorker(settings) {
    const worker = new SharedWorker('/tests/js/shared-worker.mjs', { type: 'module' });
    return through(worker.port, worker, settings);
  },
  async serviceWorker(settings) {
    const { installing, waiting, active } = await navigator.serviceWorker.register('/tests/js/service-worker.mjs', { type: 'module', scope: '/tests/js/' });
    const worker = active ?? waiting ?? installing;
    while (worker.state !== 'activated') {
      if (worker.state === 'redundant') throw new Error('the service worker could not be installed');
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(settings, [port2]);
    return through(port1, worker, settings);
  },
};

/** Gives `{ results }` or `{ error }`, whatever happens. */
export const runIn = (place, settings) => places[place](settings).then(
  (results) => ({ results }),
  (error) => ({ error: String(error?.stack || error) }),
);
