// A body, read chunk by chunk into a sink: of a response, or a stream that the caller has.

const ignore = () => {}

/** A look-alike may throw, or give what is no promise. */
export const settle = (run) => {
  try {
    return Promise.resolve(run())
  } catch (error) {
    return Promise.reject(error)
  }
}

/** A stream, or its reader. */
export const cancel = (stream) => settle(() => stream.cancel()).catch(ignore)

/** What a rejection says: its message, and its cause's (Node's fetch says only "fetch failed" and puts the reason there). */
export const reasonOf = (rejection) => {
  if (typeof rejection === 'string') return rejection
  try {
    const { message = '', cause } = Object(rejection)
    const because = Object(cause).message
    return because ? `${message} (${because})` : `${message}`
  } catch {
    return ''
  }
}

export const broke = (sink) => (rejection) => sink.broke(reasonOf(rejection), rejection)

/** The next chunk is always asked for before listeners see the last one: what lies unread is lost when the connection breaks. */
const readOn = (reader, sink) => {
  const onError = broke(sink)
  let next
  // Not before the copy: a stream may fill the same memory again.
  const ask = () => {
    next = settle(() => reader.read())
  }
  const onResult = (result) => {
    if (sink.isDone) return
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
  const { onAbort } = sink
  sink.onAbort = () => {
    onAbort?.()
    cancel(reader)
  }
  readOn(reader, sink)
}

export const readBody = (body, sink) => {
  try {
    readStream(body.getReader(), sink)
  } catch (error) {
    // Behind the response's head.
    Promise.reject(error).catch(broke(sink))
  }
}
