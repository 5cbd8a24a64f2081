// The state that a source shows, and what the engine tells: the `Listener` of src/wasm/client.rs.
import { listenForAbort } from './abort-signals.js'
import { BatchReader } from './batch.js'
import { ErrorEvent, Event, messageEvent, report as reportToHost } from './dom.js'
import { introduce, live } from './foreground.js'
import {
  CLOSE_REASON_CLOSED,
  CLOSE_REASON_ENDED,
  CLOSE_REASON_FAILED,
  DEFAULT_RECONNECTION_TIME,
  INPUT_ACCEPT,
  INPUT_ADOPT,
  INPUT_CLOSE,
  INPUT_FINISH,
  INPUT_OPEN,
  INPUT_RECONNECT,
  INPUT_RELEASE,
  INPUT_TIMER,
  READY_STATE_CLOSED,
  READY_STATE_CONNECTING,
  READY_STATE_OPEN,
  RECORD_COMMENT,
  RECORD_RETRY,
  STATUS_FUTILE,
} from './generated/boundary.js'
import { ask, ended, settle } from './hooks.js'
import { classes, load } from './instance.js'
import { EventIterator } from './iterate.js'
import { report, tell } from './listener.js'
import { LONGEST_WAIT, isThenable } from './options.js'
import { Sink } from './sink.js'
import { NO_PROMISE } from './source-init.js'

const CLOSE_REASONS = { [CLOSE_REASON_CLOSED]: 'closed', [CLOSE_REASON_ENDED]: 'ended', [CLOSE_REASON_FAILED]: 'failed' }
/** For so long, in milliseconds, the host is to take in what has come, before it counts as silence. Deno needs a while for it. */
const LAST_LOOK = 50

/** The origin of the page or worker; empty in other hosts, of which some have such a global without a page. */
const pageOrigin = () => (globalThis.location && globalThis.origin) || ''

export class Connection {
  constructor(source, options) {
    this.source = source
    this.url = options.href
    /** Where the requests go: without the user name and password that the URL may have. */
    this.address_ = options.url
    this.options = options
    this.withCredentials = !!options.withCredentials
    this.readyState = READY_STATE_CONNECTING
    this.lastEventId = options.lastEventId
    this.reconnectionTime = options.baseMs ?? DEFAULT_RECONNECTION_TIME
    this.handlers_ = {}
    this.batches_ = new BatchReader(options.lastEventId)
    // Of this attempt, for the events' details; `cause` is what it was rejected with, `body` how a refused one
    // begins.
    this.response = this.cause = this.body = undefined
    /** What an error adds where this attempt was redirected. */
    this.redirection_ = ''
    this.iterators_ = []
    /** Events that a loop has left behind. */
    this.left_ = []
    /** Goes on reading; undefined where nothing waits for an iterator. And why the source is CLOSED, if it failed. */
    this.held_ = this.failure_ = undefined
    const { signal } = options
    if (signal && signal.aborted) {
      this.readyState = READY_STATE_CLOSED
      this.cancelReader_()
      Promise.resolve().then(() => this.close(CLOSE_REASON_CLOSED))
      return
    }
    if (signal) this.stopListening_ = listenForAbort(signal, () => this.closeNow_())
    load().then(
      () => this.start(options),
      (cause) => this.refuse_('could not be loaded', cause),
    )
  }

  /** The stream was ours from the start; nobody else can cancel it. */
  cancelReader_() {
    this.options.reader?.cancel()?.catch?.(() => {})
  }

  start({ url, method, lastEventId, words_: words, reader, read }) {
    if (this.readyState === READY_STATE_CLOSED) return this.cancelReader_()
    this.client_ = new classes.Client(this, url, method ?? '', pageOrigin(), lastEventId, words)
    introduce(this)
    if (reader) {
      this.sink_ = new Sink(this, 0)
      read(reader, this.sink_)
    }
    this.input(reader ? INPUT_ADOPT : INPUT_OPEN, 0)
  }

  /** Calls the engine; where a listener of a chunk's event is what calls, behind all that the chunk brings. */
  run(step) {
    if (this.waiting_) return this.waiting_.push(step)
    this.runNow_(step)
    const { waiting_: waiting } = this
    this.waiting_ = undefined
    waiting?.forEach((step) => this.run(step))
  }

