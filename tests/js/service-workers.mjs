// Service workers, as a page starts them.

/** The active worker of `script` for `scope`. */
export async function activeServiceWorker(script, scope, type = 'module') {
  const { installing, waiting, active } = await navigator.serviceWorker.register(script, { type, scope });
  const worker = active ?? waiting ?? installing;
  while (worker.state !== 'activated') {
    if (worker.state === 'redundant') throw new Error('the service worker could not be installed');
    await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
  }
  return worker;
}
