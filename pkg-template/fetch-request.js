// The request and the response of a fetch, whoever carries it out.
import { beginningOf, cancel, readBody } from './body.js'
import { FUTILE, Refusal, broke, settle } from './hooks.js'
import { JUDGES, isStream } from './source-init.js'

/** Asks the host's fetch about what is passed on to it, before anything is sent: what it refuses it would refuse for ever. */
const checkRequest = (url, request) => {
  if (typeof Request !== 'function') return
  try {
    new Request(url, request)
  } catch (cause) {
    throw new TypeError(`EventSource: fetch does not take these options: ${cause?.message}`, { cause })
  }
}

const EVENT_STREAM = /text\/event-stream/i

export const fetchTransport = (options, common) => {
  const { withCredentials, fetch, onResponse } = options
  if (onResponse) common.words[0] |= JUDGES

  const complete = ({ url, body, ...rest }) => {
    const request = {
      mode: 'cors',
      cache: 'no-store',
      credentials: withCredentials ? 'include' : 'same-origin',
      redirect: 'follow',
      ...(isStream(body) && { duplex: 'half' }),
      ...rest,
      ...(body !== undefined && { body }),
    }
    if (fetch === undefined) checkRequest(url, request)
    return { ...request, url }
  }

  /** Of a response that will be refused, the body is read before anybody is told: then the connection is given up. */
  const received = (connection, sink) => (response) => {
    const { status, headers, body, url } = response
    // A look-alike without headers throws here.
    const type = headers.get('content-type')
    if (sink.isDone) return body && cancel(body)
    const tell = () => {
      // A look-alike's status may be anything; what is none is refused as 0.
      sink.response({ status: status > 99 ? status : 0, headers, url: typeof url === 'string' ? url : '' }, response)
      if (!body && !onResponse) sink.end()
    }
    if (!body || onResponse) return tell()
    if (status === 200 && EVENT_STREAM.test(type)) {
      // Before anybody is told: a chunk that lies unread when the connection breaks is thrown away by the host.
      readBody(body, sink)
      return tell()
    }
    // There is a response in time.
    connection.stopTimer()
    return beginningOf(body).then((text) => {
      connection.body = text
      if (!sink.isDone) tell()
    })
  }

  return {
    complete,
    onResponse,
    /** Behind `onResponse`. */
    accept: ({ body }, sink) => (body ? readBody(body, sink) : sink.end()),
    fetchInit: {
      fetch(connection, generation, attempt, lastEventId, signal) {
        const sink = connection.begin(generation, attempt, lastEventId)
        settle(() =>
          common.prepare(connection, sink, (sent) => {
            // Header values are strings whose code units are bytes.
            const { url, ...request } = common.address(sent, lastEventId, unescape(encodeURIComponent(lastEventId)))
            if (signal) request.signal = signal
            // Looked up when it is called: a page may replace its fetch.
            const { URL, fetch: hosts } = globalThis
            // The package eventsource gives a URL, too.
            if (fetch) return fetch(URL ? new URL(url) : url, request)
            if (!hosts) throw new Refusal('There is no `fetch` here: give one as the option `fetch`', undefined, FUTILE)
            return globalThis.fetch(url, request)
          }),
        )
          .then(received(connection, sink))
          .catch(broke(sink))
      },
    },
  }
}
