// The surface of @microsoft/fetch-event-source over the engine: whether and when a request is sent again is the caller's to say, and everything
// else the machine's.
import { listenForAbort } from './abort-signals.js'
import { blockEvents, blockReader, tooMuch } from './block-events.js'
import { discard } from './body.js'
import { bytesOf, bytesOrString } from './bytes.js'
import { FetchInbox } from './fetch-inbox.js'
import { NO_BODY } from './fetch-response.js'
import { sendWithSignal } from './fetch-signal.js'
import {
  DEFAULT_MAX_MS,
  FLAG_AS_TOLD,
  FLAG_BY_BLOCK,
  FLAG_DECODES_LONG_TEXTS,
  FLAG_JUDGES,
  FLAG_PAUSES_WHEN_HIDDEN,
  INPUT_CLOSE,
  INPUT_HIDDEN,
  INPUT_OPEN,
  INPUT_TIMER,
  INPUT_WAIT,
  INPUT_WAKE,
  OPTION_BASE_MS,
  OPTION_EVENT,
  OPTION_FLAGS,
  OPTION_LINE,
  OPTION_MAX_ATTEMPTS,
  OPTION_MAX_MS,
  OPTION_PENDING,
  SENTINEL_NOT_GIVEN,
  STATUS_FAILED,
  STATUS_FUTILE,
  STATUS_REJECTED,
} from './generated/boundary.js'
import { Refusal, reasonOf, settle } from './hooks.js'
import { inlineLoader } from './inline.js'
import { classes, load, useLoader } from './instance.js'
import { tell } from './listener.js'
import { warnOfMisspelt } from './option-names.js'
import { LONGEST_WAIT, MOST_BYTES, headerPairs, headerValue, isGiven, streamInit, wordsOf, wrong } from './options.js'

useLoader(inlineLoader)

export const EventStreamContentType = 'text/event-stream'

const ID = 'last-event-id'
/** In milliseconds, until the stream or `onerror` says otherwise. */
const RETRY_INTERVAL = 1000
/** The names of errors that a stream fails with. */
const LIMITS = /^(LineTooLong|EventTooLarge|TooM\w+)$/
/** Characters of an unfinished message, if the caller does not say. */
const MOST_PENDING = 1 << 26

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

/** One attempt: the request is sent as it was given, and `onopen` says whether the response will do. */
class OperationAttempt extends FetchInbox {
  request(header) {
    const { input, rest, headers } = this.connection_.options
    const names = new Map(headers)
    if (header !== '') names.set(ID, [ID, header])
    // A request's body can be read once.
    return { input: typeof input?.clone === 'function' ? input.clone() : input, init: { ...rest, headers: Object.fromEntries(names.values()) } }
  }

  send({ input, init }, signal) {
    const { fetch } = this.connection_.options
    return sendWithSignal(signal, (more) => (fetch ?? globalThis.fetch)(input, { ...init, ...more }))
  }

  /** Nothing is looked at but by `onopen`. */
  head() {
    return { status: 200, type: '', url: '', wait: 0 }
  }

  /** Not every fetch gives the response up with its signal. */
  remember_(response) {
    this.onAbort_ = () => discard(response)
  }

  consult_(name, response) {
    return settle(() => this.connection_.options.onopen(response)).catch((cause) => {
      throw new Refusal('', cause, STATUS_REJECTED)
    })
  }

  read(response) {
    if (response.body && typeof response.body.getReader !== 'function') {
      throw new TypeError('fetchEventSource: the body of the response is no ReadableStream')
    }
    return super.read(response)
  }

  /** `onerror` is not asked. */
  withoutBody_() {
    return new Refusal('', new TypeError(`fetchEventSource: this ${NO_BODY}`), STATUS_FUTILE)
  }
}

/** The engine's flags, and its numbers where they differ from nothing. */
const engineWords = (most, isPaused) => {
  const { flags_: flags } = streamInit({}, 'fetchEventSource')
  return wordsOf({
    // What is pending is to be counted: nothing of it goes ahead.
    [OPTION_FLAGS]: flags | FLAG_AS_TOLD | FLAG_BY_BLOCK | FLAG_DECODES_LONG_TEXTS | FLAG_JUDGES | (isPaused ? FLAG_PAUSES_WHEN_HIDDEN : 0),
    [OPTION_LINE]: MOST_BYTES,
    [OPTION_EVENT]: MOST_BYTES,
    [OPTION_PENDING]: Math.min(Math.floor(most), SENTINEL_NOT_GIVEN),
    [OPTION_BASE_MS]: RETRY_INTERVAL,
    [OPTION_MAX_MS]: DEFAULT_MAX_MS,
    [OPTION_MAX_ATTEMPTS]: SENTINEL_NOT_GIVEN,
  })
}

const bytes = (chunk) => (typeof chunk === 'string' ? bytesOrString(chunk) : bytesOf(chunk, 'fetchEventSource'))

