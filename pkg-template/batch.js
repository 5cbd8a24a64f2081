// Reads what a chunk has completed out of wasm's memory: src/event_stream/batch.rs has the table's format,
// src/wasm/boundary.rs the words.
import { engine, wasm } from './instance.js'

export const EVENT = 0
const LAST_EVENT_ID = 1
export const RETRY = 2
export const COMMENT = 3
const EVENT_TYPE = 4
export const REGION = 5
const PART = 6
// In the first word of a last event ID, of a region, of a region that the host decodes, of an event in it.
const WITH_EVENT = 16
export const NON_ASCII = 16
const GAPS = 32
const BY_CR = 16
// In that of an event that parts have gone before, and of the first of these.
export const IN_PARTS = 64
const FIRST = 64
/** Words of a record. */
export const RECORD = 3

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

/** The number at the address. */
export const word = (address) => u32[address >>> 2]

// The BOM that the standard strips is gone already; another one is text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const decode = (address, length) => (length === 0 ? '' : decoder.decode(u8.subarray(address, address + length)))

let text = decode

/** A text, of a chunk that stands at an address. */
export let textIn = (chunk, chunkAt, address, length, isAscii) => text(address, length, isAscii)

// Not in mini programs.
if (globalThis.TextDecoder) {
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
  word(words + 24) === 0
    ? undefined
    : Object.assign(new Error(text(word(words + 52), word(words + 56))), { name: text(word(words + 20), word(words + 24)) })

/** What is known of a stream from batch to batch. */
export class BatchReader {
  constructor(lastEventId) {
    this.types = ['message']
    this.lastEventId = lastEventId
    this.region = this.side = this.parts = ''
  }

  /** From here on, `next` gives the items of the batch. */
  open(words) {
    bytes()
    const at = words >>> 2
    this.at = u32[at] >>> 2
    this.end = this.at + u32[at + 1]
    this.memory = u32[at + 2]
    if (u32[at + 4] !== 0) this.side = text(u32[at + 3], u32[at + 4])
  }

  /** In order: events as `{ type, data, lastEventId }`, others as `{ kind, value }`; undefined at the end. */
  next() {
    bytes()
    while (this.at < this.end) {
      const { at } = this
      const head = u32[at]
      const start = u32[at + 1]
      const end = u32[at + 2]
      const kind = head & 15
      this.at = at + RECORD
      if (kind === EVENT) {
        const { region } = this
        let from = start - this.start
        let to = end - this.start
        // Not in mini programs.
        if (globalThis.TextDecoder && this.hasGaps) {
          from = this.start + start
          to = end === 0 ? region.indexOf(head & BY_CR ? '\r' : '\n', from) : from + end
          // The last one's line end is not in the region.
          if (to < 0) to = region.length
          this.start = to
        }
        let data = region.slice(from, to)
        if (globalThis.TextDecoder && head & IN_PARTS) {
          data = this.parts + data
          this.parts = ''
        }
        return { type: this.types[head >>> 8], data, lastEventId: this.lastEventId }
      }
      if (globalThis.TextDecoder && kind === PART) {
        const part = text(this.memory + start, end, (head & NON_ASCII) === 0)
        this.parts = head & FIRST ? part : this.parts + part
        continue
      }
      if (kind === REGION) {
        this.hasGaps = (head & GAPS) !== 0
        this.start = globalThis.TextDecoder && this.hasGaps ? 0 : start
        this.region = text(this.memory + start, end, (head & NON_ASCII) === 0)
        continue
      }
      const value = kind === RETRY ? start : this.side.slice(start, end)
      if (kind === EVENT_TYPE) this.types[head >>> 8] = value
      else {
        if (kind === LAST_EVENT_ID) this.lastEventId = value
        if (!(head & WITH_EVENT)) return { kind, value }
      }
    }
    // They may be long.
    this.region = this.side = ''
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
