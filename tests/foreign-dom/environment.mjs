// One environment in a process of its own: `node environment.mjs <maker> <moment> <package's index.js> <server>`. The maker's classes take
// the place of Node's before the package is loaded, between that and the first source, or behind the first source.
import { check, faultOf } from './check.mjs';

const [maker, moment, entry, server] = process.argv.slice(2);

const makers = {
  // As a renderer on a server does it: some of the classes, of an older DOM.
  async domino() {
    const { default: domino } = await import('domino');
    const { Event, CustomEvent } = domino.impl;
    Object.assign(globalThis, { Event, CustomEvent });
    return false;
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
  if (moment === 'between') isHosts = await makers[maker]();
  failures.push(faultOf(await check(EventSource, server, isHosts), isHosts));
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
