// The clients, each as its own README has it, in Node and in a page.
import { FAULTS, HEAVY, MINUTE, SLOW, totalOf } from './faults.mjs';

/** Behind the last event: what comes then comes twice. */
const GRACE = 500;
const KEPT = 400;
/** Between the starts of two cases: a hundred requests at once are no fault of this suite. */
const APART = 20;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a client has seen, and what is wrong with it. */
class Record {
  constructor(total) {
    this.total = total;
    this.seen = new Map();
    this.highest = 0;
    this.disordered = 0;
    this.mistaken = 0;
    this.afterClose = 0;
    this.delay = 0;
    this.said = new Map();
    this.errors = [];
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  event(data, lastEventId) {
    if (this.closedAt) this.afterClose++;
    const [id, sent] = data.split(' ', 2).map(Number);
    // fetchEventSource has messages for comments and `retry` fields, too. A case without ids has no lastEventId.
    if (!(id > 0)) return this.mistaken++;
    if (lastEventId && lastEventId !== `${id}`) this.mistaken++;
    this.seen.set(id, (this.seen.get(id) ?? 0) + 1);
    if (id < this.highest) this.disordered++;
    this.highest = Math.max(this.highest, id);
    this.delay = Math.max(this.delay, Date.now() - sent);
    // Who has lost some is done with the last one, too.
    if (this.highest === this.total) this.finish();
  }

  error(text, details) {
    if (this.closedAt) this.afterClose++;
    this.said.set(text, (this.said.get(text) ?? 0) + 1);
    if (details && this.errors.length < KEPT) this.errors.push({ at: Date.now(), ...details });
  }

  result() {
    const twice = Array.from(this.seen.values()).reduce((sum, times) => sum + times - 1, 0);
    const { highest, disordered, mistaken, afterClose, delay, errors, closedAt, endedAs, startedAt } = this;
    return { received: this.seen.size, lost: highest - this.seen.size, twice, disordered, mistaken, afterClose, delay, errors, closedAt, startedAt, endedAs, said: Array.from(this.said, ([text, times]) => (times > 1 ? `${text} ×${times}` : text)) };
  }
}

/** What ours says went wrong: `cause` is what the host threw, where it threw. */
const KINDS = {
  TooManyAttempts: /Given up: /,
  OpenTimeout: /^No response from .* within \d+ ms/,
  NetworkError: /^No response from /,
  BadStatus: /answered with status /,
  BadContentType: /answered with Content-Type /,
  StreamEnded: /^The stream of .* ended\./,
  StreamBroken: /^The stream of .* broke off/,
  IdleTimeout: /^Nothing on the stream /,
};
const kindOf = (message) => Object.keys(KINDS).find((kind) => KINDS[kind].test(message)) ?? 'Rejected';
const errorOf = ({ code, status, attempt, retryIn, message }) => ({ name: kindOf(message), code, status, attempt, retryIn, message });

const withClass = (Class, describe) => (url, init, record) => {
  const source = init ? new Class(url, init) : new Class(url);
  source.onmessage = ({ data, lastEventId }) => record.event(data, lastEventId);
  source.onerror = (event) => {
    record.error(...describe(event));
    if (source.readyState === 2) record.finish();
  };
  return () => source.close();
};

const ours = (Class) => withClass(Class, (event) => [[kindOf(event.message), event.code].filter(Boolean).join(' '), errorOf(event)]);

/** `for await`, by a reader that takes its time once. */
const oursSlowly = (Class) => (url, init, record) => {
  const source = new Class(url, init);
  (async () => {
    for await (const { data, lastEventId } of source) {
      record.event(data, lastEventId);
      if (record.seen.size === SLOW.readFirst) await sleep(SLOW.pauseMs);
    }
  })().catch((error) => record.error(`${error}`));
  return () => source.close();
};

/** Others have listeners only: what comes is kept until the reader wants it. */
const slowly = (start) => (url, init, record) => {
  const queue = [];
  let isReading = false;
  const read = async () => {
    isReading = true;
    while (queue.length > 0) {
      record.event(...queue.shift());
      if (record.seen.size === SLOW.readFirst) await sleep(SLOW.pauseMs);
    }
    isReading = false;
  };
  const queued = Object.create(record, { event: { value: (...given) => {
    queue.push(given);
    if (!isReading) read();
  } } });
  return start(url, init, queued);
};

const withFetchEventSource = (fetchEventSource) => (url, init, record) => {
  const controller = new AbortController();
  fetchEventSource(url, {
    ...init,
    signal: controller.signal,
    openWhenHidden: true,
    onmessage: ({ data, id }) => record.event(data, id),
    onclose() {
      // "if the server closes the connection unexpectedly, retry"
      throw new Error('closed');
    },
    onerror: (error) => record.error(`${error?.message ?? error}`),
  }).then(record.finish, record.finish);
  return () => controller.abort();
};

/** `{ name: { start(url, init, record), posts, isOurs } }` */
export async function clients({ ours: file, peers }) {
  const { EventSource } = await import(file);
  const { EventSource: Eventsource, EventSourcePolyfill, fetchEventSource } = await import(peers);
  const status = ({ status, code, message, error }) => [[status ?? code, message ?? error?.message ?? 'error'].filter(Boolean).join(' ')];
  const list = {
    'eventsource-wasm': { start: ours(EventSource), slow: oursSlowly(EventSource), posts: true, isOurs: true },
    'eventsource-wasm, with options': { start: ours(EventSource), posts: true, isOurs: true, hasOptions: true },
    eventsource: { start: withClass(Eventsource, status) },
    '@microsoft/fetch-event-source': { start: withFetchEventSource(fetchEventSource), posts: true },
    'event-source-polyfill': { start: withClass(EventSourcePolyfill, status) },
  };
  if (globalThis.EventSource) list.native = { start: withClass(globalThis.EventSource, () => ['error']) };
  return list;
}

/** Whether a client can meet a fault at all. */
export const meets = ({ posts, hasOptions }, { method, options }) => (!method || posts) && (!hasOptions || options !== undefined);

const faultOf = (name) => [...FAULTS, ...HEAVY].find((fault) => fault.name === name);

/** Runs cases at once: `{ [case]: { client, fault, url } }`. Behind the last of them, what came after the closing is looked at, too. */
export async function run(list, cases) {
  const records = await Promise.all(Object.entries(cases).map(async ([name, { client, fault: faultName, url }], index) => {
    await sleep(index * APART);
    const fault = faultOf(faultName);
    const { start, slow, hasOptions } = list[client];
    const record = new Record(totalOf(fault));
    record.startedAt = Date.now();
    const init = fault.method ? { method: fault.method, body: '{}' } : hasOptions ? fault.options() : undefined;
    const starting = fault.isReadSlowly ? (slow ?? slowly(start)) : start;
    const timer = setTimeout(record.finish, MINUTE, 'time');
    let close;
    try {
      close = starting(url, init, record);
    } catch (error) {
      record.error(`${error}`);
      record.finish();
    }
    record.endedAs = (await record.done) === 'time' ? 'time' : 'done';
    clearTimeout(timer);
    if (record.endedAs === 'done') await sleep(GRACE);
    close?.();
    record.closedAt = Date.now();
    return [name, record];
  }));
  await sleep(2000);
  return Object.fromEntries(records.map(([name, record]) => [name, record.result()]));
}
