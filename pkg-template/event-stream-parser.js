import { BatchReader, bytes, failureOf, textIn, word } from './batch.js'
import {
  FLAG_COMMENTS,
  RECORD_COMMENT,
  RECORD_EVENT,
  RECORD_IN_PARTS,
  RECORD_KIND,
  RECORD_LAST_EVENT_ID,
  RECORD_NON_ASCII,
  RECORD_REGION,
  RECORD_RETRY,
  RECORD_TYPE_SHIFT,
  RECORD_WORDS,
  WORD_LINE_LENGTH,
  WORD_ROOM,
  WORD_ROOM_LENGTH,
} from './generated/boundary.js'
import { classes, loadNow } from './instance.js'
import { bytesOf } from './bytes.js'
import { isGiven, named, streamInit, withoutNulls, wrong } from './options.js'
import { warnOfMisspelt } from './option-names.js'

/** Kinds of items beside those of records. */
export const FAILURE = -1
/** What a callback of feedBatch has thrown. */
const THROWN = -2
/** Among the chunks: the end of the stream. */
const END = null
const CALLBACKS = ['onEvent', 'onRetry', 'onId', 'onComment', 'onError']
const OPTIONS = CALLBACKS.concat('limits', 'utf8')
/** Bytes that a loop copies sooner than `set` does. */
const FEW = 16
/** Where an EventStreamParser keeps its state: out of the way of what a subclass adds. */
const STATE = Symbol('state')
const encoder = new TextEncoder()

