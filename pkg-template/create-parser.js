// The surface of eventsource-parser 4 over the engine.
import { FAILURE } from './event-stream-parser.js'
import { bytes, word } from './batch.js'
import { blockState } from './block-reader.js'
import {
  FLAG_COMMENTS,
  FLAG_DECODES_LONG_TEXTS,
  FLAG_TELLS_IGNORED,
  RECORD_COMMENT,
  RECORD_IGNORED_BLOCK,
  RECORD_IGNORED_LINE,
  RECORD_RETRY,
  WORD_DATA_START,
  WORD_LINE_END,
  WORD_LINE_START,
  WORD_ROOM,
} from './generated/boundary.js'
import { warnOfMisspelt } from './option-names.js'
import { MOST_BYTES, isGiven, wrong } from './options.js'

const LF = 10
const CR = 13
/** The BOM of text that was decoded byte by byte, and how it begins. */
const BYTE_BOM = '\xef\xbb\xbf'
const MOST_OF_A_NAME = 20
/** Of lines that have an effect. */
const BEGINS = ['data:', 'event:', 'id:', 'retry:', BYTE_BOM]
const LONGEST_BEGIN = 6
const COMMENT_BEGIN = ':'
/** The engine's own limits are no one's here. */
const UNLIMITED = { limits: { line: MOST_BYTES, event: MOST_BYTES, pending: MOST_BYTES } }

export class ParseError extends Error {
  constructor(message, { type, field, value, line }) {
    super(message)
    Object.assign(this, { name: 'ParseError', type, field, value, line })
  }

  static get name() {
    return 'ParseError'
  }
}

/** A line of a field that has no effect. */
const ignored = (line) => {
  const colon = line.indexOf(':')
  const field = colon < 0 ? line : line.slice(0, colon)
  const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
  if (field === 'retry') return new ParseError(`Invalid \`retry\` value: "${value}"`, { type: 'invalid-retry', value, line })
  const name = field.length > MOST_OF_A_NAME ? `${field.slice(0, MOST_OF_A_NAME)}…` : field
  return new ParseError(`Unknown field "${name}"`, { type: 'unknown-field', field, value, line })
}

const tooMuch = (most) => new ParseError(`Buffered data exceeded max buffer size of ${most} characters`, { type: 'max-buffer-size-exceeded' })

/** What is pending lies in the stream's buffer, and ends where the next chunk will be written. */
const lengthOf = (words, start) => word(words, start + 1) - word(words, start)
const addressOf = (words, start) => word(words, WORD_ROOM) - word(words, WORD_LINE_END) + word(words, start)

/** UTF-16 code units of `length` bytes of UTF-8. */
const units = (memory, address, length) => {
  let count = 0
  for (let at = address; at < address + length; at++) {
    const byte = memory[at]
    if ((byte & 0xc0) !== 0x80) count += byte < 0xf0 ? 1 : 2
  }
  return count
}

const terminatorIn = (chunk) => {
  const lf = chunk.indexOf(LF)
  const cr = chunk.indexOf(CR)
  return lf < 0 || (cr >= 0 && cr < lf) ? cr : lf
}

const define = () => {
  return class extends blockState() {
    constructor(wanted, most = Infinity, onItem, onFailure) {
      // What is pending is to be counted: nothing of it goes ahead.
      super(UNLIMITED, wanted | FLAG_DECODES_LONG_TEXTS, onItem, onFailure)
      this.begins = wanted & FLAG_COMMENTS ? [...BEGINS, COMMENT_BEGIN] : BEGINS
      this.most = this.mostBytes = most
    }

    forget() {
      super.forget()
      /** The rest of the unfinished line is not looked at: it can't become a field. */
      this.isDropping = false
      this.mostBytes = this.most
    }

    interpret(chunk) {
      let rest = chunk
      if (this.isDropping) {
        const at = terminatorIn(chunk)
        if (at < 0) return false
        rest = chunk.subarray(at)
        this.isDropping = false
        // The engine tells of the line, and nobody wants to know.
        this.batches.isMute = this.isMute
      }
      const hasNews = super.interpret(rest)
      if (this.hasFailed) return hasNews
      this.drop()
      return this.overflows(hasNews) || hasNews
    }

    /** An unfinished line that can't become a field is nothing to be kept. */
    drop() {
      const { words } = this
      const length = lengthOf(words, WORD_LINE_START)
      if (length === 0) return
      const address = addressOf(words, WORD_LINE_START)
      const begin = String.fromCharCode(...bytes().subarray(address, address + Math.min(length, LONGEST_BEGIN)))
      if (this.begins.some((known) => known.startsWith(begin) || begin.startsWith(known))) return
      this.isDropping = true
      this.isMute = begin[0] !== COMMENT_BEGIN
    }

    /** An unfinished line that would be a field. */
    hasField() {
      return !this.isDropping && !this.hasFailed && lengthOf(this.words, WORD_LINE_START) > 0
    }

    /** Characters are counted where there are more bytes than that; then not before there can be too many. */
    overflows(hasNews) {
      const { words } = this
      const dataLength = lengthOf(words, WORD_DATA_START)
      const lineLength = this.isDropping ? 0 : lengthOf(words, WORD_LINE_START)
      const length = dataLength + lineLength
      if (hasNews || length <= this.most) this.mostBytes = this.most
      if (length <= this.mostBytes) return false
      const memory = bytes()
      const count = units(memory, addressOf(words, WORD_DATA_START), dataLength) + units(memory, addressOf(words, WORD_LINE_START), lineLength)
      if (count <= this.most) {
        this.mostBytes = length + this.most - count
        return false
      }
      this.hasFailed = true
      this.failure = { kind: FAILURE, value: tooMuch(this.most) }
      return true
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
  const { onEvent, onEmptyEvent, onId, onRetry, onComment, onError, maxBufferSize } = config
  /** What the block has had until now, for one that turns out to have no data. */
  let id
  let hasField = false
  const begin = () => {
    id = undefined
    hasField = false
  }
  const tell = (item) => {
    const { kind, value } = item
    if (kind === undefined) {
      begin()
      if (item.lastEventId !== undefined) onId?.(item.lastEventId)
      onEvent?.({ id: item.lastEventId, event: item.type, data: item.data })
    } else if (kind === RECORD_IGNORED_BLOCK) {
      const event = { id, event: value || undefined, data: '' }
      const isEvent = hasField || value !== ''
      begin()
      if (isEvent) onEmptyEvent?.(event)
    } else if (kind === RECORD_COMMENT) onComment?.(value)
    else {
      hasField = true
      if (kind === RECORD_RETRY) onRetry?.(value)
      else if (kind === RECORD_IGNORED_LINE) value !== undefined && onError?.(ignored(value))
      else {
        id = value
        onId?.(id)
      }
    }
  }
  // The engine fails where it has no more room.
  const fail = (error) => onError?.(error instanceof ParseError ? error : tooMuch(MOST_BYTES))
  const wanted = (onComment ? FLAG_COMMENTS : 0) | (onError || onEmptyEvent ? FLAG_TELLS_IGNORED : 0)
  ParserState ??= define()
  const state = new ParserState(wanted, maxBufferSize ?? undefined, tell, fail)
  /** Of the stream's first text, if it may become a BOM; undefined behind it. */
  let first = ''

  return {
    feed(chunk) {
      if (state.hasFailed) {
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
      if (consume && state.hasField()) state.feed('\n')
      state.reset()
      begin()
      first = ''
    },
  }
}
