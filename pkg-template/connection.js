// The state that a source shows, and what the engine tells: the `Listener` of src/wasm/client.rs.
import { BatchReader, RETRY } from './batch.js'
import { ErrorEvent, Event, MessageEvent, report } from './dom.js'
import { live } from './foreground.js'
import { classes, load } from './instance.js'
import { Sink } from './sink.js'

const CONNECTING = 0
const OPEN = 1
const CLOSED = 2
// The inputs of `Client.input` in src/wasm/client.rs; sink.js has the others.
const START = 0
const ADOPT = 1
const TIMER = 4
const WAKE = 5
const CLOSE = 6
const CLOSE_REASONS = ['closed', 'ended', 'failed']
const BY_CALLER = 0
const FAILED = 2
/** As in the engine, until it has seen a `retry` field. */
const RECONNECTION_TIME = 3000
/** What a host's timer holds: 2^31 - 1 ms. */
const LONGEST_WAIT = 0x7fffffff

export class Connection {
  constructor(source, url, options) {
    this.source = source
    this.url = url
    this.options = options
    /** What the engine's own fetch needs; undefined where `options.connect` sends requests. */
    this.fetchInit = options.fetchInit
    this.withCredentials = !!options.withCredentials
    this.readyState = CONNECTING
    this.lastEventId = options.lastEventId
    this.reconnectionTime = RECONNECTION_TIME
    this.handlers = {}
    this.batches = new BatchReader(options.lastEventId)
    // Of this attempt, for the events' details; `cause` is what it was rejected with. src/wasm/fetch.rs sets them, too.
    this.response = this.cause = undefined
    const { signal } = options
    if (signal && signal.aborted) {
      this.readyState = CLOSED
      this.cancelReader()
      Promise.resolve().then(() => this.close(BY_CALLER))
      return
    }
    if (signal) {
      const close = () => this.closeNow()
      signal.addEventListener('abort', close)
      this.stopListening = () => signal.removeEventListener?.('abort', close)
    }
    load().then(
      () => this.start(options),
      (cause) => this.refuse('could not be loaded', cause),
    )
  }

  /** The stream was ours from the start; nobody else can cancel it. */
  cancelReader() {
    this.options.reader?.cancel()?.catch?.(() => {})
  }

  start({ url, lastEventId, limits, flags, reader, read }) {
    if (this.readyState === CLOSED) return this.cancelReader()
    live.add(this)
    this.client = new classes.Client(this, url, lastEventId, limits.line, limits.event, limits.pending, flags)
    if (read) {
      this.sink = new Sink(this, 0)
      read(reader, this.sink)
    }
    this.input(reader ? ADOPT : START, 0)
  }

  /** Calls the engine; where a listener of a chunk's event is what calls, behind all that the chunk brings. */
  run(step) {
    if (this.waiting) return this.waiting.push(step)
    this.runNow(step)
    const { waiting } = this
    this.waiting = undefined
    waiting?.forEach((step) => this.run(step))
  }

  /** Where the engine traps, for want of memory, it is left alone: it is in the middle of something. */
  runNow(step) {
    const { client } = this
    if (!client) return
    try {
      step(client)
    } catch (cause) {
      this.client = undefined
      this.stopTimer()
      this.abort()
      this.refuse('has failed', cause)
    }
  }

  input(number, generation) {
    this.run((client) => client.input(number, generation, 0))
  }

  wake() {
    this.input(WAKE, 0)
  }

  closeNow() {
    if (this.client) this.runNow((client) => client.input(CLOSE, 0, 0))
    else if (this.readyState !== CLOSED) this.close(BY_CALLER)
  }

  dispatch(event) {
    try {
      this.source.dispatchEvent(event)
    } catch (error) {
      // A subclass's own dispatchEvent: the engine must not be left in the middle of its work.
      report(error)
    }
  }

  connect(generation) {
    this.response = undefined
    const sink = new Sink(this, generation)
    this.sink = sink
    try {
      this.options.connect(this.lastEventId, sink)
    } catch (cause) {
      sink.broke(cause?.message ?? `${cause}`, cause)
    }
  }

  abort() {
    this.batches.parts = ''
    const { sink } = this
    this.sink = undefined
    try {
      sink?.abort()
    } catch {
      // A host's task that can't be aborted: what still comes is not taken.
    }
  }

  startTimer(generation, milliseconds) {
    this.timer = setTimeout(() => this.input(TIMER, generation), Math.min(milliseconds, LONGEST_WAIT))
  }

  stopTimer() {
    clearTimeout(this.timer)
  }

  open(origin) {
    this.origin = origin
    this.readyState = OPEN
    const { status, headers, url } = this.response ?? {}
    this.dispatch(Object.assign(new Event('open'), { status, headers, url: url || this.url }))
  }

  /** One by one, looking at the ready state before each: a listener may have closed the source. */
  events(words) {
    this.waiting = []
    for (const item of this.batches.read(words)) {
      if (this.readyState === CLOSED) return
      if (item.kind === undefined) {
        this.lastEventId = item.lastEventId
        this.dispatch(new MessageEvent(item, this.origin))
      } else if (item.kind === RETRY) this.reconnectionTime = item.value
      else this.lastEventId = item.value
    }
  }

  error({ name, message, code, attempt, retryIn }) {
    this.readyState = retryIn === null ? CLOSED : CONNECTING
    const { status, headers } = this.response ?? {}
    // An error shows its name and its message: the name once.
    const cause = this.cause ?? Object.assign(new Error(message.replace(`${name}: `, '')), { name })
    this.response = undefined
    this.dispatch(new ErrorEvent('error', { message, code: code ?? undefined, status, headers, cause, attempt, retryIn }))
  }

  /** As `error`, from the engine that makes no objects. */
  errorOf(name, message, attempt, retryIn, code) {
    this.error({ name, message, attempt, retryIn: retryIn < 0 ? null : retryIn, code: code || undefined })
  }

  close(reason) {
    this.readyState = CLOSED
    this.stopListening?.()
    const { client } = this
    this.client = undefined
    live.delete(this)
    // Not now: the engine may be what called us.
    if (client) Promise.resolve().then(() => client.free())
    this.dispatch(Object.assign(new Event('close'), { reason: CLOSE_REASONS[reason] }))
  }

  /** There is no engine, or none any more. */
  refuse(what, cause) {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    const why = `The engine of eventsource-wasm ${what} (${cause?.message ?? cause}).`
    const message = globalThis.WebAssembly && cause?.name === 'CompileError' ? `${why} A Content-Security-Policy needs 'wasm-unsafe-eval'.` : why
    this.dispatch(new ErrorEvent('error', { message, cause }))
    this.close(FAILED)
  }
}
