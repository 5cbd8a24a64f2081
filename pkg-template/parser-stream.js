// Streams over the parsers.
import { checkConfig, createParser } from './create-parser.js'
import { EventStreamParser } from './event-stream-parser.js'
import { load } from './instance.js'
import { warnOfMisspelt } from './option-names.js'

/** A class whose parent is looked up when it is constructed: the host may have none, and bundlers leave it out where nobody uses it. */
export function EventSourceParserStream(given) {
  const { onError, ...options } = given ?? {}
  const { TransformStream } = globalThis
  checkConfig({ ...options, onError: onError === 'terminate' ? undefined : onError }, 'EventSourceParserStream')
  if (!TransformStream) throw new Error('EventSourceParserStream: this host has no TransformStream')
  Object.setPrototypeOf(EventSourceParserStream.prototype, TransformStream.prototype)
  let parser
  const transformer = {
    // Also where the host does not compile at once.
    async start(controller) {
      await load()
      parser = createParser({
        ...options,
        onEvent: (event) => controller.enqueue(event),
        onError(error) {
          if (typeof onError === 'function') onError(error)
          // Past the limit, nothing can be read on.
          if (onError === 'terminate' || error.type === 'max-buffer-size-exceeded') controller.error(error)
        },
      })
    },
    transform: (chunk) => parser.feed(chunk),
  }
  return Reflect.construct(TransformStream, [transformer], new.target)
}

/** A `Response`, its body, or what can be iterated. Nothing is taken before the loop begins. */
export const events = (source, options) => {
  warnOfMisspelt(options ?? {}, ['limits', 'utf8'])
  const stream = source?.body === undefined ? source : source.body
  if (stream?.locked) throw new TypeError('events: the stream is read already')
  if (stream !== null && !stream?.getReader && !stream?.[Symbol.asyncIterator]) {
    throw new TypeError('events: a Response, a ReadableStream or an async iterable is needed')
  }
  return read(stream, options)
}

const iteratorOf = (stream) => {
  const reader = stream?.getReader?.()
  if (reader) return { next: () => reader.read(), return: () => reader.cancel() }
  return stream ? stream[Symbol.asyncIterator]() : { next: () => ({ done: true }) }
}

async function* read(stream, options) {
  const { limits, utf8 } = options ?? {}
  const chunks = iteratorOf(stream)
  let parser
  let isOver = false
  try {
    await load()
    parser = new EventStreamParser({ limits, utf8 })
    for (;;) {
      const { done, value } = await chunks.next()
      if (done) break
      yield* parser.feedBatch(value)
    }
    isOver = true
    // If it failed behind its last events, this throws.
    parser.end()
  } finally {
    parser?.free()
    // What is left is nobody's; and why the caller stops is not to be hidden by how that goes.
    if (!isOver) await Promise.resolve().then(() => chunks.return?.()).catch(() => {})
  }
}
