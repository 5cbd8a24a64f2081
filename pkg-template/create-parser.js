// The surface of eventsource-parser 4 over the engine.
import { ParseError, blockEvents, blockReader, tooMuch } from './block-events.js'
import { FAILURE, State, endsInHighSurrogate } from './event-stream-parser.js'
import {
  FLAG_BY_BLOCK,
  FLAG_COMMENTS,
  FLAG_DECODES_LONG_TEXTS,
  FLAG_TELLS_IGNORED,
  SENTINEL_NOT_GIVEN,
} from './generated/boundary.js'
import { warnOfMisspelt } from './option-names.js'
import { MOST_BYTES, isGiven, wrong } from './options.js'

/** The BOM of text that was decoded byte by byte, and how it begins. */
const BYTE_BOM = '\xef\xbb\xbf'
/** The engine's own limits are no one's here. */
export const UNLIMITED = { limits: { line: MOST_BYTES, event: MOST_BYTES, pending: MOST_BYTES } }

/** Characters of a string that is encoded in the same place each time: that takes less than memory for each. */
const MOST_CHARACTERS = 1 << 15

/** The class, made when it is first asked for: one that extends another and stands by itself is left in by bundlers where nobody uses it. */
const define = () => {
  const encoder = new TextEncoder()
  const place = new Uint8Array(3 * MOST_CHARACTERS)

  /** Calls `onItem` with events as `{ type, data, lastEventId }`, both undefined where the block names none, and with what else comes. */
  return class extends State {
    constructor(wanted, most, onItem, onFailure) {
      // What is pending is to be counted: nothing of it goes ahead.
      super(UNLIMITED, wanted | FLAG_BY_BLOCK | FLAG_DECODES_LONG_TEXTS, Math.min(Math.floor(most), SENTINEL_NOT_GIVEN))
      this.onItem_ = onItem
      this.onFailure_ = onFailure
    }

    forget_() {
      super.forget_()
      this.batches_ = blockReader()
      this.lastEventId = undefined
    }

    tell_(item) {
      if (item.kind === FAILURE) this.onFailure_(item.value)
      else this.onItem_(item)
    }

    accept_(chunk) {
      if (typeof chunk !== 'string' || chunk.length > MOST_CHARACTERS || this.half_ !== '' || endsInHighSurrogate(chunk)) return super.accept_(chunk)
      return place.subarray(0, encoder.encodeInto(chunk, place).written)
    }

    feed(chunk) {
      const bytes = this.accept_(chunk)
      // Fed by a callback: its turn comes when the batch at hand is done. The caller may use the memory again.
      if (this.isBusy_) this.chunks_.push(new Uint8Array(bytes))
      // What a callback has left over goes first, and it may feed any parser: the place of strings is shared.
      else this.run(this.isIdle_ ? bytes : new Uint8Array(bytes), this.onItem_)
    }

    reset() {
      this.parser_.end(true)
      this.forget_()
    }
  }
}

let ParserState

const CALLBACKS = ['onEvent', 'onEmptyEvent', 'onId', 'onRetry', 'onComment', 'onError']

/** Throws for what can't be a configuration of `of`. */
export const checkConfig = (config, of) => {
  const { onEvent, onEmptyEvent, onId, onRetry, onComment, onError, maxBufferSize } = config
  warnOfMisspelt(config, CALLBACKS.concat('maxBufferSize'))
  for (const [name, value] of Object.entries({ onEvent, onEmptyEvent, onId, onRetry, onComment, onError })) {
    if (value && typeof value !== 'function') wrong(name, 'must be a function', of)
  }
  if (isGiven(maxBufferSize) && !(typeof maxBufferSize === 'number' && maxBufferSize >= 0)) wrong('maxBufferSize', 'must be a number', of)
}

export const createParser = (config) => {
  if (typeof config === 'function') {
    throw new TypeError('`config` must be an object, got a function instead. Did you mean `createParser({onEvent: fn})`?')
  }
  checkConfig(config, 'createParser')
  const { onEmptyEvent, onComment, onError, maxBufferSize } = config
  const { take, begin } = blockEvents(config)
  // The engine also fails where it has no more room.
  const fail = (error) => onError?.(tooMuch(error.name === 'TooManyPendingUnits' ? maxBufferSize : MOST_BYTES))
  const wanted = (onComment ? FLAG_COMMENTS : 0) | (onError || onEmptyEvent ? FLAG_TELLS_IGNORED : 0)
  ParserState ??= define()
  const state = new ParserState(wanted, maxBufferSize ?? Infinity, take, fail)
  /** Of the stream's first text, if it may become a BOM; undefined behind it. */
  let first = ''

  return {
    feed(chunk) {
      if (state.hasFailed_) {
        throw new Error('createParser: the max buffer size was exceeded; call reset() to parse another stream')
      }
      let given = chunk
      if (first !== undefined) {
        if (typeof chunk === 'string') {
          first = given = first + chunk
          if (given !== BYTE_BOM && BYTE_BOM.startsWith(given)) return
          if (given.startsWith(BYTE_BOM)) given = given.slice(BYTE_BOM.length)
        } else if (first !== '') state.feed(first)
        first = undefined
      }
      state.feed(given)
    },
    reset({ consume } = {}) {
      if (consume && !state.hasFailed_ && state.hasLine_()) state.feed('\n')
      state.reset()
      begin()
      first = ''
    },
  }
}

export { ParseError }
