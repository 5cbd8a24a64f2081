// Checks what a caller gives, before anything is sent. What is wrong is named.
const MIB = 1 << 20
const DEFAULT_LIMITS = { line: 16 * MIB, event: 64 * MIB, pending: 64 * MIB }
/** The longest string of V8: no host can hand out more in one event. */
const MOST_BYTES = 2 ** 29 - 24
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const NOT_IN_A_HEADER = /[\0\r\n]/

export const wrong = (name, what, of = 'EventSource') => {
  throw new TypeError(`${of}: option \`${name}\` ${what}`)
}

/** Gives classes the names that minifying takes from them. */
export const named = (classes) => {
  for (const [name, value] of Object.entries(classes)) {
    Object.defineProperty(value, 'name', { value: name, configurable: true })
    Object.defineProperty(value.prototype, Symbol.toStringTag, { value: name, configurable: true })
  }
}

const tag = (value) => Object.prototype.toString.call(value).slice(8, -1)

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** `{ line, event, pending, fatal }`: what a stream is to be read with. */
export const streamInit = ({ limits, utf8 }, of) => {
  if (limits !== undefined && !isObject(limits)) wrong('limits', 'must be an object', of)
  const bytes = { ...DEFAULT_LIMITS }
  for (const [name, value] of Object.entries(limits ?? {})) {
    if (!Object.prototype.hasOwnProperty.call(DEFAULT_LIMITS, name)) wrong(`limits.${name}`, 'is not known: line, event and pending are', of)
    if (value === undefined) continue
    if (!Number.isInteger(value) || value < 1 || value > MOST_BYTES) {
      wrong(`limits.${name}`, `must be a whole number of bytes from 1 to ${MOST_BYTES}`, of)
    }
    bytes[name] = value
  }
  if (utf8 !== undefined && utf8 !== 'replace' && utf8 !== 'fatal') wrong('utf8', "must be 'replace' or 'fatal'", of)
  return { ...bytes, fatal: utf8 === 'fatal' }
}

/** The URL, absolute and serialised; a relative one is resolved as the page or worker resolves links. */
export const resolveUrl = (url) => {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href
  try {
    return new URL(url, base).href
  } catch (cause) {
    const message = `EventSource: "${url}" is not a URL${base === undefined ? ' (it must be absolute here)' : ''}`
    if (typeof DOMException === 'function') throw new DOMException(message, 'SyntaxError')
    throw new SyntaxError(message, { cause })
  }
}

/** A URL with a user name and password is sent as the platform's class does, with an `Authorization` header: fetch refuses it. */
const withoutCredentials = (url, headers) => {
  const parsed = new URL(url)
  if (parsed.username === '' && parsed.password === '') return url
  const bytes = decodeURIComponent(`${parsed.username}:${parsed.password}`).replace(/[^\0-\x7f]/g, (character) =>
    unescape(encodeURIComponent(character)),
  )
  setDefault(headers, 'Authorization', `Basic ${btoa(bytes)}`)
  parsed.username = parsed.password = ''
  return parsed.href
}

const methodOf = (method, body) => {
  if (method === undefined) return body === undefined ? 'GET' : 'POST'
  if (typeof method !== 'string' || !TOKEN.test(method)) wrong('method', 'must be an HTTP method')
  const upper = method.toUpperCase()
  if (upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK') wrong('method', `must not be ${upper}`)
  if (body !== undefined && (upper === 'GET' || upper === 'HEAD')) wrong('body', `can't be sent with ${upper}`)
  return /^(delete|get|head|options|patch|post|put)$/i.test(method) ? upper : method
}

/** A plain object of headers, a name once whatever its case; several values are joined as HTTP does. */
const headersOf = (headers) => {
  const byName = new Map()
  if (headers === undefined || headers === null) return byName
  if (!isObject(headers) || typeof headers === 'function') wrong('headers', 'must be an object, Headers or a list of pairs')
  const entries = typeof headers[Symbol.iterator] === 'function' ? headers : Object.entries(headers)
  for (const entry of entries) {
    if (!isObject(entry) || entry.length !== 2) wrong('headers', 'must be a list of [name, value] pairs')
    const name = `${entry[0]}`
    const value = `${entry[1]}`
    if (!TOKEN.test(name)) wrong('headers', `has the name ${JSON.stringify(name)}, which HTTP does not allow`)
    if (NOT_IN_A_HEADER.test(value)) wrong('headers', `has a line break or NUL in the value of ${name}`)
    if (/[^\0-\xff]/.test(value)) wrong('headers', `has a character above U+00FF in the value of ${name}; encode it`)
    const known = byName.get(name.toLowerCase())
    byName.set(name.toLowerCase(), [known?.[0] ?? name, known ? `${known[1]}, ${value}` : value])
  }
  return byName
}

const setDefault = (headers, name, value) => {
  if (!headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), [name, value])
}

const BODIES = ['ArrayBuffer', 'Blob', 'File', 'FormData', 'ReadableStream', 'URLSearchParams']

const isStream = (body) => tag(body) === 'ReadableStream' || (isObject(body) && typeof body[Symbol.asyncIterator] === 'function')

