// The requests of a mini program over node:http, as the platform makes them: at most ten at a time, cut after a minute, redirects followed unseen.
import http from 'node:http';

const AT_ONCE = 10;
const LONGEST = 60_000;
const REDIRECTS = 5;
/** Names that Chromium's network stack, which the platform uses on Android, has for what Node calls otherwise. */
const NAMES = { ECONNREFUSED: ['-102', 'ERR_CONNECTION_REFUSED'], ECONNRESET: ['-101', 'ERR_CONNECTION_RESET'], ENOTFOUND: ['-105', 'ERR_NAME_NOT_RESOLVED'] };

/** `tell(message, bytes)` is given what a task of platform.js takes. */
export class Network {
  constructor(tell, { longest = LONGEST, atOnce = AT_ONCE, headerText = 'utf8' } = {}) {
    this.tell = tell;
    this.longest = longest;
    this.atOnce = atOnce;
    this.headerText = headerText;
    this.running = new Map();
    this.waiting = [];
    this.most = 0;
  }

  request(message) {
    if (this.running.size >= this.atOnce) return void this.waiting.push(message);
    const exchange = { request: undefined, timer: undefined };
    this.running.set(message.id, exchange);
    this.most = Math.max(this.most, this.running.size);
    exchange.timer = setTimeout(() => this.fail(message.id, 'request:fail timeout', 5), Math.min(message.timeout ?? this.longest, this.longest));
    this.send(exchange, message, message, REDIRECTS);
  }

  send(exchange, { id, redirect }, { url, method, headers, body }, redirects) {
    const isCurrent = () => this.running.get(id) === exchange;
    const fail = (error) => {
      if (!isCurrent()) return;
      const [code, name] = NAMES[error.code] ?? ['-2', 'ERR_FAILED'];
      this.fail(id, `request:fail errcode:${code} cronet_error_code:${code} error_msg:net::${name}`, 600001);
    };
    // As UTF-8, or one byte for each character: clients differ in what they make of texts beyond ASCII.
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.headerText === 'utf8' ? Buffer.from(value).toString('latin1') : value]));
    const content = body === undefined ? undefined : Buffer.from(body);
    try {
      exchange.request = http.request(url, { method, headers: content ? { ...sent, 'content-length': content.length } : sent, agent: false });
    } catch (error) {
      setImmediate(fail, error);
      return;
    }
    exchange.request.on('error', fail);
    exchange.request.on('response', (response) => {
      const { statusCode: status, headers: { location } } = response;
      if (location && [301, 302, 303, 307, 308].includes(status) && redirect !== 'manual' && redirects > 0) {
        response.resume();
        const isGet = status === 303 || (status < 303 && method === 'POST');
        const next = { url: new URL(location, url).href, method: isGet ? 'GET' : method, headers, body: isGet ? undefined : body };
        if (isCurrent()) this.send(exchange, { id, redirect }, next, redirects - 1);
        return;
      }
      const pairs = [];
      for (let at = 0; at < response.rawHeaders.length; at += 2) {
        pairs.push([response.rawHeaders[at], Buffer.from(response.rawHeaders[at + 1], 'latin1').toString()]);
      }
      if (isCurrent()) this.tell({ type: 'head', id, status, headers: pairs, cookies: response.headers['set-cookie'] ?? [] });
      response.on('data', (bytes) => isCurrent() && this.tell({ type: 'chunk', id }, bytes));
      response.on('error', fail);
      response.on('end', () => {
        if (!isCurrent()) return;
        this.leave(id);
        this.tell({ type: 'end', id });
      });
    });
    exchange.request.end(content);
  }

  leave(id) {
    const exchange = this.running.get(id);
    if (!exchange) return;
    clearTimeout(exchange.timer);
    this.running.delete(id);
    exchange.request?.destroy();
    const next = this.waiting.shift();
    if (next) this.request(next);
  }

  fail(id, errMsg, errno) {
    if (!this.running.has(id)) return;
    this.leave(id);
    this.tell({ type: 'fail', id, errMsg, errno });
  }

  abort(id) {
    this.waiting = this.waiting.filter((message) => message.id !== id);
    this.leave(id);
  }

  /** The app has been in the background for a while, or the network has changed. */
  interrupt(errMsg = 'request:fail interrupted', errno = 600003) {
    for (const id of [...this.running.keys()]) this.fail(id, errMsg, errno);
  }

  /** The network is gone, and nobody is told. */
  forget() {
    for (const [id, exchange] of this.running) {
      clearTimeout(exchange.timer);
      // They still count among the ten.
      this.running.set(id, {});
      exchange.request?.destroy();
    }
  }

  stop() {
    this.waiting = [];
    for (const id of [...this.running.keys()]) this.leave(id);
  }
}
