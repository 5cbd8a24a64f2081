// Checks what a caller gives, before anything is sent. What is wrong is named.
import { bytesOf, bytesOrString, tag } from './bytes.js'
import { requestTask } from './request-task.js'

const MIB = 1 << 20
const DEFAULT_LIMITS = { line: 16 * MIB, event: 64 * MIB, pending: 64 * MIB }
/** The longest string of V8: no host can hand out more in one event. */
const MOST_BYTES = 2 ** 29 - 24
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const NOT_IN_A_HEADER = /[\0\r\n]/

export { bytesOf }

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

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** The bits of src/wasm/options.rs. */
const FATAL = 1
const SAFE = 2
const ALWAYS = 4
const NEVER = 8
export const REQUEST_TASK = 16
export const COMMENTS = 32
/** Looked at once, since batch.js chooses by it once. */
const HOST_DECODES = globalThis.TextDecoder ? 64 | (globalThis.Buffer?.prototype.latin1Slice ? 128 : 0) : 0

/** `{ limits: { line, event, pending }, flags }`: what a stream is to be read with. */
export const streamInit = ({ limits, utf8 }, of) => {
  if (limits !== undefined && !isObject(limits)) wrong('limits', 'must be an object', of)
  const bytes = { ...DEFAULT_LIMITS }
  for (const [name, value] of Object.entries(limits ?? {})) {
    if (!Object.prototype.hasOwnProperty.call(DEFAULT_LIMITS, name)) wrong(`limits.${name}`, 'is not known', of)
    if (value === undefined) continue
    if (!Number.isInteger(value) || value < 1 || value > MOST_BYTES) {
      wrong(`limits.${name}`, `must be a whole number of bytes from 1 to ${MOST_BYTES}`, of)
    }
    bytes[name] = value
  }
  if (utf8 !== undefined && utf8 !== 'replace' && utf8 !== 'fatal') wrong('utf8', "must be 'replace' or 'fatal'", of)
  return { limits: bytes, flags: (utf8 === 'fatal' ? FATAL : 0) | HOST_DECODES }
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
  // What is not percent-encoded UTF-8 is bytes all the same, and what is no escape is text.
  const bytes = `${parsed.username}:${parsed.password}`.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(`0x${hex}`))
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
  const entries = typeof headers[Symbol.iterator] === 'function' ? Array.from(headers) : Object.entries(headers)
  for (const entry of entries) {
    if (!isObject(entry) || entry.length !== 2) wrong('headers', 'must be a list of [name, value] pairs')
    const name = `${entry[0]}`
    const value = `${entry[1]}`
    if (!TOKEN.test(name)) wrong('headers', `has the name ${JSON.stringify(name)}, which HTTP does not allow`)
    if (/[\0\r\n]|[^\0-\xff]/.test(value)) wrong('headers', `has a line break, a NUL or a character above U+00FF in the value of ${name}; encode it`)
    const known = byName.get(name.toLowerCase())
    byName.set(name.toLowerCase(), [known?.[0] ?? name, known ? `${known[1]}, ${value}` : value])
  }
  return byName
}

const objectFrom = (byName) => {
  const headers = {}
  byName.forEach(([name, value]) => {
    headers[name] = value
  })
  return headers
}

const setDefault = (headers, name, value) => {
  if (!headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), [name, value])
}

const BODIES = /^(ArrayBuffer|Blob|File|FormData|ReadableStream|URLSearchParams)$/

export const isStream = (body) => tag(body) === 'ReadableStream' || (isObject(body) && typeof body[Symbol.asyncIterator] === 'function')