  /** Where the engine traps, for want of memory, it is left alone: it is in the middle of something. */
  runNow_(step) {
    const { client_: client } = this
    if (!client) return
    try {
      step(client)
    } catch (cause) {
      if (this.client_) this.readyState = READY_STATE_CONNECTING
      this.client_ = undefined
      this.stopTimer_()
      this.abort()
      this.refuse_('has failed', cause)
    }
  }

  input(number, generation) {
    this.run((client) => client.input(number, generation, 0))
  }

  reconnect() {
    this.input(INPUT_RECONNECT, 0)
  }

  closeNow_() {
    if (this.client_) this.finish_(INPUT_CLOSE)
    else if (this.readyState !== READY_STATE_CLOSED) this.close(CLOSE_REASON_CLOSED)
  }

  /** At once, whatever the chunk would bring. */
  finish_(number) {
    this.readyState = READY_STATE_CLOSED
    this.runNow_((client) => client.input(number, 0, 0))
  }

  dispatch_(event) {
    try {
      this.source.dispatchEvent(event)
    } catch (error) {
      // A subclass's own dispatchEvent: the engine must not be left in the middle of its work.
      reportToHost(error)
    }
  }

  /** An attempt begins. The request task of hosts without fetch is sent by `options.connect`. */
  connect(generation, attempt, lastEventId, hasHeader, reason) {
    const { connect, Inbox_: Inbox = Sink } = this.options
    this.response = this.body = undefined
    this.redirection_ = ''
    this.context_ = { attempt, lastEventId, reason }
    const inbox = new Inbox(this, generation)
    this.sink_ = inbox
    if (connect) settle(() => connect(this, inbox, hasHeader ? lastEventId : '')).catch((rejection) => inbox.isDone_ || report(this, generation, rejection))
    return inbox
  }

  /** Where functions have said where the request goes. */
  moveTo_(url, address) {
    this.url = url
    this.address_ = address
    this.run((client) => client.setUrl_(address))
  }

  /** What a hook says of the response: a promise, which is rejected with a refusal where the hook throws. */
  consult_(name, response = this.response) {
    return Promise.resolve(ask(name, this.options[name], response))
  }

  /** Where JavaScript makes the attempt. */
  judge_(generation) {
    this.options.judge_(this, generation)
  }

  /** Of a request task: the road of a fetch asks by itself. */
  authorize_(generation) {
    this.consult_('onUnauthorized').then(
      () => this.input(INPUT_ACCEPT, generation),
      (refusal) => report(this, generation, refusal),
    )
  }

  abort() {
    this.batches_.parts_ = ''
    const { sink_: sink } = this
    this.sink_ = this.held_ = undefined
    if (this.readyState === READY_STATE_OPEN) this.readyState = READY_STATE_CONNECTING
    try {
      sink?.abort()
    } catch {
      // A host's task that can't be aborted: what still comes is not taken.
    }
  }

  /**
   * What came while the host was busy stands behind its timers: before a timer that waits for something from the connection ends, the host
   * has had a moment to take that in. The moment is the last part of the time, so that the whole takes as long as it should by whatever
   * clock the host's timers run on.
   */
  startTimer_(generation, milliseconds) {
    this.stopTimer_()
    const time = Math.min(milliseconds, LONGEST_WAIT)
    const attend = () => this.input(INPUT_TIMER, generation)
    const last = Math.min(time, LAST_LOOK)
    const look = () => {
      this.timer_ = setTimeout(attend, last)
    }
    this.timer_ = this.sink_ ? setTimeout(look, time - last) : setTimeout(attend, time)
  }

  stopTimer_() {
    clearTimeout(this.timer_)
  }

  open(origin) {
    this.origin = origin
    this.readyState = READY_STATE_OPEN
    const { status, headers, url } = this.response ?? {}
    this.dispatch_(Object.assign(new Event('open'), { status, headers, url: url || this.url }))
  }