/** What fetch takes as a body; a plain object or array becomes JSON. */
const bodyOf = (body, headers) => {
  if (typeof body === 'string' || body === undefined || isStream(body) || ArrayBuffer.isView(body)) return body
  const kind = tag(body)
  if (BODIES.includes(kind)) return body
  if (kind !== 'Object' && kind !== 'Array') wrong('body', 'must be a string, bytes, a form, a stream or a plain object')
  let json
  try {
    json = JSON.stringify(body)
  } catch (cause) {
    throw new TypeError('EventSource: option `body` can not be written as JSON', { cause })
  }
  if (json === undefined) wrong('body', 'can not be written as JSON')
  setDefault(headers, 'Content-Type', 'application/json')
  return json
}

const checkSignal = (signal) => {
  if (signal === undefined || signal === null) return
  if (!isObject(signal) || typeof signal.addEventListener !== 'function') wrong('signal', 'must be an AbortSignal')
}

const checkLastEventId = (id) => {
  if (typeof id !== 'string' || NOT_IN_A_HEADER.test(id)) wrong('lastEventId', 'must be a string without line breaks or NUL')
  return id
}

/** Asks the host's fetch about what is passed on to it, before anything is sent: what it refuses it would refuse for ever. */
const checkRequest = (url, request) => {
  if (typeof Request !== 'function') return
  try {
    new Request(url, request)
  } catch (cause) {
    throw new TypeError(`EventSource: fetch does not take these options: ${cause?.message}`, { cause })
  }
}

const encoder = new TextEncoder()

/** A chunk as bytes, told apart by what it has: it may come from another realm. */
export const bytesOf = (chunk, of = 'EventSource') => {
  let bytes
  if (ArrayBuffer.isView(chunk)) {
    // A subclass such as Buffer has another slice().
    bytes = chunk.constructor === Uint8Array ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  } else if (tag(chunk) === 'ArrayBuffer' || tag(chunk) === 'SharedArrayBuffer') bytes = new Uint8Array(chunk)
  else throw new TypeError(`${of}: a chunk must be an ArrayBuffer, a view of one, or a string`)
  // Throws where the buffer has been transferred away, and its bytes with it.
  if (bytes.length === 0) new Uint8Array(bytes.buffer)
  return bytes
}

/** What the engine takes of every source. */
const commonInit = (init) => ({
  ...streamInit(init),
  signal: init.signal ?? undefined,
  bytes: (chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : bytesOf(chunk)),
})

const objectOf = (init) => {
  if (init !== undefined && init !== null && !isObject(init)) throw new TypeError('EventSource: the options must be an object')
  checkSignal(init?.signal)
  return init ?? {}
}

/** What the engine takes for a stream that the caller has. */
export const adoptedInit = (stream, init) => {
  const common = commonInit(objectOf(init))
  if (typeof stream?.getReader !== 'function') throw new TypeError('EventSource.fromReadableStream: a ReadableStream is needed')
  if (stream.locked) throw new TypeError('EventSource.fromReadableStream: the stream is locked to another reader')
  return { ...common, url: 'about:event-stream', safe: true, lastEventId: '', reader: stream.getReader() }
}

/** What the engine takes, made from the constructor's second argument. */
export const sourceInit = (url, init) => {
  const options = objectOf(init)
  const { method, headers, body, withCredentials, fetch, lastEventId, signal, limits, utf8, reconnect, ...rest } = options
  if (fetch !== undefined && typeof fetch !== 'function') wrong('fetch', 'must be a function')
  if (reconnect !== undefined && reconnect !== 'auto' && typeof reconnect !== 'boolean') {
    wrong('reconnect', "must be true, false or 'auto'")
  }
  const given = body ?? undefined
  const verb = methodOf(method, given)
  const byName = headersOf(headers)
  const content = bodyOf(given, byName)
  setDefault(byName, 'Accept', 'text/event-stream')
  const isOnce = isStream(content)
  if (isOnce && reconnect === true) wrong('reconnect', 'can not be true with a stream as body, which can be sent only once')
  // The engine sends the ID, and keeps it up to date: a header would stand beside it.
  const [, idOfHeader = ''] = byName.get('last-event-id') ?? []
  byName.delete('last-event-id')
  const address = withoutCredentials(url, byName)
  const request = {
    mode: 'cors',
    cache: 'no-store',
    credentials: withCredentials ? 'include' : 'same-origin',
    redirect: 'follow',
    ...(isOnce && { duplex: 'half' }),
    ...rest,
    method: verb,
    headers: Object.fromEntries(byName.values()),
  }
  if (fetch === undefined) checkRequest(address, request)
  return {
    ...commonInit(options),
    url: address,
    safe: verb === 'GET' || verb === 'HEAD',
    reconnect: isOnce ? false : reconnect === 'auto' ? undefined : reconnect,
    lastEventId: checkLastEventId(lastEventId ?? idOfHeader),
    // Looked up when it is called: a page may replace its fetch.
    fetch: (url, request) => (fetch ?? globalThis.fetch)(url, request),
    request: content === undefined ? request : { ...request, body: content },
  }
}
