// Reads what a chunk has completed out of wasm's memory: src/event_stream/batch.rs has the table's format.
import {
  RECORD_BY_CR,
  RECORD_EVENT,
  RECORD_EVENT_TYPE,
  RECORD_FIRST,
  RECORD_GAPS,
  RECORD_IN_PARTS,
  RECORD_KIND,
  RECORD_LAST_EVENT_ID,
  RECORD_NON_ASCII,
  RECORD_NO_TEXT,
  RECORD_PART,
  RECORD_REGION,
  RECORD_RETRY,
  RECORD_TYPE_SHIFT,
  RECORD_WITH_EVENT,
  RECORD_WORDS,
  WORD_BUFFER,
  WORD_FAILURE_MESSAGE,
  WORD_FAILURE_MESSAGE_LENGTH,
  WORD_FAILURE_NAME,
  WORD_FAILURE_NAME_LENGTH,
  WORD_RECORDS,
  WORD_RECORDS_LENGTH,
  WORD_SIDE,
  WORD_SIDE_LENGTH,
} from './generated/boundary.js'
import { HOST_DECODES } from './host-decodes.js'
import { engine, wasm } from './instance.js'

let u8 = new Uint8Array(0)
let u32 = new Uint32Array(0)

const refresh = () => {
  const { buffer } = wasm().memory
  if (u8.buffer !== buffer) {
    u8 = new Uint8Array(buffer)
    u32 = new Uint32Array(buffer)
  }
  return u8
}

/** A view of the engine's memory. */
export let bytes = refresh

/** The number at the address, or so many words behind it. */
export const word = (address, at = 0) => u32[(address >>> 2) + at]

// The BOM that the standard strips is gone already; another one is text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const decode = (address, length) => (length === 0 ? '' : decoder.decode(u8.subarray(address, address + length)))

let text = decode

/** A text, of a chunk that stands at an address. */
export let textIn = (chunk, chunkAt, address, length, isAscii) => text(address, length, isAscii)

// Not in mini programs.
if (HOST_DECODES) {
  // Growing detaches the views of WebAssembly's memory, and asking it for its buffer takes longer than asking them.
  const kept = () => (u8.length === 0 ? refresh() : u8)
  // In JavaScript the memory grows into another buffer, and the old one stays as it was.
  bytes = () => (bytes = engine() === 'js' ? refresh : kept)()

  const SHORT = 24
  const LONGEST_WHOLE = 4096
  /** Bytes beside the text: fields in front, line ends behind. */
  const MOST_BESIDE = 48

  /** What Node's buffers can do beside: several times as fast with texts of this size. */
  const { latin1Slice, utf8Slice } = globalThis.Buffer?.prototype ?? {}
  const slice = (address, length, isAscii) => (isAscii ? latin1Slice : utf8Slice).call(u8, address, address + length)
  const long = latin1Slice && utf8Slice ? slice : decode

  // Decoding all of a short chunk is sooner done than making a view of the engine's memory.
  if (long === decode) {
    textIn = (chunk, chunkAt, address, length, isAscii) => {
      const from = address - chunkAt
      const beside = chunk.length - length
      if (from < 0 || from > beside || beside > MOST_BESIDE || length > LONGEST_WHOLE || length <= SHORT) return text(address, length, isAscii)
      for (let at = 0; at < beside; at++) {
        if (chunk[at < from ? at : at + length] >= 0x80) return text(address, length, isAscii)
      }
      const all = decoder.decode(chunk)
      return all.slice(from, all.length - beside + from)
    }
  }

  const eight = (at) => String.fromCharCode(u8[at], u8[at + 1], u8[at + 2], u8[at + 3], u8[at + 4], u8[at + 5], u8[at + 6], u8[at + 7])

  /** Short ones character by character, which is what the others take to begin. */
  text = (at, length, isAscii) => {
    if (!isAscii || length > SHORT) return length === 0 ? '' : long(at, length, isAscii)
    if (length === 1) return String.fromCharCode(u8[at])
    if (length <= 8) return eight(at).slice(0, length)
    if (length <= 16) return eight(at) + eight(at + 8).slice(0, length - 8)
    return eight(at) + eight(at + 8) + eight(at + 16).slice(0, length - 16)
  }
}

