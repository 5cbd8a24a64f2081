// What every host of a mini program's logic layer shares: the app's files, and what platform.js asks of the outside.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Network } from './network.mjs';

/** How long an app may be in the background before its requests are cut. */
const BACKGROUND = 5000;

export const PLATFORM = new URL('platform.js', import.meta.url);

/** `{ files: [{ name, text }], page, components }` of a built mini program; the first page of app.json is what is opened. */
export function readApp(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.js')).sort()
    .map((name) => ({ name: name.split(path.sep).join('/'), text: readFileSync(path.join(folder, name), 'utf8') }));
  const page = JSON.parse(readFileSync(path.join(folder, 'app.json'), 'utf8')).pages[0];
  const { usingComponents = {} } = JSON.parse(readFileSync(path.join(folder, `${page}.json`), 'utf8'));
  const components = Object.values(usingComponents).map((name) => path.posix.join('/', path.posix.dirname(page), name).slice(1));
  return { files, page, components };
}

/** What the platform shadows: parameters of each module that nothing is given for. */
const SHADOWED = ['window', 'document', 'frames', 'self', 'location', 'navigator', 'localStorage', 'history', 'Caches', 'screen', 'alert', 'confirm', 'prompt',
  'XMLHttpRequest', 'WebSocket', 'Reporter', 'webkit', 'WeixinJSCore'];

/** One file of the app, as the platform wraps it. */
export const wrapped = (text) => `(function (${['require', 'module', 'exports', ...SHADOWED].join(', ')}) {${text}\n})`;

/**
 * `deliver(text, bytes)` gives a message to platform.js. Options: `onLog({ level, text })` (default: prints warnings and errors), `longest` and
 * `atOnce` and `headerText` (see network.mjs), `background` (ms). `reports` are what the app has told by `wx.reportEvent`.
 */
export class Logic {
  constructor(deliver, { onLog, longest, atOnce, headerText, background = BACKGROUND } = {}) {
    this.timers = new Map();
    this.logs = [];
    this.reports = [];
    this.data = [];
    this.waiting = [];
    this.background = background;
    this.onLog = onLog ?? (({ level, text }) => (level === 'warn' || level === 'error') && console.log(`    ${level}: ${text}`));
    this.deliver = (message, bytes) => this.isStopped || deliver(JSON.stringify(message), bytes);
    this.net = new Network(this.deliver, { longest, atOnce, headerText });
  }

  /** A message of platform.js. */
  post(text) {
    if (this.isStopped) return;
    const message = JSON.parse(text);
    this[`on_${message.type}`](message);
  }

  on_request(message) {
    this.net.request(message);
  }

  on_abort({ id }) {
    this.net.abort(id);
  }

  on_timer({ id, ms }) {
    this.timers.set(id, setTimeout(() => {
      this.timers.delete(id);
      this.deliver({ type: 'timer', id });
    }, ms));
  }

  on_clear({ id }) {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  on_log({ level, text }) {
    this.logs.push({ level, text });
    this.onLog({ level, text });
  }

  on_data(message) {
    this.data.push(message);
  }

  on_report(message) {
    this.reports.push(message);
    for (const check of this.waiting.splice(0)) check();
  }

  /** The data of the first `wx.reportEvent(id, data)`. */
  async report(id) {
    for (;;) {
      const found = this.reports.find((report) => report.id === id);
      if (found) return found.data;
      await new Promise((resolve, reject) => this.waiting.push((error) => (error ? reject(error) : resolve())));
    }
  }

  /** The app ends by an error of the host. */
  fail(error) {
    for (const wait of this.waiting.splice(0)) wait(error);
  }

  hide() {
    this.deliver({ type: 'app', event: 'hide' });
    this.interruption = setTimeout(() => this.net.interrupt(), this.background);
  }

  show() {
    clearTimeout(this.interruption);
    this.deliver({ type: 'app', event: 'show' });
  }

  /** Tells of the network; what runs is cut when it goes. */
  network(isConnected) {
    if (!isConnected) this.net.interrupt('request:fail errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED', 600001);
    this.deliver({ type: 'network', isConnected, networkType: isConnected ? 'wifi' : 'none' });
  }

  /** From Wi-Fi to cellular: what runs is cut. */
  swapNetwork() {
    this.net.interrupt('request:fail errcode:-21 cronet_error_code:-21 error_msg:net::ERR_NETWORK_CHANGED', 600001);
    this.deliver({ type: 'network', isConnected: true, networkType: '4g' });
  }

  tap(name, detail) {
    this.deliver({ type: 'tap', name, detail });
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.interruption);
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.net.stop();
  }
}
