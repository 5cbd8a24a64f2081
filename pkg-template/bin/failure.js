// Why a connection has failed, and what to do, where the one at the terminal can know more than a page.

const UNTRUSTED = 'Its certificate is not trusted; NODE_EXTRA_CA_CERTS=FILE names one that is.'
const UNREACHABLE = 'The host can not be reached: is it up, and does a firewall let you through?'

const BAD_PORT = /bad port/i
/** Node's codes for a request that it never sends, whatever the server does. */
const UNSENT = /UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)/
const CLOSED = /ECONNRESET|EPIPE|UND_ERR_SOCKET|ConnectionClosed/

/** By the code of the host's error, where there was no response. */
const HINTS = [
  [/ECONNREFUSED|ConnectionRefused/, 'Nothing listens there: is the server up, and the port right?'],
  [/ENOTFOUND/, 'There is no such host: is the name right?'],
  [/EAI_AGAIN/, 'The name can not be looked up now: is there a network?'],
  [CLOSED, 'The server has closed the connection without an answer: see its log. Or is it https:?'],
  [/ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH/, UNREACHABLE],
  [/WRONG_VERSION_NUMBER|EPROTO|PACKET_LENGTH_TOO_LONG/, 'It does not speak TLS there: is it http:?'],
  [/^HPE_/, 'It does not speak HTTP there: is it https:, or another port?'],
  [/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/, UNTRUSTED],
  [/CERT_HAS_EXPIRED/, 'Its certificate has expired.'],
  [/ALTNAME_INVALID/, 'Its certificate is for another name.'],
  [BAD_PORT, 'fetch refuses some ports, and this is one.'],
  [/UND_ERR_HEADERS_TIMEOUT/, "Node's fetch waits 5 minutes for a response."],
]
/** The same, of a stream that broke off. */
const BREAKS = [
  [CLOSED, 'The server, or a proxy, has closed the connection.'],
  [/UND_ERR_BODY_TIMEOUT/, "Node's fetch ends a stream that is silent for 5 minutes: let the server send comments."],
]

/** The engine's question where there is no response, with the host's words before it; what a page would be asked, too, is none here. */
const QUESTION = / Is the server up[^?]*\?/
const REASON_AND_QUESTION = /(: [^]*?)?[.!?…。！？]* Is the server up[^?]*\?/
/** What comes behind all else. */
const NEXT = /( Connecting again in | Given up: |$)/

const hintOf = (hints, code) => hints.find(([pattern]) => pattern.test(code))?.[1]

/** With one full stop, whatever a host's words end with. */
export const sentence = (text) => (/[.!?…。！？]$/.test(text) ? text : `${text}.`)

/**
 * The sentences of an `error` event. `lost`: what the host has failed with, the `request` or the `stream`, if it has; `kept`: the method, where the
 * request is not repeated for it.
 */
export const failureText = ({ message, cause, retryIn }, lost, kept) => {
  const code = `${cause?.cause?.code ?? cause?.code ?? cause?.cause?.message ?? ''}`
  const hint = lost && hintOf(lost === 'request' ? HINTS : BREAKS, code)
  let text
  if (!hint) text = message.replace(QUESTION, ' Is the server up?')
  // Beside the hint the host's words add nothing but the code; OpenSSL's are numbers.
  else if (lost === 'request' && QUESTION.test(message)) text = message.replace(REASON_AND_QUESTION, ` (${code}). ${hint}`)
  else text = message.replace(NEXT, ` ${hint}$1`)
  const isFutile = BAD_PORT.test(code) || UNSENT.test(code) || cause?.name === 'NotSupportedError'
  if (kept && lost && retryIn === null && !isFutile) text += ` A ${kept} is not repeated by itself; --reconnect does so.`
  return text
}

/** What the help says of a response. */
export const exitCodeOfHead = (status, type) => {
  if (status === 204) return 0
  if (status !== 200) return 3
  return /text\/event-stream/i.test(type) ? 0 : 4
}

/** Of the `error` event that was the last. */
export const exitCodeOf = ({ code, headers }) => (code === undefined ? 1 : exitCodeOfHead(code, headers?.get('content-type')))
