// Reads what a chunk has completed out of wasm's memory: src/event_stream/batch.rs has the table's format,
// src/wasm/boundary.rs the words. All strings are made before the first listener runs, so that a listener may do as it
// likes with the engine.
import { wasm } from './instance.js'

const EVENT = 0
export const LAST_EVENT_ID = 1
export const RETRY = 2
export const COMMENT = 3
const EVENT_TYPE = 4
const HAS_ID = 16

let u8 = new Uint8Array(0)
let u32 = new Uint32Array(0)

/** Views of wasm's memory; growing detaches them. */
export const bytes = () => {
  const { buffer } = wasm().memory
  if (u8.buffer !== buffer) {
    u8 = new Uint8Array(buffer)
    u32 = new Uint32Array(buffer)
  }
  return u8
}

// The BOM that the standard strips is gone already; another one is text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const text = (address, length) => (length === 0 ? '' : decoder.decode(u8.subarray(address, address + length)))

/** What the stream has failed with behind this batch, as `name: sentence`; empty if it can be read on. */
export const failureOf = (words) => text(u32[(words >>> 2) + 6], u32[(words >>> 2) + 7])

/** What is known of a stream from batch to batch. */
export class BatchReader {
  constructor(lastEventId = '') {
    this.types = ['message']
    this.lastEventId = lastEventId
  }

  /**
   * The items of a batch in order: events as `{ type, data, lastEventId }`, others as `{ kind, value }`.
   */
  read(words) {
    bytes()
    let at = words >>> 2
    const region = text(u32[at + 2], u32[at + 3])
    const side = text(u32[at + 4], u32[at + 5])
    const items = []
    const end = (u32[at] >>> 2) + u32[at + 1]
    at = u32[at] >>> 2
    while (at < end) {
      const head = u32[at]
      switch (head & 15) {
        case EVENT: {
          const data = region.slice(u32[at + 1], u32[at + 2])
          at += 3
          if (head & HAS_ID) {
            this.lastEventId = side.slice(u32[at], u32[at + 1])
            at += 2
          }
          items.push({ type: this.types[head >>> 8], data, lastEventId: this.lastEventId })
          break
        }
        case RETRY:
          items.push({ kind: RETRY, value: u32[at + 1] })
          at += 2
          break
        case EVENT_TYPE:
          this.types[head >>> 8] = side.slice(u32[at + 1], u32[at + 2])
          at += 3
          break
        case LAST_EVENT_ID:
          this.lastEventId = side.slice(u32[at + 1], u32[at + 2])
          items.push({ kind: LAST_EVENT_ID, value: this.lastEventId })
          at += 3
          break
        case COMMENT:
          items.push({ kind: COMMENT, value: side.slice(u32[at + 1], u32[at + 2]) })
          at += 3
      }
    }
    return items
  }
}
