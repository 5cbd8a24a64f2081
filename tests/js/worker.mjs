import { runHere } from './in-browser.mjs';

addEventListener('message', async ({ data }) => {
  try {
    postMessage({ results: await runHere(data) });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
});
postMessage({ isReady: true });
