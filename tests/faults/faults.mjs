// What goes wrong, what ours is told about it, and what is expected of ours. server.mjs does it; clients.mjs meets it.

/** Events of a case that ends well, and of one connection of it. */
export const TOTAL = 20;
export const EACH = 5;
/** How long a case lasts that doesn't end well. */
export const MINUTE = 60_000;
/** Milliseconds: the `retry` field of the streams, what timeouts are set to, and how long the restarting server is away. */
export const RETRY = 100;
export const TIMEOUT = 2000;
export const AWAY = 1500;
/** What a buffering proxy holds back before it passes it on. */
export const HELD_BACK = 2500;
export const FLOOD = 100_000;
export const SLOW = { events: 10_000, size: 4000, pauseMs: 4000, readFirst: 100 };

const all = (most) => ({ received: TOTAL, most });
/** Four requests, and more where a page loses what it has not read when its connection breaks: Chromium's fetch. */
const BROKEN = 12;
const failed = (name, code, received = EACH, most = BROKEN) => ({ received, name, code, most });
/** Waits that grow from 100 ms or less to 30 s, each random: behind eight of them, a minute is over but for two or three. */
const BACKED_OFF = 25;
/** Connections of the base of 3 s: the wait is never shorter. */
const AT_3_S = 21;
/** As fetch has it, and the request itself. */
const REDIRECTS = 21;

const isEventStream = ({ headers }) => `${headers.get('content-type')}`.startsWith('text/event-stream');
const policy = (statuses) => ({ reconnect: { baseMs: RETRY, statuses } });

/**
 * `name`: of server.mjs; `title`: of the table. `byDefault` is expected of ours without options, `withOptions` with `options`:
 * `received` events (undefined: whatever comes), none of them twice, at most `most` requests in a minute, and where it fails `name` and
 * `code` of its error; `says` is an error on the way. `method`: for clients that can.
 */
export const FAULTS = [
  { name: 'cut', title: 'cut off in an event (FIN)', byDefault: all(BROKEN) },
  { name: 'reset', title: 'reset in an event (RST)', byDefault: all(BROKEN) },
  { name: 'half-a-character', title: 'half a character, then the end', byDefault: all(5) },
  { name: 'end', title: 'the end, every five events', byDefault: all(5) },
  { name: 'restart', title: 'server restart, away for 1.5 s', byDefault: all(2) },
  { name: 'redirect-301', title: '301 on the way', byDefault: all(2 * BROKEN) },
  { name: 'redirect-302', title: '302 on the way', byDefault: all(2 * BROKEN) },
  { name: 'redirect-307', title: '307 on the way', byDefault: all(2 * BROKEN) },
  {
    name: 'silence', title: 'silence in the stream', byDefault: { received: EACH, most: 1 },
    options: () => ({ idleTimeout: TIMEOUT }), withOptions: { ...all(2), says: 'IdleTimeout' },
  },
  {
    name: 'no-head', title: 'no response head', byDefault: { received: EACH, most: BROKEN },
    options: () => ({ openTimeout: TIMEOUT }), withOptions: { ...all(BROKEN), says: 'OpenTimeout' },
  },
  {
    name: 'status-500', title: '500, once', byDefault: failed('BadStatus', 500),
    options: () => policy([500]), withOptions: { ...all(BROKEN), says: 'BadStatus' },
  },
  {
    name: 'retry-after', title: '503 with Retry-After: 2, once', byDefault: failed('BadStatus', 503),
    options: () => policy([503]), withOptions: { ...all(BROKEN), says: 'BadStatus', least: 2000 },
  },
  {
    name: 'retry-after-date', title: '503 with Retry-After: in 3 s as a date, once', byDefault: failed('BadStatus', 503),
    // The date has whole seconds.
    options: () => policy([503]), withOptions: { ...all(BROKEN), says: 'BadStatus', least: 1900 },
  },
  {
    name: 'wrong-type', title: 'text/html, once', byDefault: failed('BadContentType', 200),
    options: () => ({
      onResponse: (response) => {
        if (!isEventStream(response)) throw new Error('no stream');
      },
    }),
    withOptions: { ...all(BROKEN), says: 'Rejected' },
  },
  { name: 'status-204', title: '204: the end of it', byDefault: failed('BadStatus', 204) },
  {
    name: 'buffering', title: 'a proxy that holds everything back for 2.5 s', byDefault: all(1),
    options: () => ({ openTimeout: TIMEOUT, reconnect: { baseMs: RETRY } }), withOptions: { received: 0, most: BACKED_OFF, says: 'OpenTimeout' },
  },
  {
    name: 'post', title: 'POST cut off, no ids', method: 'POST', byDefault: failed('StreamBroken', undefined, EACH, 1),
  },
  { name: 'post-with-ids', title: 'POST cut off, with ids', method: 'POST', byDefault: all(BROKEN) },
  { name: 'ends-at-once', title: 'ends at once, for ever (retry: 5)', isForEver: true, byDefault: { received: 0, most: BACKED_OFF, says: 'StreamEnded' } },
  // Waits of up to a second, half of one on average.
  { name: 'one-and-end', title: 'one event and the end, for ever (retry: 5)', isForEver: true, byDefault: { most: 180, says: 'StreamEnded' } },
  {
    name: 'always-500', title: '500, for ever', isForEver: true, byDefault: failed('BadStatus', 500, 0, 1),
    options: () => policy([500]), withOptions: { received: 0, most: BACKED_OFF, says: 'BadStatus' },
  },
  {
    name: 'always-503', title: '503 with Retry-After: 5, for ever', isForEver: true, byDefault: failed('BadStatus', 503, 0, 1),
    options: () => policy([503]), withOptions: { received: 0, most: 13, says: 'BadStatus', least: 5000 },
  },
  {
    name: 'always-reset', title: 'reset before the head, for ever', isForEver: true, byDefault: { received: 0, most: AT_3_S, says: 'NetworkError' },
    options: () => ({ reconnect: { baseMs: RETRY, maxAttempts: 3 } }), withOptions: failed('TooManyAttempts', undefined, 0, 4),
  },
  {
    name: 'never-a-head', title: 'no response head, for ever', isForEver: true, byDefault: { received: 0, most: 1 },
    options: () => ({ openTimeout: TIMEOUT, reconnect: { baseMs: RETRY } }), withOptions: { received: 0, most: BACKED_OFF, says: 'OpenTimeout' },
  },
  {
    name: 'always-silent', title: 'silence, for ever', isForEver: true, byDefault: { received: 0, most: 1 },
    options: () => ({ idleTimeout: TIMEOUT, reconnect: { baseMs: RETRY } }), withOptions: { received: 0, most: BACKED_OFF, says: 'IdleTimeout' },
  },
  { name: 'redirect-loop', title: '302 to itself, for ever', isForEver: true, byDefault: { received: 0, most: AT_3_S * REDIRECTS, says: 'NetworkError' } },
];

/** These go alone: they take all of a processor. */
export const HEAVY = [
  { name: 'flood', title: '100,000 events, cut off in the middle', total: FLOOD, byDefault: { received: FLOOD, most: 12 } },
  { name: 'slow', title: 'a reader that stops (40 MB)', total: SLOW.events, isReadSlowly: true, byDefault: { received: SLOW.events, most: 1, isHeldBack: true } },
];

export const totalOf = ({ total, isForEver }) => total ?? (isForEver ? Infinity : TOTAL);
