// What a stream tells that is read by block, as callbacks: of each event the ID and the type that its own block has, of a block without data
// that it was there, and of a line without effect what is wrong with it.
import { BatchReader } from './batch.js'
import { RECORD_COMMENT, RECORD_IGNORED_BLOCK, RECORD_IGNORED_LINE, RECORD_RETRY } from './generated/boundary.js'

const MOST_OF_A_NAME = 20

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

export const tooMuch = (most) => new ParseError(`Buffered data exceeded max buffer size of ${most} characters`, { type: 'max-buffer-size-exceeded' })

/** What reads the batches of such a stream from its first byte on: an event has the type and the ID that its block names, or none. */
export const blockReader = () => {
  const reader = new BatchReader(undefined)
  reader.types_[0] = undefined
  return reader
}

/**
 * `take(item)` calls back for an item of the batch; `begin()` forgets the unfinished block, at the start of another stream. `onEmptyEvent` is
 * called for a block that has fields, and no data.
 */
export const blockEvents = ({ onEvent, onEmptyEvent, onId, onRetry, onComment, onError }) => {
  /** What the block has had until now, for one that turns out to have no data. */
  let id
  let hasField = false
  const begin = () => {
    id = undefined
    hasField = false
  }
  const take = (item) => {
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
  return { take, begin }
}
