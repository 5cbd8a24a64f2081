// The surface of event-source-polyfill over the class, and the class for hosts that have none.
import { warnOfMisspeltSource } from './option-names.js'
import { ErrorEvent, EventSource as StandardEventSource } from './index.js'

/** In milliseconds, as there: the default, the least and the most, which are a second and five hours. */
const HEARTBEAT_TIMEOUT = 45000
const SHORTEST = 1000
const LONGEST = 18000000
/** As there: the first wait, and what it grows to. It begins anew with each stream that opens. */
const RECONNECT = { baseMs: 1000, factor: 2, maxMs: 16000, jitter: false, stableMs: 0 }
const NOT_SENT_IN_A_QUERY = /^\s*(data|blob):/i

/** What does not begin with a number is as if it were not given: Infinity, too. */
const durationOf = (value) => {
  const time = parseInt(value, 10)
  return isNaN(time) ? HEARTBEAT_TIMEOUT : Math.min(Math.max(time, SHORTEST), LONGEST)
}

const isGiven = (value) => value !== undefined && value !== null

/** Of a response, by its headers: those are what an event has of it. */
const statusTexts = new WeakMap()

const statusTextOf = ({ headers }) => statusTexts.get(Object(headers))

/** The timeouts of each source. */
const timeouts = new WeakMap()

/** What an event has there: `status` and the like where the response was refused, `error` where the connection broke. */
const complete = (event, { openTimeout, idleTimeout }) => {
  const { cause, code, message } = event
  const { name } = Object(cause)
  if (code !== undefined) {
    event.statusText = statusTextOf(event)
    return
  }
  event.status = event.headers = undefined
  if (name === 'OpenTimeout' || name === 'IdleTimeout') {
    event.error = new Error(`No activity within ${name === 'OpenTimeout' ? openTimeout : idleTimeout} milliseconds. ${message}`)
    // Where the host's Error takes no second argument.
    event.error.cause = cause
  } else if (name !== 'StreamEnded') event.error = cause
}

export class EventSourcePolyfill extends StandardEventSource {
  // As the platform's, it has a length of 1.
  constructor(url) {
    if (arguments.length === 0) throw new TypeError('EventSourcePolyfill: a URL is needed')
    const { headers, heartbeatTimeout, lastEventIdQueryParameterName, Transport, fetch, ...others } = arguments[1] || {}
    const timeout = durationOf(heartbeatTimeout)
    const reconnect = others.reconnect ?? RECONNECT
    const openTimeout = others.openTimeout ?? timeout
    const idleTimeout = others.idleTimeout ?? timeout
    warnOfMisspeltSource(arguments[1] || {}, ['heartbeatTimeout', 'Transport'])
    if (isGiven(Transport)) throw new TypeError('EventSourcePolyfill: option `Transport` is not taken; give a `fetch`')
    // Ours is in its place, and is a function.
    if (isGiven(fetch) && typeof fetch !== 'function') throw new TypeError('EventSourcePolyfill: option `fetch` must be a function')
    const init = {
      ...others,
      reconnect,
      openTimeout,
      idleTimeout,
      // Read at each attempt: it may have been changed since.
      headers: (attempt) => (typeof this.headers === 'function' ? this.headers(attempt) : this.headers),
    }
    // Where there is none, the class says so.
    if (fetch ?? globalThis.fetch) {
      // With a string, as there.
      init.fetch = async (to, request) => {
        const response = await (fetch ?? globalThis.fetch)(`${to}`, request)
        statusTexts.set(Object(response.headers), response.statusText)
        return response
      }
    }
    if (!NOT_SENT_IN_A_QUERY.test(url)) init.lastEventIdQueryParameterName = lastEventIdQueryParameterName || 'lastEventId'
    super(url, init)
    timeouts.set(this, init)
    this.headers = headers ?? {}
  }

  dispatchEvent(event) {
    if (event instanceof ErrorEvent) complete(event, timeouts.get(this))
    // Not a server's own event of this name.
    else if (event.type === 'open' && event.headers) event.statusText = statusTextOf(event)
    return super.dispatchEvent(event)
  }
}
Object.defineProperty(EventSourcePolyfill, 'name', { value: 'EventSourcePolyfill', configurable: true })

/** What the host had before. */
export const NativeEventSource = globalThis.EventSource
export let EventSource = NativeEventSource ?? StandardEventSource

/** Fills a gap; with `force` it takes the place of what is there. */
export const install = (options) => {
  if (globalThis.EventSource && !Object(options).force) return
  // As the platform's.
  Object.defineProperty(globalThis, 'EventSource', { value: StandardEventSource, writable: true, configurable: true })
  EventSource = StandardEventSource
}

// webpack would write the folder that it is built in, and knows no query.
const url = typeof __webpack_require__ === 'function' ? '' : import.meta.url
try {
  install({ force: /[?&]force([=&#]|$)/.test(url) })
} catch {
  // A page may have sealed its globals: what is exported can still be used.
}
