// Why a connection has failed, and what to do, where the one at the terminal can know more than a page.

const UNTRUSTED = 'Its certificate is not trusted; NODE_EXTRA_CA_CERTS=FILE names one that is.'
const UNREACHABLE = 'The host can not be reached: is it up, and does a firewall let you through?'

/** By the code of the host's error. */
const HINTS = [
  [/ECONNREFUSED|ConnectionRefused/, 'Nothing listens there: is the server up, and the port right?'],
  [/ENOTFOUND/, 'There is no such host: is the name right?'],
  [/EAI_AGAIN/, 'The name can not be looked up now: is there a network?'],
  [/ECONNRESET|EPIPE|UND_ERR_SOCKET|ConnectionClosed/, 'The server has closed the connection: see its log.'],
  [/ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH/, UNREACHABLE],
  [/WRONG_VERSION_NUMBER|EPROTO|PACKET_LENGTH_TOO_LONG/, 'It does not speak TLS there: is it http:?'],
  [/^HPE_/, 'It does not speak HTTP there: is it https:, or another port?'],
  [/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/, UNTRUSTED],
  [/CERT_HAS_EXPIRED/, 'Its certificate has expired.'],
  [/ALTNAME_INVALID/, 'Its certificate is for another name.'],
  [/UND_ERR_HEADERS_TIMEOUT/, "Node's fetch waits 5 minutes for a response."],
  [/UND_ERR_BODY_TIMEOUT/, "Node's fetch ends a stream that is silent for 5 minutes: let the server send comments."],
]

/** What the engine asks of a page where there is no response. */
const NO_RESPONSE = /(: [^]*)?\. Is the server up, and does it allow this origin \(CORS\)\?/
const BROKE_OFF = /^(The stream of [^]* broke off)/

/** The sentences of an `error` event. `kept`: the method, where the request is not repeated for it. */
export const failureText = ({ message, cause, retryIn }, kept) => {
  const code = `${cause?.cause?.code ?? cause?.code ?? ''}`
  const [, hint] = HINTS.find(([pattern]) => pattern.test(code)) ?? []
  const isMissing = NO_RESPONSE.test(message)
  // Beside the hint the host's words add nothing but the code; OpenSSL's are numbers.
  let text = message.replace(NO_RESPONSE, (_, reason = '') => (hint ? ` (${code}). ${hint}` : `${reason}. Is the server up?`))
  if (hint && !isMissing) text += ` ${hint}`
  if (kept && retryIn === null && (isMissing || BROKE_OFF.test(message))) text += ` A ${kept} is not repeated by itself; --reconnect does so.`
  return text
}

/** What the help says of a response. */
export const exitCodeOfHead = (status, type) => {
  if (status === 204) return 0
  if (status !== 200) return 3
  return /text\/event-stream/i.test(type) ? 0 : 4
}

/** Of the `error` event that was the last. */
export const exitCodeOf = ({ code, cause, headers }) => (code === undefined || cause?.name === 'TooManyAttempts' ? 1 : exitCodeOfHead(code, headers?.get('content-type')))
