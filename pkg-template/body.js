// A body, read chunk by chunk into a sink: of a response, or a stream that the caller has.
import { bytesOrString } from './bytes.js'
import { STATUS_FUTILE } from './generated/boundary.js'
import { Refusal, broke, settle } from './hooks.js'

const ignore = () => {}

/** A stream, or its reader. */
export const cancel = (stream) => settle(() => stream.cancel()).catch(ignore)

/** Gives up a response that nobody waits for. */
export const discard = (response) => {
  settle(() => response.body?.cancel()).catch(ignore)
}

const MOST_OF_A_REFUSED_BODY = 1 << 16
/** How long it is read, in milliseconds. */
const LONGEST_READ = 1000

/** The first of a body that is refused, as text; what it can't be read for is no failure of its own. */
export const beginningOf = (body) =>
  new Promise((resolve) => {
    const bytes = new Uint8Array(MOST_OF_A_REFUSED_BODY)
    const reader = body.getReader()
    let length = 0
    const done = () => {
      clearTimeout(timer)
      cancel(reader)
      // A character that is cut off is left away.
      if (length === bytes.length) while (length > 0 && (bytes[--length] & 0xc0) === 0x80);
      resolve(new TextDecoder().decode(bytes.subarray(0, length)))
    }
    const timer = setTimeout(done, LONGEST_READ)
    const read = () =>
      settle(() => reader.read()).then((result) => {
        if (result.done) return done()
        const given = bytesOrString(result.value).subarray(0, bytes.length - length)
        bytes.set(given, length)
        length += given.length
        return length < bytes.length ? read() : done()
      })
    read().catch(done)
  }).catch(() => '')

/** The next chunk is always asked for before listeners see the last one: what lies unread is lost when the connection breaks. */
const readOn = (reader, sink) => {
  const onError = broke(sink)
  let next
  // Not before the copy: a stream may fill the same memory again.
  const ask = () => {
    next = settle(() => reader.read())
  }
  const onResult = (result) => {
    // Who iterates takes what has come before there is more.
    if (sink.isDone_ || sink.isHeld_(() => onResult(result))) return
    let done
    let value
    try {
      ;({ done, value } = result)
    } catch (error) {
      return onError(error)
    }
    if (done) return sink.end()
    next = undefined
    sink.chunk(value, ask)
    // Also where the source was closed by a listener, or by the chunk: what comes is nobody's, a rejection too.
    next?.then(onResult, onError)
  }
  ask()
  next.then(onResult, onError)
}

export const readStream = (reader, sink) => {
  const { onAbort_: onAbort } = sink
  sink.canPause_ = true
  sink.onAbort_ = () => {
    onAbort?.()
    cancel(reader)
  }
  readOn(reader, sink)
}

export const readBody = (body, sink) => {
  try {
    readStream(body.getReader(), sink)
  } catch (error) {
    // Behind the response's head. What an older node-fetch gives will not be one the next time.
    const cause = typeof body.getReader === 'function' ? error : new Refusal('The option `fetch` gave a response whose body is no ReadableStream', undefined, STATUS_FUTILE)
    Promise.reject(cause).catch(broke(sink))
  }
}
