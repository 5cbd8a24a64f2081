// A fetch or a stream as a transport of sink.js: what src/wasm/fetch.rs does, for the engine that leaves it out.

/** Its message, and its cause's. */
const reasonOf = (rejection) => {
  if (typeof rejection === 'string') return rejection
  const { message = '', cause } = Object(rejection)
  const because = Object(cause).message
  return because ? `${message} (${because})` : `${message}`
}

const ignore = () => {}
/** A look-alike may give what is no promise. */
const settle = (run) => new Promise((resolve) => resolve(run()))

/** The next chunk is always asked for before listeners see the last one: what lies unread is lost when the connection breaks. */
const readOn = (reader, sink, first) => {
  // Each promise is done with before the next one: a chain would keep them all.
  const step = (promise) => {
    promise
      .then(({ done, value }) => {
        if (sink.isDone) return
        if (done) return sink.end()
        let next
        sink.chunk(value, () => {
          next = settle(() => reader.read())
        })
        // Closed by a listener, or refused: what is left is nobody's.
        if (next && sink.isDone) next.catch(ignore)
        else if (next) step(next)
      })
      .catch(broke(sink))
  }
  step(first)
}

const cancel = (reader) => settle(() => reader.cancel()).catch(ignore)

const broke = (sink) => (rejection) => sink.broke(reasonOf(rejection), rejection)

/** Reads a stream that the caller has. */
export const read = (reader, sink) => {
  sink.onAbort = () => cancel(reader)
  readOn(reader, sink, settle(() => reader.read()))
}

/** Fetches with the caller's fetch. */
export const connect = (fetch, url, request) => (lastEventId, sink) => {
  const controller = typeof AbortController === 'function' ? new AbortController() : undefined
  sink.onAbort = () => controller?.abort()
  // Header values are strings whose code units are bytes.
  const headers = lastEventId === '' ? request.headers : { ...request.headers, 'Last-Event-ID': unescape(encodeURIComponent(lastEventId)) }
  settle(() => fetch(url, { ...request, headers, ...(controller && { signal: controller.signal }) }))
    .then((response) => {
      const { status, headers, body, url } = response
      // A look-alike without headers throws here.
      headers.get('content-type')
      if (sink.isDone) return body && cancel(body)
      const reader = body?.getReader()
      const first = reader && settle(() => reader.read())
      sink.onAbort = () => {
        controller?.abort()
        if (reader) cancel(reader)
      }
      // A look-alike's status may be anything; what is none is refused as 0.
      sink.response({ status: status > 99 ? status : 0, headers, url: typeof url === 'string' ? url : '' })
      if (!reader) return sink.end()
      if (sink.isDone) first.catch(ignore)
      else readOn(reader, sink, first)
    })
    .catch(broke(sink))
}
