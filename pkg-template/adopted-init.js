// What a connection takes for a stream that the caller has.
import { readStream } from './body.js'
import { commonInit, objectOf } from './source-init.js'

const URL = 'about:event-stream'

export const adoptedInit = (stream, init) => {
  const common = commonInit(objectOf(init))
  if (typeof stream?.getReader !== 'function') throw new TypeError('EventSource.fromReadableStream: a ReadableStream is needed')
  if (stream.locked) throw new TypeError('EventSource.fromReadableStream: the stream is locked to another reader')
  const reader = stream.getReader()
  return Object.assign(common, { url: URL, href: URL, lastEventId: '', reader, read: readStream })
}
