// What a connection takes for a stream that the caller has.
import { bytesOrString } from './bytes.js'
import { objectOf, streamInit } from './options.js'

/** `readerInit(reader)` gives what the transport needs beside the rest. */
export const adoptedInit = (readerInit) => (stream, init) => {
  const options = objectOf(init)
  const { limits, flags } = streamInit(options)
  if (typeof stream?.getReader !== 'function') throw new TypeError('EventSource.fromReadableStream: a ReadableStream is needed')
  if (stream.locked) throw new TypeError('EventSource.fromReadableStream: the stream is locked to another reader')
  const reader = stream.getReader()
  const common = { url: 'about:event-stream', limits, flags, signal: options.signal, lastEventId: '', bytes: bytesOrString, reader }
  return { ...common, ...readerInit(reader) }
}
