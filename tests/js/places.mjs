// In a page: the suite there, or in a worker that the page starts.
import { activeServiceWorker } from './service-workers.mjs';

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

const inServiceWorker = async (script, settings) => {
  const worker = await activeServiceWorker(script, '/tests/js/');
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(settings, [port2]);
  return through(port1, worker, settings);
};

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
  serviceWorker: (settings) => inServiceWorker('/tests/js/service-worker.mjs', settings),
  // A service worker has the policy that comes with its own script.
  strictServiceWorker: (settings) => inServiceWorker(`/tests/js/service-worker-with-js-engine.mjs?csp=${encodeURIComponent("script-src 'self'")}`, settings),
};

/** Gives `{ results }` or `{ error }`, whatever happens. */
export const runIn = (place, settings) => places[place](settings).then(
  (results) => ({ results }),
  (error) => ({ error: String(error?.stack || error) }),
);
