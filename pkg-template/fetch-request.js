// The request of a fetch, whoever carries it out: what fetch takes, and why it has failed.
import { Refusal } from './hooks.js'
import { FLAG_JUDGES, OPTION_FLAGS, STATUS_FUTILE } from './generated/boundary.js'
import { isStream } from './bytes.js'

/** Asks the host's fetch about what is passed on to it, before anything is sent: what it refuses it would refuse for ever. */
const checkRequest = (url, request) => {
  if (typeof Request !== 'function') return
  try {
    new Request(url, request)
  } catch (cause) {
    throw new TypeError(`EventSource: fetch does not take these options: ${cause?.message}`, { cause })
  }
}

/** The ports that browsers connect to for no request (fetch standard, "port blocking"). */
const BLOCKED_PORTS =
  ',0,1,7,9,11,13,15,17,19,20,21,22,23,25,37,42,43,53,69,77,79,87,95,101,102,103,104,109,110,111,113,115,117,119,123,135,137,139,143,161,179,389,427,465,512,513,514,515,526,530,531,532,540,548,554,556,563,587,601,636,989,990,993,995,1719,1720,1723,2049,3659,4045,4190,5060,5061,6000,6566,6665,6666,6667,6668,6669,6679,6697,10080,'

/** The codes by which Node tells of a request that it does not send, such as one with a header that only the HTTP client may set. */
const UNSENT_BY_NODE = /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/
/** Deno's sentences for the same. */
const UNSENT_BY_DENO = /failed to parse header|port \d+ are blocked/

/**
 * Why a request that has failed would fail for ever, whatever the server does; undefined where it may succeed the next time. Node tells
 * by an error's cause, Deno by its message. Browsers tell nothing of a blocked port, so that the ports have to be known here; a fetch of the
 * caller's may be able to reach them. All hosts throw for what their `Request` does not take.
 */
const whyFutile = (url, request, isByHost, rejection) => {
  const { message, cause } = Object(rejection)
  const because = Object(cause)
  if (UNSENT_BY_NODE.test(because.code) || because.message === 'bad port') return because.message
  if (UNSENT_BY_DENO.test(message)) return message
  if (isByHost && globalThis.location) {
    const { port } = new URL(url)
    if (port !== '' && BLOCKED_PORTS.includes(`,${port},`)) return `browsers block port ${port}`
  }
  try {
    // A stream that has been sent is no body for another request.
    checkRequest(url, { ...request, body: undefined })
  } catch ({ cause }) {
    return cause?.message
  }
}

/** What a fetch was rejected with; where another attempt would be futile, a refusal that says why. */
export const explain = (url, request, isByHost, rejection) => {
  const why = whyFutile(url, request, isByHost, rejection)
  return why === undefined ? rejection : new Refusal(`fetch can not send this request to ${url}: ${why}`, undefined, STATUS_FUTILE, rejection)
}

/** What an error adds where the request was redirected. A response does not tell by which status, so that the sentence names both ways. */
export const redirectionOf = (method, from) => {
  const has = `${method} ${from} was redirected there`
  if (/^(GET|HEAD)$/.test(method)) return `${has}.`
  return method === 'POST' ? `${has}: unless by status 307 or 308, it has become a GET.` : `${has}: if by status 303, it has become a GET.`
}

/** What a source that fetches takes beside what each source does. */
export const fetchTransport = (options, common) => {
  const { withCredentials, fetch, onResponse } = options
  if (onResponse) common.words_[OPTION_FLAGS] |= FLAG_JUDGES
  return {
    complete_({ url, body, ...rest }) {
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
    },
    fetch,
    onResponse,
  }
}
