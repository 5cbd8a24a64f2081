// The suite in WebKitGTK's browser, by the WebDriver protocol: `node tests/hosts/webkit.mjs [part of a name]`
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { runPlaces } from '../js/browser-places.mjs';

const { WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver', XVFB = 'Xvfb' } = process.env;

// In the folder of the machine's libraries.
const MINI_BROWSER = process.env.MINI_BROWSER ?? readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`).find(existsSync);

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

// It has no mode without a display. `-displayfd` makes the server take a free number, and say which.
const screen = spawn(XVFB, ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
const display = await new Promise((resolve, reject) => {
  screen.once('error', reject);
  screen.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  screen.stdio[3].once('data', (text) => resolve(`:${`${text}`.trim()}`));
});
const port = await freePort();
const driver = spawn(WEBKIT_DRIVER, [`--port=${port}`, '--host=127.0.0.1'], { stdio: 'ignore', env: { ...process.env, DISPLAY: display } });
driver.once('error', (error) => console.log(`FAILED WebKitWebDriver: ${error.message}`));
process.on('exit', () => {
  driver.kill();
  screen.kill();
});

const command = async (method, path, body) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${path}: ${value.error}: ${value.message}`);
  return value;
};
for (let tries = 0; ; tries++) {
  try {
    await command('GET', '/status');
    break;
  } catch (error) {
    if (tries === 100) throw error;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const capabilities = { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] } } };
const openSession = () => command('POST', '/session', { capabilities });
const closeSession = ({ sessionId }) => command('DELETE', `/session/${sessionId}`);

// One session at a time is all that a driver has.
const evaluateIn = async (url, code) => {
  const session = await openSession();
  const path = `/session/${session.sessionId}`;
  try {
    await command('POST', `${path}/timeouts`, { script: 120_000 });
    await command('POST', `${path}/url`, { url });
    return await command('POST', `${path}/execute/async`, { script: `const done = arguments[0]; ${code}.then(done)`, args: [] });
  } finally {
    await closeSession(session);
  }
};
const session = await openSession();
await closeSession(session);
await runPlaces(`webkit ${session.capabilities.browserVersion}`, evaluateIn, () => {}, { parallel: 1, lacks: { headerBytes: true, lastChunk: true, escapes: true } });
