import { BatchReader, RETRY } from './batch.js'
import { classes, load } from './engine.js'
import { resolveUrl, sourceInit, streamInit } from './options.js'

const CONNECTING = 0
const OPEN = 1
const CLOSED = 2
/** As in the engine, until it has seen a `retry` field. */
const RECONNECTION_TIME = 3000
/** Marks the constructor's call by fromReadableStream. */
const ADOPTED = Symbol()

// Looked up with care: importing must not fail where there is no DOM at all.
const HostEvent = typeof Event === 'function' ? Event : Object
const HostEventTarget = typeof EventTarget === 'function' ? EventTarget : Object

export class ErrorEvent extends HostEvent {
  constructor(type, init = {}) {
    super(type, init)
    this.message = init.message ?? ''
    this.code = init.code
    this.status = init.status
    this.headers = init.headers
    this.cause = init.cause
    this.attempt = init.attempt ?? 1
    this.retryIn = init.retryIn ?? null
  }
}

const plainEvent = (type, properties) => Object.assign(new HostEvent(type), properties)

export class EventSource extends HostEventTarget {
  #url
  #withCredentials
  #readyState = CONNECTING
  #lastEventId
  #reconnectionTime = RECONNECTION_TIME
  #origin = ''
  #handlers = {}
  #client
  #batches
  #stopListening

  constructor(url, init) {
    super()
    if (arguments.length === 0) throw new TypeError('EventSource: a URL is needed')
    let options
    if (url === ADOPTED) {
      options = init
      this.#url = options.url
      this.#withCredentials = false
    } else {
      this.#url = resolveUrl(String(url))
      options = sourceInit(this.#url, init)
      this.#withCredentials = options.request.credentials === 'include'
    }
    this.#lastEventId = options.lastEventId
    this.#batches = new BatchReader(options.lastEventId)
    this.#followSignal(options.signal)
    if (this.#readyState === CLOSED) return
    load().then(
      () => this.#start(options),
      (cause) => this.#refuse(cause),
    )
  }

  static fromReadableStream(stream) {
    if (typeof stream?.getReader !== 'function') throw new TypeError('EventSource.fromReadableStream: a ReadableStream is needed')
    if (stream.locked) throw new TypeError('EventSource.fromReadableStream: the stream is locked to another reader')
    return new EventSource(ADOPTED, {
      ...streamInit({}),
      url: 'about:event-stream',
      safe: true,
      lastEventId: '',
      reader: stream.getReader(),
    })
  }

  get url() {
    return this.#url
  }

  get withCredentials() {
    return this.#withCredentials
  }

  get readyState() {
    return this.#readyState
  }

  get lastEventId() {
    return this.#lastEventId
  }

  get reconnectionTime() {
    return this.#reconnectionTime
  }

  close() {
    if (this.#readyState === CLOSED) return
    if (this.#client) this.#client.close()
    else this.#finish('closed')
  }

  #followSignal(signal) {
    if (!signal) return
    if (signal.aborted) {
      this.#readyState = CLOSED
      return
    }
    const close = () => this.close()
    signal.addEventListener('abort', close)
    this.#stopListening = () => signal.removeEventListener?.('abort', close)
  }

  #start(options) {
    if (this.#readyState === CLOSED) {
      // The stream was ours from the start; nobody else can cancel it.
      options.reader?.cancel().catch(() => {})
      return
    }
    this.#client = new classes.Client(options, {
      open: (origin, response) => {
        this.#origin = origin
        this.#readyState = OPEN
        this.dispatchEvent(plainEvent('open', { status: response?.status, headers: response?.headers, url: response?.url || this.#url }))
      },
      events: (words) => this.#dispatchBatch(this.#batches.read(words)),
      error: (details, response, cause) => {
        this.#readyState = details.retryIn === null ? CLOSED : CONNECTING
        const { name, message, attempt, retryIn, code } = details
        const status = response?.status
        const reason = cause ?? Object.assign(new Error(message), { name })
        this.dispatchEvent(new ErrorEvent('error', { message, code: code ?? undefined, status, headers: response?.headers, cause: reason, attempt, retryIn }))
      },
      close: (reason) => this.#finish(reason),
    })
    this.#client.start()
  }

  /** One by one, looking at the ready state before each: a listener may have closed the source. */
  #dispatchBatch(items) {
    for (const item of items) {
      if (this.#readyState === CLOSED) return
      if (item.kind === undefined) {
        this.#lastEventId = item.lastEventId
        this.dispatchEvent(new MessageEvent(item.type, { data: item.data, origin: this.#origin, lastEventId: item.lastEventId }))
      } else if (item.kind === RETRY) this.#reconnectionTime = item.value
      else this.#lastEventId = item.value
    }
  }

  #finish(reason) {
    this.#readyState = CLOSED
    this.#stopListening?.()
    const client = this.#client
    this.#client = undefined
    // Not now: the engine may be what called us.
    if (client) Promise.resolve().then(() => client.free())
    this.dispatchEvent(plainEvent('close', { reason }))
  }

  /** The engine could not be loaded. */
  #refuse(cause) {
    if (this.#readyState === CLOSED) return
    this.#readyState = CLOSED
    const message = `The engine of eventsource-wasm could not be loaded (${cause?.message ?? cause}). A Content-Security-Policy needs 'wasm-unsafe-eval'.`
    this.dispatchEvent(new ErrorEvent('error', { message, cause }))
    this.#finish('failed')
  }

  /** An event handler attribute: its listener keeps its place when it is replaced, and loses it when it is taken away. */
  static #handler(type) {
    Object.defineProperty(EventSource.prototype, `on${type}`, {
      configurable: true,
      enumerable: true,
      get() {
        return this.#handlers[type]?.callback ?? null
      },
      set(value) {
        const callback = typeof value === 'function' || (typeof value === 'object' && value !== null) ? value : null
        const known = this.#handlers[type]
        if (callback === null) {
          if (known) this.removeEventListener(type, known.listener)
          delete this.#handlers[type]
        } else if (known) known.callback = callback
        else {
          const handler = { callback, listener: (event) => typeof handler.callback === 'function' && handler.callback.call(this, event) }
          this.#handlers[type] = handler
          this.addEventListener(type, handler.listener)
        }
      },
    })
  }

  static {
    for (const type of ['open', 'message', 'error', 'close']) EventSource.#handler(type)
    for (const target of [EventSource, EventSource.prototype]) {
      for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSED })) {
        Object.defineProperty(target, name, { value, enumerable: true })
      }
    }
  }
}
