import { answer } from './in-browser.mjs';

addEventListener('message', ({ data }) => answer(globalThis, data));
postMessage({ isReady: true });
