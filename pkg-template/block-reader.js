// What a stream tells where its blocks matter: of each event the ID and the type that its own block has, and what has no effect.
import { BatchReader } from './batch.js'
import { FAILURE, State, endsInHighSurrogate } from './event-stream-parser.js'
import { RECORD_IGNORED_LINE, RECORD_LAST_EVENT_ID } from './generated/boundary.js'

/** Characters of a string that is encoded in the same place each time: that takes less than memory for each. */
const MOST_CHARACTERS = 1 << 15

const define = () => {
  const encoder = new TextEncoder()
  const place = new Uint8Array(3 * MOST_CHARACTERS)

  class BlockReader extends BatchReader {
    constructor() {
      super(undefined)
      // Of events that name none.
      this.types[0] = undefined
      /** The value of the first line of the batch that is ignored is not told. */
      this.isMute = false
    }

    /** Asked for once for each event. */
    get lastEventId() {
      const { id } = this
      this.id = undefined
      return id
    }

    set lastEventId(value) {
      this.id = value
    }

    next() {
      const item = super.next()
      if (item === undefined) return undefined
      if (item.kind === RECORD_LAST_EVENT_ID) this.id = undefined
      if (this.isMute && item.kind === RECORD_IGNORED_LINE) {
        this.isMute = false
        item.value = undefined
      }
      return item
    }
  }

  return class BlockState extends State {
    constructor(options, wanted, onItem, onFailure) {
      super(options, wanted)
      this.onItem = onItem
      this.onFailure = onFailure
    }

    forget() {
      super.forget()
      this.batches = new BlockReader()
      this.lastEventId = undefined
    }

    tell(item) {
      if (item.kind === FAILURE) this.onFailure(item.value)
      else this.onItem(item)
    }

    accept(chunk) {
      if (typeof chunk !== 'string' || chunk.length > MOST_CHARACTERS || this.half !== '' || endsInHighSurrogate(chunk)) return super.accept(chunk)
      return place.subarray(0, encoder.encodeInto(chunk, place).written)
    }

    feed(chunk) {
      const bytes = this.accept(chunk)
      // Fed by a callback: its turn comes when the batch at hand is done. The caller may use the memory again.
      if (this.isBusy) this.chunks.push(new Uint8Array(bytes))
      // What a callback has left over goes first, and it may feed any parser: the place of strings is shared.
      else this.run(this.isIdle ? bytes : new Uint8Array(bytes), this.onItem)
    }

    reset() {
      this.parser.end(true)
      this.forget()
    }
  }
}

let BlockState

/**
 * The class, made when it is first asked for: one that extends another and stands by itself is left in by bundlers where nobody uses it.
 * It calls `onItem` with events as `{ type, data, lastEventId }`, both undefined where the block names none, and with what else comes
 * as `{ kind, value }`.
 */
export const blockState = () => (BlockState ??= define())
