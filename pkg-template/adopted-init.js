// What a connection takes for a stream that the caller has.
import { readStream } from './body.js'
import { bytesOrString } from './bytes.js'
import { objectOf, streamInit } from './options.js'

export const adoptedInit = (stream, init) => {
  const options = objectOf(init)
  const { limits, flags } = streamInit(options)
  if (typeof stream?.getReader !== 'function') throw new TypeError('EventSource.fromReadableStream: a ReadableStream is needed')
  if (stream.locked) throw new TypeError('EventSource.fromReadableStream: the stream is locked to another reader')
  const reader = stream.getReader()
  return { url: 'about:event-stream', limits, flags, signal: options.signal, lastEventId: '', bytes: bytesOrString, reader, read: readStream }
}