export const endsInHighSurrogate = (text) => (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800

export class State {
  /** `pending` goes in front of the option's, which has another unit. */
  constructor(options, wanted, pending) {
    const { limits, flags_: flags } = streamInit(options, 'EventStreamParser')
    loadNow()
    this.options = options
    this.parser_ = new classes.Parser(limits.line, limits.event, pending ?? limits.pending, flags | wanted)
    this.words_ = this.parser_.room(0)
    this.isBusy_ = false
    this.roomAt_ = 0
    this.forget_()
  }

  /** As at the first byte of a stream. */
  forget_() {
    this.batches_ = new BatchReader('')
    this.lastEventId = ''
    this.hasFailed_ = false
    /** A string chunk's last character, if its other half may come with the next one. */
    this.half_ = ''
    /** An item that is not done with: `onId` has thrown. */
    this.item_ = undefined
    /** Items that a throwing callback has left over. */
    this.items_ = []
    /** What the stream has failed with, if it is yet to be told. */
    this.failure_ = undefined
    /** Chunks that a callback has fed. */
    this.chunks_ = []
    this.settle_()
  }

  /** Most chunks come when nothing waits: then they are looked at without more ado. */
  settle_() {
    this.isIdle_ = !this.isBusy_ && this.items_.length === 0 && this.chunks_.length === 0 && this.half_ === '' && this.parser_ !== undefined
  }

  alive_() {
    if (!this.parser_) throw new Error('EventStreamParser: the parser has been freed')
    return this.parser_
  }

  /** A chunk as bytes of UTF-8, if only of what is a whole character. */
  accept_(chunk) {
    this.alive_()
    // An empty one may have been transferred away.
    if (chunk instanceof Uint8Array && this.half_ === '' && chunk.length > 0) return chunk
    if (typeof chunk !== 'string') {
      const bytes = bytesOf(chunk, 'EventStreamParser')
      if (this.half_ === '') return bytes
      // The other half did not come: U+FFFD, then the bytes.
      const whole = new Uint8Array(3 + bytes.length)
      whole.set([0xef, 0xbf, 0xbd])
      whole.set(bytes, 3)
      this.half_ = ''
      return whole
    }
    let text = this.half_ + chunk
    this.half_ = ''
    if (endsInHighSurrogate(text)) {
      this.half_ = text.slice(-1)
      this.isIdle_ = false
      text = text.slice(0, -1)
    }
    return encoder.encode(text)
  }

  /** Whether something of the unfinished line is kept. */
  hasLine_() {
    bytes()
    return word(this.words_, WORD_LINE_LENGTH) > 0
  }

  end() {
    this.half_ = this.batches_.parts_ = ''
    this.parser_?.end(false)
  }

  /** Whether the chunk has completed something, which the reader then has. */
  interpret_(chunk) {
    const { parser_: parser, words_: words } = this
    if (!parser || this.hasFailed_) return false
    const { length } = chunk
    let memory = bytes()
    if (length > word(words, WORD_ROOM_LENGTH)) {
      parser.room(length)
      memory = bytes()
    }
    const room = word(words, WORD_ROOM)
    if (length > FEW) memory.set(chunk, room)
    else for (let at = 0; at < length; at++) memory[room + at] = chunk[at]
    if (!parser.filled(length)) return false
    this.roomAt_ = room
    this.batches_.open(words)
    const failure = failureOf(words)
    if (failure) {
      this.hasFailed_ = true
      this.failure_ = { kind: FAILURE, value: failure }
    }
    return true
  }

  /** Calls back for what is left over and what this chunk completes; a callback that feeds is served afterwards. */
  run(chunk, onEvent) {
    const isNow = this.isIdle_ && chunk !== END
    if (!isNow) this.chunks_.push(chunk)
    else if (!this.interpret_(chunk)) return
    this.isBusy_ = true
    this.isIdle_ = false
    try {
      const only = isNow && this.failure_ === undefined ? this.only_(chunk) : undefined
      if (only === undefined) this.deliver_(onEvent)
      else if (onEvent !== undefined) onEvent(only)
      if (this.chunks_.length > 0) this.drain_(onEvent)
    } finally {
      this.isBusy_ = false
      // A callback has thrown: these wait, and the caller may use the memory again.
      if (this.chunks_.length > 0) this.chunks_ = this.chunks_.map((chunk) => chunk && new Uint8Array(chunk))
      this.settle_()
    }
  }

  /** The batch's event if it has nothing else, as most have; undefined if `next` is to be asked. */
  only_(chunk) {
    const { batches_: batches } = this
    const at = batches.at << 2
    if (batches.end - batches.at !== 2 * RECORD_WORDS) return undefined
    const head = word(at)
    const event = word(at, RECORD_WORDS)
    if ((head & RECORD_KIND) !== RECORD_REGION || (event & (RECORD_KIND | RECORD_IN_PARTS)) !== RECORD_EVENT) return undefined
    batches.at = batches.end
    const data = textIn(chunk, this.roomAt_, batches.memory + word(at, 1), word(at, 2), (head & RECORD_NON_ASCII) === 0)
    return { type: batches.types_[event >>> RECORD_TYPE_SHIFT], data, lastEventId: batches.lastEventId }
  }

  /** What callbacks have fed meanwhile. */
  drain_(onEvent) {
    while (this.chunks_.length > 0) {
      const next = this.chunks_.shift()
      if (next === END) this.end()
      else if (this.interpret_(next)) this.deliver_(onEvent)
    }
  }

  /** Calls back for each item; one that throws is done with, and the others wait for the next call. */
  deliver_(onEvent) {
    try {
      while (this.items_.length > 0) this.tell_(this.items_.shift(), onEvent)
      // A callback may put another reader in its place.
      for (let item = this.batches_.next(); item !== undefined; item = this.batches_.next()) {
        if (item.kind === undefined && (item.lastEventId === this.lastEventId || this.options.onId === undefined)) {
          this.lastEventId = item.lastEventId
          if (onEvent !== undefined) onEvent(item)
        } else this.tell_(item, onEvent)
      }
      if (this.failure_) {
        const { failure_: failure } = this
        this.failure_ = undefined
        this.tell_(failure)
      }
    } catch (error) {
      this.items_ = [this.item_, ...this.items_, ...this.batches_.rest(), this.failure_].filter((item) => item)
      this.item_ = this.failure_ = undefined
      throw error
    }
  }

  tell_(item, onEvent) {
    const { onRetry, onId, onComment, onError } = this.options
    const { kind, value, lastEventId = value } = item
    if ((kind === undefined || kind === RECORD_LAST_EVENT_ID) && lastEventId !== this.lastEventId) {
      this.lastEventId = lastEventId
      // If onId throws, the event that goes with it is yet to come.
      this.item_ = item
      onId?.(lastEventId)
      // It may have reset or freed the parser.
      if (this.item_ !== item) return
      this.item_ = undefined
    }
    if (kind === undefined) onEvent?.(item)
    else if (kind === RECORD_RETRY) onRetry?.(value)
    else if (kind === RECORD_COMMENT) onComment?.(value)
    else if (kind === FAILURE && onError) onError(value)
    else if (kind !== RECORD_LAST_EVENT_ID) throw value
  }
}

export class EventStreamParser {
  constructor(given) {
    if (isGiven(given) && typeof given !== 'object') throw new TypeError('EventStreamParser: the options must be an object')
    const options = withoutNulls(given ?? {}, OPTIONS)
    warnOfMisspelt(options, OPTIONS)
    for (const name of CALLBACKS) {
      if (options[name] !== undefined && typeof options[name] !== 'function') {
        wrong(name, 'must be a function', 'EventStreamParser')
      }
    }
    Object.defineProperty(this, STATE, { value: new State(options, options.onComment === undefined ? 0 : FLAG_COMMENTS) })
  }

  get lastEventId() {
    return this[STATE].lastEventId
  }

  feed(chunk) {
    const state = this[STATE]
    // An empty one may have been transferred away.
    if (state.isIdle_ && chunk instanceof Uint8Array && chunk.length > 0) return state.run(chunk, state.options.onEvent)
    const bytes = state.accept_(chunk)
    // Fed by a callback: its turn comes when the batch at hand is done. The caller may use the memory again.
    if (state.isBusy_) state.chunks_.push(new Uint8Array(bytes))
    else state.run(bytes, state.options.onEvent)
  }

  feedBatch(chunk) {
    const state = this[STATE]
    const bytes = state.accept_(chunk)
    if (state.isBusy_) throw new Error('EventStreamParser: feedBatch can not be called from a callback of the same parser')
    const events = []
    try {
      state.run(bytes, (event) => events.push(event))
    } catch (error) {
      // The events before it are not lost with it: the next call throws.
      if (events.length === 0) throw error
      state.items_.unshift({ kind: THROWN, value: error })
    }
    return events
  }

  end() {
    const state = this[STATE]
    state.alive_()
    if (state.isBusy_) state.chunks_.push(END)
    else state.run(END, state.options.onEvent)
  }

  reset() {
    const state = this[STATE]
    state.alive_().end(true)
    state.forget_()
  }

  free() {
    const state = this[STATE]
    state.parser_?.free()
    state.parser_ = undefined
    state.forget_()
  }
}

named({ EventStreamParser })