/** What the engine tells of a call: the `Listener` of src/wasm/client.rs. */
class Operation {
  constructor(input, { signal, headers, onopen, onmessage, onclose, onerror, openWhenHidden, fetch, maxBufferSize, ...rest }, settle) {
    this.options = { input, rest, fetch, onopen: onopen ?? checkContentType, headers: headersOf(headers ?? input?.headers), bytes }
    Object.assign(this, { onmessage, onclose, onerror, settle_: settle, most_: maxBufferSize ?? MOST_PENDING })
    this.interval_ = RETRY_INTERVAL
    this.isOver_ = false
    if (signal?.aborted) return this.end()
    if (signal) this.stopListening_ = listenForAbort(signal, () => this.end())
    this.blocks_ = this.messages_()
    if (!openWhenHidden) this.watchPage_()
    load()
      .then(() => this.start())
      .catch((error) => this.end(this.settle_.reject, error))
  }

  start() {
    if (this.isOver_) return
    this.client_ = new classes.Client(this, '', '', '', '', engineWords(this.most_, !!this.page_))
    this.input(INPUT_OPEN, 0)
  }

  watchPage_() {
    this.page_ = globalThis.document
    this.onVisibility_ = () => this.input(this.page_.hidden ? INPUT_HIDDEN : INPUT_WAKE, 0)
    try {
      this.page_?.addEventListener('visibilitychange', this.onVisibility_)
    } catch {
      // What stands in for a page on a server, and tells nothing.
      this.page_ = undefined
    }
  }

  /** A block without data is a message too, if it has any field at all. */
  messages_() {
    let retry
    const onEvent = ({ id = '', event = '', data }) => {
      const message = { data, event, id, retry }
      retry = undefined
      this.onmessage?.(message)
    }
    const { take, begin } = blockEvents({
      onEvent,
      onEmptyEvent: onEvent,
      onRetry: (time) => {
        retry = this.interval_ = time
      },
    })
    return {
      take,
      begin() {
        retry = undefined
        begin()
      },
    }
  }

  /** The promise is settled, and nothing of this is left. */
  end(settle = this.settle_.resolve, value = undefined) {
    if (this.isOver_) return
    this.isOver_ = true
    this.stopListening_?.()
    this.page_?.removeEventListener('visibilitychange', this.onVisibility_)
    this.input(INPUT_CLOSE, 0)
    settle(value)
  }

  run(step) {
    const { client_: client } = this
    if (!client) return
    try {
      step(client)
    } catch (cause) {
      // The engine traps for want of memory: it is in the middle of something, and is left alone.
      this.client_ = undefined
      this.abort()
      this.end(this.settle_.reject, cause)
    }
  }

  input(number, generation, length = 0) {
    this.run((client) => client.input(number, generation, length))
  }

  /** Messages are called back for as they come: nothing waits for them. */
  isFull_() {
    return false
  }

  connect(generation) {
    this.batches_ = blockReader()
    this.blocks_.begin()
    this.sink_ = new OperationAttempt(this, generation)
    return this.sink_
  }

  abort() {
    this.stopTimer_()
    this.sink_?.abort()
  }

  startTimer_(generation, milliseconds) {
    this.stopTimer_()
    this.timer_ = setTimeout(() => this.input(INPUT_TIMER, generation), Math.min(milliseconds, LONGEST_WAIT))
  }

  stopTimer_() {
    clearTimeout(this.timer_)
  }

  open() {}

  /** What a callback throws is the end of the attempt. */
  events(words) {
    const { sink_: attempt } = this
    try {
      for (const item of this.batches_.read(words)) {
        if (this.isOver_) return
        this.blocks_.take(item)
      }
    } catch (error) {
      tell(this, attempt.generation_, STATUS_FAILED, reasonOf(error), error)
    }
  }

  error({ name, retryIn }) {
    if (name === 'StreamEnded') {
      try {
        this.onclose?.()
        return this.end()
      } catch (error) {
        return this.askCaller_(error)
      }
    }
    // A limit is the engine's to tell; all else that fails has been told to it, if only as undefined.
    const error = LIMITS.test(name) ? tooMuch(name === 'TooManyPendingUnits' ? this.most_ : MOST_BYTES) : this.cause
    if (retryIn === null) this.end(this.settle_.reject, error)
    else this.askCaller_(error)
  }

  /** As `error`, from the engine that makes no objects. */
  errorOf_(name, message, attempt, retryIn) {
    this.error({ name, retryIn: retryIn < 0 ? null : retryIn })
  }

  /** The caller decides; what it throws is the end. */
  askCaller_(error) {
    let wait
    try {
      const told = this.onerror?.(error)
      wait = typeof told === 'number' ? told : this.interval_
    } catch (thrown) {
      return this.end(this.settle_.reject, thrown)
    }
    this.input(INPUT_WAIT, 0, Math.max(0, Math.min(wait, LONGEST_WAIT)) || 0)
  }

  close() {
    const { client_: client } = this
    this.client_ = undefined
    // Not now: the engine may be what called us.
    if (client) Promise.resolve().then(() => client.free())
  }
}

/** Its own options, and those of `RequestInit` that are like one of these. */
const OPTIONS = ['onopen', 'onmessage', 'onclose', 'onerror', 'openWhenHidden', 'fetch', 'signal', 'headers', 'method', 'body', 'maxBufferSize']

export const fetchEventSource = (input, init) =>
  new Promise((resolve, reject) => {
    const options = init ?? {}
    const { maxBufferSize: most } = options
    if (isGiven(most) && !(typeof most === 'number' && most >= 0)) wrong('maxBufferSize', 'must be a number', 'fetchEventSource')
    if (!options.fetch) warnOfMisspelt(options, OPTIONS)
    new Operation(input, options, { resolve, reject })
  })