/** What the stream has failed with behind this batch, as an error; undefined if it can be read on. */
export const failureOf = (words) =>
  word(words, WORD_FAILURE_NAME_LENGTH) === 0
    ? undefined
    : Object.assign(new Error(text(word(words, WORD_FAILURE_MESSAGE), word(words, WORD_FAILURE_MESSAGE_LENGTH))), {
        name: text(word(words, WORD_FAILURE_NAME), word(words, WORD_FAILURE_NAME_LENGTH)),
      })

/** What is known of a stream from batch to batch. */
export class BatchReader {
  constructor(lastEventId) {
    this.types_ = ['message']
    this.lastEventId = lastEventId
    this.region_ = this.side_ = this.parts_ = ''
  }

  /** From here on, `next` gives the items of the batch. */
  open(words) {
    bytes()
    const at = words >>> 2
    this.at = u32[at + WORD_RECORDS] >>> 2
    this.end = this.at + u32[at + WORD_RECORDS_LENGTH]
    this.memory = u32[at + WORD_BUFFER]
    if (u32[at + WORD_SIDE_LENGTH] !== 0) this.side_ = text(u32[at + WORD_SIDE], u32[at + WORD_SIDE_LENGTH])
  }

  /** In order: events as `{ type, data, lastEventId }`, others as `{ kind, value }`; undefined at the end. */
  next() {
    bytes()
    while (this.at < this.end) {
      const { at } = this
      const head = u32[at]
      const start = u32[at + 1]
      const end = u32[at + 2]
      const kind = head & RECORD_KIND
      this.at = at + RECORD_WORDS
      if (kind === RECORD_EVENT) {
        const { region_: region } = this
        let from = start - this.start
        let to = end - this.start
        // Not in mini programs.
        if (HOST_DECODES && this.hasGaps_) {
          from = this.start + start
          to = end === 0 ? region.indexOf(head & RECORD_BY_CR ? '\r' : '\n', from) : from + end
          // The last one's line end is not in the region.
          if (to < 0) to = region.length
          this.start = to
        }
        let data = region.slice(from, to)
        if (HOST_DECODES && head & RECORD_IN_PARTS) {
          data = this.parts_ + data
          this.parts_ = ''
        }
        return { type: this.types_[head >>> RECORD_TYPE_SHIFT], data, lastEventId: this.lastEventId }
      }
      if (HOST_DECODES && kind === RECORD_PART) {
        const part = text(this.memory + start, end, (head & RECORD_NON_ASCII) === 0)
        this.parts_ = head & RECORD_FIRST ? part : this.parts_ + part
        continue
      }
      if (kind === RECORD_REGION) {
        this.hasGaps_ = (head & RECORD_GAPS) !== 0
        this.start = HOST_DECODES && this.hasGaps_ ? 0 : start
        this.region_ = text(this.memory + start, end, (head & RECORD_NON_ASCII) === 0)
        continue
      }
      let value = kind === RECORD_RETRY ? start : this.side_.slice(start, end)
      if (head & RECORD_NO_TEXT) value = undefined
      if (kind === RECORD_EVENT_TYPE) this.types_[head >>> RECORD_TYPE_SHIFT] = value
      else {
        if (kind === RECORD_LAST_EVENT_ID) this.lastEventId = value
        if (!(head & RECORD_WITH_EVENT)) return { kind, value }
      }
    }
    // They may be long.
    this.region_ = this.side_ = ''
    return undefined
  }

  /** The rest of the batch. */
  rest() {
    const items = []
    for (let item = this.next(); item; item = this.next()) items.push(item)
    return items
  }

  /** All strings are made before the first listener runs, so that a listener may do as it likes with the engine. */
  read(words) {
    this.open(words)
    return this.rest()
  }
}
