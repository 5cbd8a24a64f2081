import { BatchReader, RETRY } from './batch.js'
import { Event, EventTarget, MessageEvent } from './dom.js'
import { classes, load } from './engine.js'
import { adoptedInit, named, resolveUrl, sourceInit } from './options.js'

const CONNECTING = 0
const OPEN = 1
const CLOSED = 2
/** As in the engine, until it has seen a `retry` field. */
const RECONNECTION_TIME = 3000
/** Marks the constructor's call by fromReadableStream. */
const ADOPTED = Symbol('adopted')
/** Where an EventSource keeps its connection: out of the way of what a subclass adds. */
const CONNECTION = Symbol('connection')

export class ErrorEvent extends Event {
  constructor(type, init = {}) {
    super(type, init)
    const { message = '', code, status, headers, cause, attempt = 1, retryIn = null } = init ?? {}
    Object.assign(this, { message, code, status, headers, cause, attempt, retryIn })
  }
}

const plainEvent = (type, properties) => Object.assign(new Event(type), properties)

/** The state that a source shows, and what the engine tells: the `Listener` of src/wasm/client.rs. */
class Connection {
  constructor(source, url, { request, lastEventId, signal }) {
    this.source = source
    this.url = url
    this.withCredentials = request?.credentials === 'include'
    this.readyState = CONNECTING
    this.lastEventId = lastEventId
    this.reconnectionTime = RECONNECTION_TIME
    this.origin = ''
    this.handlers = {}
    this.batches = new BatchReader(lastEventId)
    this.client = undefined
    this.stopListening = undefined
    this.followSignal(signal)
  }

  followSignal(signal) {
    if (!signal) return
    if (signal.aborted) {
      this.readyState = CLOSED
      Promise.resolve().then(() => this.close('closed'))
      return
    }
    const close = () => this.closeNow()
    signal.addEventListener('abort', close)
    this.stopListening = () => signal.removeEventListener?.('abort', close)
  }

  start(options) {
    if (this.readyState === CLOSED) {
      // The stream was ours from the start; nobody else can cancel it.
      options.reader?.cancel()?.catch?.(() => {})
      return
    }
    this.client = new classes.Client(options, this)
    this.client.start()
  }

  closeNow() {
    if (this.readyState === CLOSED) return
    if (this.client) this.client.close()
    else this.close('closed')
  }

  open(origin, response) {
    this.origin = origin
    this.readyState = OPEN
    const { status, headers, url } = response ?? {}
    this.source.dispatchEvent(plainEvent('open', { status, headers, url: url || this.url }))
  }

  /** One by one, looking at the ready state before each: a listener may have closed the source. */
  events(words) {
    for (const item of this.batches.read(words)) {
      if (this.readyState === CLOSED) return
      if (item.kind === undefined) {
        const { type, data, lastEventId } = item
        this.lastEventId = lastEventId
        this.source.dispatchEvent(new MessageEvent(type, { data, origin: this.origin, lastEventId }))
      } else if (item.kind === RETRY) this.reconnectionTime = item.value
      else this.lastEventId = item.value
    }
  }

  error({ name, message, code, attempt, retryIn }, response, rejection) {
    this.readyState = retryIn === null ? CLOSED : CONNECTING
    const { status, headers } = response ?? {}
    // An error shows its name and its message: the name once.
    const cause = rejection ?? Object.assign(new Error(message.replace(`${name}: `, '')), { name })
    this.source.dispatchEvent(new ErrorEvent('error', { message, code: code ?? undefined, status, headers, cause, attempt, retryIn }))
  }

  close(reason) {
    this.readyState = CLOSED
    this.stopListening?.()
    const { client } = this
    this.client = undefined
    // Not now: the engine may be what called us.
    if (client) Promise.resolve().then(() => client.free())
    this.source.dispatchEvent(plainEvent('close', { reason }))
  }

  /** The engine could not be loaded. */
  refuse(cause) {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    const why = `The engine of eventsource-wasm could not be loaded (${cause?.message ?? cause}).`
    const message = cause?.name === 'CompileError' ? `${why} A Content-Security-Policy needs 'wasm-unsafe-eval'.` : why
    this.source.dispatchEvent(new ErrorEvent('error', { message, cause }))
    this.close('failed')
  }
}

export class EventSource extends EventTarget {
  constructor(url, init = {}) {
    super()
    if (arguments.length === 0) throw new TypeError('EventSource: a URL is needed')
    const isAdopted = url === ADOPTED
    const href = isAdopted ? init.url : resolveUrl(`${url}`)
    const options = isAdopted ? init : sourceInit(href, init)
    const connection = new Connection(this, href, options)
    Object.defineProperty(this, CONNECTION, { value: connection })
    if (connection.readyState === CLOSED) return
    load().then(
      () => connection.start(options),
      (cause) => connection.refuse(cause),
    )
  }

  static fromReadableStream(stream, init) {
    return new EventSource(ADOPTED, adoptedInit(stream, init))
  }

  get url() {
    return this[CONNECTION].url
  }

  get withCredentials() {
    return this[CONNECTION].withCredentials
  }

  get readyState() {
    return this[CONNECTION].readyState
  }

  get lastEventId() {
    return this[CONNECTION].lastEventId
  }

  get reconnectionTime() {
    return this[CONNECTION].reconnectionTime
  }

  close() {
    this[CONNECTION].closeNow()
  }
}

/** An event handler attribute: its listener keeps its place when it is replaced, and loses it when it is taken away. */
const defineHandler = (type) =>
  Object.defineProperty(EventSource.prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get() {
      return this[CONNECTION].handlers[type]?.callback ?? null
    },
    set(value) {
      const { handlers } = this[CONNECTION]
      const callback = typeof value === 'function' || (typeof value === 'object' && value !== null) ? value : null
      const known = handlers[type]
      if (known && callback) known.callback = callback
      else if (known) {
        this.removeEventListener(type, known.listener)
        handlers[type] = undefined
      } else if (callback) {
        const handler = { callback, listener: (event) => typeof handler.callback === 'function' && handler.callback.call(this, event) }
        handlers[type] = handler
        this.addEventListener(type, handler.listener)
      }
    },
  })

;['open', 'message', 'error', 'close'].forEach(defineHandler)
// As Web IDL has it.
for (const name of ['url', 'withCredentials', 'readyState', 'lastEventId', 'reconnectionTime', 'close']) {
  Object.defineProperty(EventSource.prototype, name, { enumerable: true })
}
for (const target of [EventSource, EventSource.prototype]) {
  for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSED })) Object.defineProperty(target, name, { value, enumerable: true })
}
named({ ErrorEvent, EventSource })
