import { answer } from './in-browser.mjs';

addEventListener('message', (event) => event.waitUntil(answer(event.ports[0], event.data)));
