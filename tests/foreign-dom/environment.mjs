// One environment in a process of its own: `node environment.mjs <maker> <moment> <package's index.js> <server>`. The maker's classes take
// the place of Node's before the package is loaded, between that and the first source, or behind the first source.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, faultOf, operationFaultOf } from './check.mjs';

const [maker, moment, entry, server] = process.argv.slice(2);

const makers = {
  // As a renderer on a server does it: some of the classes, of an older DOM.
  async domino() {
    const { default: domino } = await import('domino');
    const { Event, CustomEvent } = domino.impl;
    Object.assign(globalThis, { Event, CustomEvent });
    return false;
  },
  // The whole of it, with a page, whose `baseURI` throws.
  async 'domino-page'() {
    const { default: domino } = await import('domino');
    const window = domino.createWindow('<p></p>', `${server}/`);
    Object.assign(globalThis, domino.impl, { window, document: window.document, location: window.location });
    return false;
  },
  // What programs put in the place of a page's globals to be loaded on a server.
  async 'stand-ins'() {
    // Node's fetch needs the functions of Buffer; it has no prototype here.
    const { prototype, ...functions } = Object.getOwnPropertyDescriptors(Buffer);
    const window = globalThis;
    const document = { createElement() {} };
    Object.assign(globalThis, { window, document, location: { href: '' }, addEventListener() {}, Buffer: Object.defineProperties({}, functions) });
    return true;
  },
  async 'throwing-stand-ins'() {
    const throwing = () => {
      throw new TypeError('Illegal invocation');
    };
    Object.assign(globalThis, { document: { addEventListener: throwing }, addEventListener: throwing });
    return true;
  },
  // Nothing is foreign, but the methods of the class are taken and replaced before the first source, as what instruments a page does.
  async instrumented(EventSource) {
    const { prototype } = EventSource;
    for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
      const { [name]: taken } = prototype;
      prototype[name] = function (...given) {
        return taken.apply(this, given);
      };
    }
    return true;
  },
  // A fetch that refuses jsdom's signals, and no `Request` that could be asked about them.
  async 'jsdom-without-request'() {
    // Node's fetch knows the class of its signals from its first use.
    new Request('http://localhost/');
    await makers.jsdom();
    delete globalThis.Request;
    return true;
  },
  async jsdom() {
    const { JSDOM } = await import('jsdom');
    const { window } = new JSDOM('', { url: `${server}/` });
    for (const name of ['Event', 'EventTarget', 'MessageEvent', 'CustomEvent', 'AbortController', 'AbortSignal', 'document', 'window', 'location']) {
      Object.defineProperty(globalThis, name, { value: name === 'window' ? window : window[name], configurable: true, writable: true });
    }
    return true;
  },
  async 'global-jsdom'() {
    const { default: register } = await import('global-jsdom');
    register('', { url: `${server}/` });
    return true;
  },
  async 'happy-dom'() {
    const { GlobalRegistrator } = await import('@happy-dom/global-registrator');
    GlobalRegistrator.register({ url: `${server}/` });
    return true;
  },
};

const failures = [];
process.on('uncaughtException', (error) => failures.push(`uncaught: ${error?.stack ?? error}`));
process.on('unhandledRejection', (error) => failures.push(`unhandled: ${error?.stack ?? error}`));

const run = async () => {
  let isHosts = false;
  if (moment === 'before') isHosts = await makers[maker]();
  const { EventSource } = await import(entry);
  if (moment === 'between') isHosts = await makers[maker](EventSource);
  failures.push(faultOf(await check(EventSource, server, isHosts), isHosts));
  const { fetchEventSource } = await import(pathToFileURL(path.join(path.dirname(entry), 'fetch-event-source.js')));
  failures.push(await operationFaultOf(fetchEventSource, server));
  if (moment === 'behind') {
    await makers[maker]();
    // The classes stay what they were: nothing is lost.
    failures.push(faultOf(await check(EventSource, server, false), false));
  }
};

// A source that tells nothing is a failure too.
const timer = setTimeout(() => end(['nothing has happened for 8 s']), 8000);
const end = (found) => {
  clearTimeout(timer);
  const fault = found.find(Boolean);
  console.log(fault ?? 'ok');
  process.exit(fault ? 1 : 0);
};
run().then(
  () => end(failures),
  (error) => end([...failures, error?.stack ?? String(error)]),
);
