import { BatchReader, COMMENT, LAST_EVENT_ID, RETRY, bytes, failureOf } from './batch.js'
import { classes, loadNow } from './instance.js'
import { COMMENTS, bytesOf, named, streamInit, wrong } from './options.js'

const FAILURE = -1
/** What a callback of feedBatch has thrown. */
const THROWN = -2
/** Among the chunks: the end of the stream. */
const END = null
const CALLBACKS = ['onEvent', 'onRetry', 'onId', 'onComment', 'onError']
/** Where an EventStreamParser keeps its state: out of the way of what a subclass adds. */
const STATE = Symbol('state')
const encoder = new TextEncoder()

const endsInHighSurrogate = (text) => (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800

class State {
  constructor(options) {
    const { limits, flags } = streamInit(options, 'EventStreamParser')
    loadNow()
    this.options = options
    this.parser = new classes.Parser(limits.line, limits.event, limits.pending, options.onComment === undefined ? flags : flags | COMMENTS)
    this.isBusy = false
    this.forget()
  }

  /** As at the first byte of a stream. */
  forget() {
    this.batches = new BatchReader()
    this.lastEventId = ''
    this.hasFailed = false
    /** A string chunk's last character, if its other half may come with the next one. */
    this.half = ''
    /** Items that a throwing callback has left over. */
    this.items = []
    /** Chunks that a callback has fed. */
    this.chunks = []
  }

  alive() {
    if (!this.parser) throw new Error('EventStreamParser: the parser has been freed')
    return this.parser
  }

  /** A chunk as bytes of UTF-8, if only of what is a whole character. */
  accept(chunk) {
    this.alive()
    if (typeof chunk !== 'string') {
      const bytes = bytesOf(chunk, 'EventStreamParser')
      if (this.half === '') return bytes
      // The other half did not come: U+FFFD, then the bytes.
      const whole = new Uint8Array(3 + bytes.length)
      whole.set([0xef, 0xbf, 0xbd])
      whole.set(bytes, 3)
      this.half = ''
      return whole
    }
    let text = this.half + chunk
    this.half = ''
    if (endsInHighSurrogate(text)) {
      this.half = text.slice(-1)
      text = text.slice(0, -1)
    }
    return encoder.encode(text)
  }

  end() {
    this.half = ''
    this.parser?.end(false)
  }

  interpret(chunk) {
    const { parser } = this
    if (!parser || this.hasFailed) return
    const address = parser.room(chunk.length)
    bytes().set(chunk, address)
    const words = parser.filled(chunk.length)
    if (words === 0) return
    const items = this.batches.read(words)
    const failure = failureOf(words)
    if (failure) {
      this.hasFailed = true
      const [name, message] = failure.split(': ')
      items.push({ kind: FAILURE, value: Object.assign(new Error(message), { name }) })
    }
    this.items = this.items.length === 0 ? items : this.items.concat(items)
  }

  /** Calls back for what is left over and what this chunk completes; a callback that feeds is served afterwards. */
  run(chunk, onEvent) {
    if (chunk !== undefined) this.chunks.push(chunk)
    this.isBusy = true
    try {
      this.deliver(onEvent)
      while (this.chunks.length > 0) {
        const next = this.chunks.shift()
        if (next === END) this.end()
        else this.interpret(next)
        this.deliver(onEvent)
      }
    } finally {
      this.isBusy = false
      // A callback has thrown: these wait, and the caller may use the memory again.
      if (this.chunks.length > 0) this.chunks = this.chunks.map((chunk) => chunk && chunk.slice())
    }
  }

  /** Calls back for each item; one that throws is done with, and the others wait for the next call. */
  deliver(onEvent) {
    const { onRetry, onId, onComment, onError } = this.options
    const { items } = this
    let at = 0
    try {
      while (at < items.length && items === this.items) {
        const item = items[at]
        const { kind, value, lastEventId = value } = item
        if ((kind === undefined || kind === LAST_EVENT_ID) && lastEventId !== this.lastEventId) {
          // If onId throws, the event that goes with it is yet to come.
          this.lastEventId = lastEventId
          onId?.(lastEventId)
        }
        at++
        if (kind === undefined) onEvent?.(item)
        else if (kind === RETRY) onRetry?.(value)
        else if (kind === COMMENT) onComment?.(value)
        else if (kind === FAILURE && onError) onError(value)
        else if (kind !== LAST_EVENT_ID) throw value
      }
    } finally {
      if (items === this.items) this.items = items.slice(at)
    }
  }
}

export class EventStreamParser {
  constructor(options = {}) {
    if (typeof options !== 'object' || options === null) throw new TypeError('EventStreamParser: the options must be an object')
    for (const name of CALLBACKS) {
      if (options[name] !== undefined && typeof options[name] !== 'function') {
        wrong(name, 'must be a function', 'EventStreamParser')
      }
    }
    Object.defineProperty(this, STATE, { value: new State(options) })
  }

  get lastEventId() {
    return this[STATE].lastEventId
  }

  feed(chunk) {
    const state = this[STATE]
    const bytes = state.accept(chunk)
    // Fed by a callback: its turn comes when the batch at hand is done. The caller may use the memory again.
    if (state.isBusy) state.chunks.push(bytes.slice())
    else state.run(bytes, state.options.onEvent)
  }

  feedBatch(chunk) {
    const state = this[STATE]
    const bytes = state.accept(chunk)
    if (state.isBusy) throw new Error('EventStreamParser: feedBatch can not be called from a callback of the same parser')
    const events = []
    try {
      state.run(bytes, (event) => events.push(event))
    } catch (error) {
      // The events before it are not lost with it: the next call throws.
      if (events.length === 0) throw error
      state.items.unshift({ kind: THROWN, value: error })
    }
    return events
  }

  end() {
    const state = this[STATE]
    state.alive()
    if (state.isBusy) state.chunks.push(END)
    else state.run(END, state.options.onEvent)
  }

  reset() {
    const state = this[STATE]
    state.alive().end(true)
    state.forget()
  }

  free() {
    const state = this[STATE]
    state.parser?.free()
    state.forget()
    state.parser = undefined
  }
}

named({ EventStreamParser })
