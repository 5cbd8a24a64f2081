// A fetch as a transport of sink.js: what src/wasm/fetch.rs does, for the engine that leaves it out.
import { broke, cancel, readBody, settle } from '../body.js'

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
      if (body) readBody(body, sink)
      // A look-alike's status may be anything; what is none is refused as 0.
      sink.response({ status: status > 99 ? status : 0, headers, url: typeof url === 'string' ? url : '' })
      if (!body) sink.end()
    })
    .catch(broke(sink))
}