  /** One by one, looking at the ready state before each: a listener may have closed the source. */
  events(words) {
    const { closeOn } = this.options
    this.waiting_ = []
    if (this.iterators_.length === 0) this.left_ = []
    for (const item of this.batches_.read(words)) {
      if (this.readyState === READY_STATE_CLOSED) return
      const { kind, value } = item
      if (kind === undefined) {
        this.lastEventId = item.lastEventId
        const event = messageEvent(item, this.origin)
        // Takers run later than listeners all the same, and this one may close the source.
        if (this.iterators_.length > 0) this.iterators_.forEach((iterator) => iterator.push(event))
        this.dispatch_(event)
        if (closeOn && this.client_ && this.isLast_(closeOn, event)) this.finish_(INPUT_FINISH)
      } else if (kind === RECORD_RETRY) this.reconnectionTime = value
      else if (kind === RECORD_COMMENT) this.dispatch_(Object.assign(new Event('comment'), { data: value }))
      else this.lastEventId = value
    }
    const { sink_: sink } = this
    if (sink && !sink.canPause_ && this.isFull_()) {
      const message = 'QueueTooLong: more events wait for the iterator than `limits.queue` allows, and this request can not be paused.'
      this.failFor_(Object.assign(new Error(message), { name: 'QueueTooLong' }))
    }
  }

  isLast_(closeOn, event) {
    let answer
    try {
      answer = closeOn(event)
    } catch (error) {
      reportToHost(error)
      return false
    }
    if (!isThenable(answer)) return answer
    // It is not waited for, and what it is rejected with is not said to nobody.
    answer.then(undefined, () => {})
    this.failFor_(new TypeError(`EventSource: option \`closeOn\` ${NO_PROMISE}`))
    return false
  }

  /** The caller's fault, which another attempt would meet again. */
  failFor_(cause) {
    tell(this, this.sink_.generation_, STATUS_FUTILE, cause.message, cause)
  }

  iterate_() {
    return new EventIterator(this)
  }

  isFull_() {
    return this.iterators_.some((iterator) => iterator.isFull_())
  }

  /** An iterator has been asked for more. */
  resume() {
    const { held_: held } = this
    if (!held || this.isFull_()) return
    this.held_ = undefined
    this.input(INPUT_RELEASE, this.sink_.generation_)
    held()
  }

  error({ name, message, code, attempt, retryIn }) {
    this.readyState = retryIn === null ? READY_STATE_CLOSED : READY_STATE_CONNECTING
    const { status, headers } = this.response ?? {}
    const { body } = this
    const { address_: address, redirection_: redirection } = this
    const { url = address } = this.response ?? {}
    // An error shows its name and its message: the name once.
    const sentence = message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message
    const cause = this.cause ?? Object.assign(new Error(sentence), { name })
    this.response = undefined
    const whole = code && redirection ? `${message} ${redirection}` : message
    const event = new ErrorEvent('error', { message: whole, code: code ?? undefined, status, headers, url: url || address, body, cause, attempt, retryIn })
    this.failure_ = event
    this.dispatch_(event)
  }

  /** As `error`, from the engine that makes no objects. */
  errorOf_(name, message, attempt, retryIn, code) {
    this.error({ name, message, attempt, retryIn: retryIn < 0 ? null : retryIn, code: code || undefined })
  }

  close(reason) {
    this.readyState = READY_STATE_CLOSED
    this.stopListening_?.()
    const { client_: client } = this
    this.client_ = undefined
    live.delete(this)
    if (reason !== CLOSE_REASON_FAILED) this.failure_ = undefined
    if (reason === CLOSE_REASON_CLOSED) this.left_ = []
    this.iterators_.forEach((iterator) => iterator.end(this.failure_, reason === CLOSE_REASON_CLOSED))
    // Not now: the engine may be what called us.
    if (client) Promise.resolve().then(() => client.free())
    this.dispatch_(Object.assign(new Event('close'), { reason: CLOSE_REASONS[reason] }))
  }

  /** There is no engine, or none any more. */
  refuse_(what, cause) {
    if (this.readyState === READY_STATE_CLOSED) return
    this.readyState = READY_STATE_CLOSED
    const message = ended(`The engine of eventsource-wasm ${what}: ${cause?.message ?? cause}`)
    this.failure_ = new ErrorEvent('error', { message, cause, url: this.address_ })
    this.dispatch_(this.failure_)
    this.close(CLOSE_REASON_FAILED)
  }
}
