// The surface of @microsoft/fetch-event-source over the engine: its reconnection is its own, and decided by the caller.
import { listenForAbort } from './abort-signals.js'
import { NO_BODY } from './fetch-response.js'
import { sendWithSignal } from './fetch-signal.js'
import { warnOfMisspelt } from './option-names.js'
import { NOT_IN_A_HEADER, asHeader, headerPairs, headerValue } from './options.js'
import { createParser, init } from './parser.js'

export const EventStreamContentType = 'text/event-stream'

const ID = 'last-event-id'
/** In milliseconds, until the stream or `onerror` says otherwise. */
const RETRY_INTERVAL = 1000
/** What a host's timer holds: 2^31 - 1 ms. */
const LONGEST_WAIT = 0x7fffffff
/** Characters of an unfinished message, if the caller does not say. */
const MOST_PENDING = 1 << 26

const ignore = () => {}

/** Whatever comes of it: a look-alike may throw, or give what is no promise. */
const settled = (run) => {
  Promise.resolve().then(run).catch(ignore)
}

/** By their names in lower case: an ID and a type must not stand beside those that the caller gives. */
const headersOf = (headers) => {
  const byName = new Map()
  for (const [name, given] of headerPairs(headers ?? {}, 'fetchEventSource')) {
    const value = headerValue(given)
    const known = byName.get(name.toLowerCase())
    byName.set(name.toLowerCase(), known ? [known[0], `${known[1]}, ${value}`] : [name, value])
  }
  if (!byName.has('accept')) byName.set('accept', ['accept', EventStreamContentType])
  return byName
}

const checkContentType = ({ headers }) => {
  const type = headers.get('content-type')
  if (!type?.toLowerCase().startsWith(EventStreamContentType)) {
    throw new Error(`Expected content-type to be ${EventStreamContentType}, Actual: ${type}`)
  }
}

/** The parser of an operation. A block without data is a message too, if it has any field at all. */
const messageParser = ({ onmessage, maxBufferSize }, onId, onRetry) => {
  let retry
  const onEvent = ({ id = '', event = '', data }) => {
    const message = { data, event, id, retry }
    retry = undefined
    onmessage(message)
  }
  const parser = createParser({
    maxBufferSize: maxBufferSize ?? MOST_PENDING,
    onEvent,
    onEmptyEvent: onEvent,
    onId,
    onRetry(time) {
      retry = time
      onRetry(time)
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') throw error
    },
  })
  return {
    feed: parser.feed,
    begin() {
      retry = undefined
      parser.reset()
    },
  }
}

class Operation {
  constructor(input, { signal, headers, onopen, onmessage, onclose, onerror, openWhenHidden, fetch, maxBufferSize, ...rest }, settle) {
    Object.assign(this, { input, signal, rest, fetch, onmessage, onclose, onerror, maxBufferSize, settle_: settle })
    this.onopen = onopen ?? checkContentType
    this.headers = headersOf(headers ?? input?.headers)
    this.interval_ = RETRY_INTERVAL
    /** The one that is being made; undefined between attempts, and behind the last one. */
    this.attempt = undefined
    this.isOver_ = false
    if (signal?.aborted) return this.end()
    if (signal) this.stopListening_ = listenForAbort(signal, () => this.end())
    if (!openWhenHidden) this.page = globalThis.document
    this.onVisibility_ = () => {
      if (this.page.hidden) this.stop()
      else if (!this.attempt) {
        this.stop()
        this.start()
      }
    }
    try {
      this.page?.addEventListener('visibilitychange', this.onVisibility_)
    } catch {
      // What stands in for a page on a server, and tells nothing.
      this.page = undefined
    }
    this.start()
  }

  /** The promise is settled, and nothing of this is left. */
  end(settle = this.settle_.resolve, value = undefined) {
    this.isOver_ = true
    this.stop()
    this.stopListening_?.()
    this.page?.removeEventListener('visibilitychange', this.onVisibility_)
    settle(value)
  }

  /** Gives the attempt up, or the wait for the next one. */
  stop() {
    const { attempt } = this
    this.attempt = undefined
    clearTimeout(this.timer_)
    attempt?.abort()
  }

  async start() {
    const attempt = new AbortController()
    this.attempt = attempt
    const isCurrent = () => this.attempt === attempt
    try {
      await this.run(attempt.signal, isCurrent)
    } catch (error) {
      // What fails because it was given up is nobody's error.
      if (!isCurrent()) return
      this.stop()
      this.retry(error)
    }
  }

  /** The caller decides; what it throws is the end. */
  retry(error) {
    let wait
    try {
      const told = this.onerror?.(error)
      wait = typeof told === 'number' ? told : this.interval_
    } catch (thrown) {
      if (!this.isOver_) this.end(this.settle_.reject, thrown)
      return
    }
    // The callback may have ended it, or the page come back.
    if (!this.isOver_ && this.attempt === undefined && !this.page?.hidden) this.timer_ = setTimeout(() => this.start(), Math.min(wait, LONGEST_WAIT))
  }

  async run(signal, isCurrent) {
    const { input, rest, headers } = this
    // Where there is no engine now there will be none: that is not tried again.
    await init().catch((error) => isCurrent() && this.end(this.settle_.reject, error))
    if (!isCurrent()) return
    // A request's body can be read once.
    const request = typeof input?.clone === 'function' ? input.clone() : input
    const given = { ...rest, headers: Object.fromEntries(headers.values()) }
    const response = await sendWithSignal(signal, (more) => (this.fetch ?? globalThis.fetch)(request, { ...given, ...more }))
    const giveUp = () => settled(() => response.body?.cancel())
    try {
      if (isCurrent()) await this.onopen(response)
    } catch (error) {
      giveUp()
      throw error
    }
    if (!isCurrent()) return giveUp()
    // Another attempt would get no body either, so that `onerror` is not asked.
    if (response.body === undefined) return this.end(this.settle_.reject, new TypeError(`fetchEventSource: this ${NO_BODY}`))
    // `null` is the body of an empty stream.
    if (response.body) await this.read(response.body.getReader(), signal, isCurrent)
    if (!isCurrent()) return
    this.onclose?.()
    if (isCurrent()) this.end()
  }

  async read(reader, signal, isCurrent) {
    const { headers } = this
    // One for all attempts: its memory is given back only when it is collected.
    this.parser_ ??= messageParser(
      { onmessage: (message) => this.attempt && this.onmessage?.(message), maxBufferSize: this.maxBufferSize },
      (id) => (id === '' || NOT_IN_A_HEADER.test(id) ? headers.delete(ID) : headers.set(ID, [ID, asHeader(id)])),
      (time) => {
        this.interval_ = time
      },
    )
    this.parser_.begin()
    // Not every fetch gives the body up with its signal.
    signal.addEventListener('abort', () => settled(() => reader.cancel()))
    while (isCurrent()) {
      const { done, value } = await reader.read()
      if (done || !isCurrent()) return
      this.parser_.feed(value)
    }
  }
}

/** Its own options, and those of `RequestInit` that are like one of these. */
const OPTIONS = ['onopen', 'onmessage', 'onclose', 'onerror', 'openWhenHidden', 'fetch', 'signal', 'headers', 'method', 'body', 'maxBufferSize']

export const fetchEventSource = (input, init) =>
  new Promise((resolve, reject) => {
    const options = init ?? {}
    if (!options.fetch) warnOfMisspelt(options, OPTIONS)
    new Operation(input, options, { resolve, reject })
  })
