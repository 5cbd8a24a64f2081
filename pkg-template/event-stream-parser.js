import { BatchReader, COMMENT, LAST_EVENT_ID, RETRY, bytes, hasFailed } from './batch.js'
import { classes, loadNow } from './engine.js'
import { streamInit } from './options.js'

const FAILURE = -1
const encoder = new TextEncoder()
const CALLBACKS = ['onEvent', 'onRetry', 'onId', 'onComment', 'onError']

/** A chunk as bytes, told apart by what it has: it may come from another realm. */
const bytesOf = (chunk) => {
  if (ArrayBuffer.isView(chunk)) {
    return chunk instanceof Uint8Array ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }
  const tag = Object.prototype.toString.call(chunk)
  if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]') return new Uint8Array(chunk)
  throw new TypeError('EventStreamParser: a chunk must be an ArrayBuffer, a view of one, or a string')
}

const endsInHighSurrogate = (text) => (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800

export class EventStreamParser {
  #options
  #comments
  #parser
  #batches = new BatchReader()
  /** A string chunk's last character, if its other half may come with the next one. */
  #half = ''
  /** Items that a throwing callback has left over, and chunks that a callback has fed. */
  #items = []
  #chunks = []
  #isBusy = false
  #lastEventId = ''
  #hasFailed = false

  constructor(options = {}) {
    if (typeof options !== 'object' || options === null) throw new TypeError('EventStreamParser: the options must be an object')
    for (const name of CALLBACKS) {
      if (options[name] !== undefined && typeof options[name] !== 'function') {
        throw new TypeError(`EventStreamParser: option \`${name}\` must be a function`)
      }
    }
    const init = streamInit(options)
    loadNow()
    this.#options = options
    this.#comments = options.onComment !== undefined
    this.#parser = new classes.Parser(init, this.#comments)
  }

  get lastEventId() {
    return this.#lastEventId
  }

  feed(chunk) {
    const bytes = this.#accept(chunk)
    if (this.#isBusy) {
      // Fed by a callback: its turn comes when the batch at hand is done. The caller may use the memory again.
      this.#chunks.push(bytes.slice())
      return
    }
    this.#isBusy = true
    try {
      this.#deliver()
      this.#interpret(bytes)
      this.#deliver()
      while (this.#chunks.length > 0) {
        this.#interpret(this.#chunks.shift())
        this.#deliver()
      }
    } finally {
      this.#isBusy = false
    }
  }

  feedBatch(chunk) {
    const bytes = this.#accept(chunk)
    if (this.#isBusy) throw new Error('EventStreamParser: feedBatch can not be called from a callback of the same parser')
    this.#interpret(bytes)
    const events = []
    this.#isBusy = true
    try {
      this.#deliver((event) => events.push(event))
    } finally {
      this.#isBusy = false
    }
    return events
  }

  end() {
    const parser = this.#alive()
    if (!this.#isBusy) {
      this.#isBusy = true
      try {
        this.#deliver()
      } finally {
        this.#isBusy = false
      }
    }
    this.#half = ''
    parser.end()
    this.#batches = new BatchReader(this.#lastEventId)
  }

  reset() {
    this.#alive().reset()
    this.#half = ''
    this.#items = []
    this.#chunks = []
    this.#hasFailed = false
    this.#lastEventId = ''
    this.#batches = new BatchReader()
  }

  free() {
    this.#parser?.free()
    this.#parser = undefined
    this.#items = []
    this.#chunks = []
  }

  #alive() {
    if (!this.#parser) throw new Error('EventStreamParser: the parser has been freed')
    return this.#parser
  }

  #accept(chunk) {
    this.#alive()
    if (typeof chunk !== 'string') {
      const bytes = bytesOf(chunk)
      if (this.#half === '') return bytes
      // The other half did not come: U+FFFD, then the bytes.
      const whole = new Uint8Array(3 + bytes.length)
      whole.set([0xef, 0xbf, 0xbd])
      whole.set(bytes, 3)
      this.#half = ''
      return whole
    }
    let text = this.#half + chunk
    this.#half = ''
    if (endsInHighSurrogate(text)) {
      this.#half = text.slice(-1)
      text = text.slice(0, -1)
    }
    return encoder.encode(text)
  }

  #interpret(chunk) {
    const parser = this.#parser
    if (!parser || this.#hasFailed) return
    const address = parser.room(chunk.length)
    bytes().set(chunk, address)
    const words = parser.filled(chunk.length)
    if (words !== 0) {
      const items = this.#batches.read(words)
      if (hasFailed(words)) items.push({ kind: FAILURE, value: this.#failure() })
      this.#items = this.#items.length === 0 ? items : this.#items.concat(items)
    }
  }

  #failure() {
    this.#hasFailed = true
    return Object.assign(new Error(this.#parser.errorMessage()), { name: this.#parser.errorName() })
  }

  /** Calls back for each item; one that throws is done with, and the others wait for the next call. */
  #deliver(onEvent = this.#options.onEvent) {
    const { onRetry, onId, onComment, onError } = this.#options
    let at = 0
    const items = this.#items
    try {
      while (at < items.length && items === this.#items) {
        const item = items[at++]
        switch (item.kind) {
          case undefined:
            if (item.lastEventId !== this.#lastEventId) {
              this.#lastEventId = item.lastEventId
              onId?.(item.lastEventId)
            }
            onEvent?.(item)
            break
          case RETRY:
            onRetry?.(item.value)
            break
          case LAST_EVENT_ID:
            this.#lastEventId = item.value
            onId?.(item.value)
            break
          case COMMENT:
            onComment?.(item.value)
            break
          default:
            if (!onError) throw item.value
            onError(item.value)
        }
      }
    } finally {
      if (items === this.#items) this.#items = items.slice(at)
    }
  }
}