/** What fetch takes as a body; a plain object or array becomes JSON. */
const bodyOf = (body, headers) => {
  if (typeof body === 'string' || body === undefined || isStream(body) || ArrayBuffer.isView(body)) return body
  const kind = tag(body)
  if (BODIES.test(kind)) return body
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

/**
 * What carries requests out, chosen by the entries: `fetch(request, init)` and `adopt(reader)` give what a connection needs for it,
 * `task` is the transport of hosts without fetch.
 */
const needsStreams = () => {
  throw new TypeError("EventSource: fetch and streams need an import of 'eventsource-wasm/weapp-streams'")
}
const transports = { fetch: needsStreams, adopt: needsStreams }

export const useTransports = (chosen) => Object.assign(transports, chosen)

export const objectOf = (init) => {
  if (init !== undefined && init !== null && !isObject(init)) throw new TypeError('EventSource: the options must be an object')
  checkSignal(init?.signal)
  return init ?? {}
}

/** What a connection takes for a stream that the caller has. */
export const adoptedInit = (stream, init) => transports.adopt(stream, init)

/** The body for a request function: a string or an ArrayBuffer, with the content type that fetch would give it. */
const taskBody = (content, headers) => {
  const kind = tag(content)
  if (typeof content === 'string') setDefault(headers, 'Content-Type', 'text/plain;charset=UTF-8')
  else if (kind === 'URLSearchParams') setDefault(headers, 'Content-Type', 'application/x-www-form-urlencoded;charset=UTF-8')
  else if (kind === 'ArrayBuffer' || ArrayBuffer.isView(content)) setDefault(headers, 'Content-Type', 'application/octet-stream')
  else wrong('body', 'must be a string, bytes or a plain object here')
  if (kind === 'URLSearchParams') return `${content}`
  return ArrayBuffer.isView(content) ? bytesOf(content).slice().buffer : content
}

const SWALLOWED = 'The option `request` gave back no task with onChunkReceived, so nothing can be streamed: an interceptor of Taro.request has swallowed it. Leave the option out, or pass wx.request.'

/** What a connection takes, made from the constructor's second argument. */
export const sourceInit = (url, init) => {
  const options = objectOf(init)
  const { method, headers, body, withCredentials, request, fetch, lastEventId, signal, limits, utf8, reconnect, ...rest } = options
  for (const [name, value] of Object.entries({ request, fetch })) {
    if (value !== undefined && typeof value !== 'function') wrong(name, 'must be a function')
  }
  // Of those who come from wx.request.
  if (rest.header !== undefined) wrong('header', 'is called headers here')
  if (rest.data !== undefined) wrong('data', 'is called body here')
  if (reconnect !== undefined && reconnect !== 'auto' && typeof reconnect !== 'boolean') {
    wrong('reconnect', "must be true, false or 'auto'")
  }
  const given = body ?? undefined
  const verb = methodOf(method, given)
  const byName = headersOf(headers)
  const content = bodyOf(given, byName)
  setDefault(byName, 'Accept', 'text/event-stream')
  // The engine sends the ID, and keeps it up to date: a header would stand beside it.
  const [, idOfHeader = ''] = byName.get('last-event-id') ?? []
  byName.delete('last-event-id')
  const address = withoutCredentials(url, byName)
  const { limits: most, flags } = streamInit(options)
  const common = {
    url: address,
    limits: most,
    flags: flags | (verb === 'GET' || verb === 'HEAD' ? SAFE : 0) | (reconnect === true ? ALWAYS : 0) | (reconnect === false ? NEVER : 0),
    signal,
    lastEventId: checkLastEventId(lastEventId ?? idOfHeader),
    withCredentials,
    bytes: bytesOrString,
  }
  const task = request ? requestTask(request, SWALLOWED) : fetch ? undefined : transports.task
  if (!task) {
    const given = transports.fetch({ ...rest, url: address, method: verb, headers: objectFrom(byName), body: content }, options)
    if (given.isOnce) common.flags |= NEVER
    return Object.assign(common, given)
  }
  if (!request) transports.checkMethod(verb)
  const data = content === undefined ? undefined : taskBody(content, byName)
  const sent = { withCredentials: !!withCredentials, ...rest, url: address, method: verb, data }
  common.flags |= REQUEST_TASK
  common.connect = (lastEventId, sink) => {
    const header = objectFrom(byName)
    if (lastEventId !== '') header['Last-Event-ID'] = lastEventId
    task({ ...sent, header }, sink)
  }
  return common
}
