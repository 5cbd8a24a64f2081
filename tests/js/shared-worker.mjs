import { answer } from './in-browser.mjs';

addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => answer(port, data);
  port.postMessage({ isReady: true });
});
