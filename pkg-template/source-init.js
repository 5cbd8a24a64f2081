// What a source is constructed with: checked before anything is sent, then made into what a connection takes.
import { bytesOf, bytesOrString, isStream, tag } from './bytes.js'
import { Refusal, ask } from './hooks.js'
import { SOURCE_OPTIONS, warnOfMisspeltSource } from './option-names.js'
import { LONGEST_WAIT, checkNames, headerPairs, headerValue, isGiven, isObject, streamInit, whole, withoutNulls, wordsOf, wrong } from './options.js'
import {
  DEFAULT_FACTOR_PERCENT,
  DEFAULT_MAX_MS,
  DEFAULT_STABLE_MS,
  FLAG_ALWAYS,
  FLAG_AUTHORIZES,
  FLAG_COMMENTS,
  FLAG_NEVER,
  FLAG_NO_JITTER,
  FLAG_ONE_SHOT,
  FLAG_PAUSES_WHEN_HIDDEN,
  FLAG_REQUEST_TASK,
  FLAG_RESTARTS_IDLE_TIMER,
  OPTION_BASE_MS,
  OPTION_EVENT,
  OPTION_FACTOR_PERCENT,
  OPTION_FLAGS,
  OPTION_IDLE_TIMEOUT,
  OPTION_LINE,
  OPTION_MAX_ATTEMPTS,
  OPTION_MAX_MS,
  OPTION_OPEN_TIMEOUT,
  OPTION_PENDING,
  OPTION_SEED,
  OPTION_STABLE_MS,
  SENTINEL_NOT_GIVEN,
  STATUS_FUTILE,
} from './generated/boundary.js'
import { requestTask } from './request-task.js'

/** Events for an iterator: where what brings them can be paused, and where it can't. */
const DEFAULT_QUEUE = [1024, 65536]
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** What no ID has: it ends a line, or has the stream's field ignored. */
const NOT_IN_AN_ID = /[\0\r\n]/

const isFunction = (value) => typeof value === 'function'

const check = (name, value, isRight, what) => !isGiven(value) || isRight(value) || wrong(name, what)
const isBoolean = (value) => typeof value === 'boolean'
const checkFlag = (name, value) => check(name, value, isBoolean, 'must be true or false')

/** A test, or a framework, may have put other timers in the place of this. */
const hostsSetTimeout = typeof setTimeout === 'function' ? setTimeout : undefined

/** A promise is neither true nor false, and by the time it is settled the next events have been dispatched. */
export const NO_PROMISE = 'must answer at once, with true or false: an async function, a generator, or one that gives a promise, can not say when the stream is over'

/** What a source takes whatever brings its bytes; `words` are the numbers that the engine takes. */
export const commonInit = (options) => {
  const { limits: { line, event, pending }, flags_: flags } = streamInit(transports.limited(options), undefined, 'queue')
  const { limits, comments, closeOn, idleTimeout, signal } = options
  checkFlag('comments', comments)
  check('closeOn', closeOn, (value) => isFunction(value) || Array.isArray(value), 'must be a list of event types, or a function')
  if (/Async|Generator/.test(Object(closeOn)[Symbol.toStringTag])) wrong('closeOn', NO_PROMISE)
  const types = isFunction(closeOn) ? [] : (closeOn ?? []).map(String)
  const queue = whole('limits.queue', limits?.queue, 1, SENTINEL_NOT_GIVEN)
  return {
    queue: queue === undefined ? DEFAULT_QUEUE : [queue, queue],
    closeOn: isFunction(closeOn) ? closeOn : closeOn && ((given) => types.indexOf(given.type) >= 0),
    signal,
    bytes: bytesOrString,
    words_: wordsOf({
      [OPTION_FLAGS]: flags | (comments ? FLAG_COMMENTS : 0) | (setTimeout === hostsSetTimeout ? 0 : FLAG_RESTARTS_IDLE_TIMER),
      [OPTION_LINE]: line,
      [OPTION_EVENT]: event,
      [OPTION_PENDING]: pending,
      [OPTION_SEED]: Math.floor(Math.random() * SENTINEL_NOT_GIVEN),
      [OPTION_BASE_MS]: SENTINEL_NOT_GIVEN,
      [OPTION_MAX_MS]: DEFAULT_MAX_MS,
      [OPTION_FACTOR_PERCENT]: DEFAULT_FACTOR_PERCENT,
      [OPTION_MAX_ATTEMPTS]: SENTINEL_NOT_GIVEN,
      [OPTION_STABLE_MS]: DEFAULT_STABLE_MS,
      [OPTION_IDLE_TIMEOUT]: whole('idleTimeout', idleTimeout, 1, LONGEST_WAIT, 0),
    }),
  }
}

/** Where the numbers of a policy stand among the words. */
const NUMBERS = { baseMs: OPTION_BASE_MS, maxMs: OPTION_MAX_MS, maxAttempts: OPTION_MAX_ATTEMPTS, stableMs: OPTION_STABLE_MS }

/** Puts the policy into the words. */
const applyPolicy = (reconnect, words) => {
  if (isFunction(reconnect) || !isObject(reconnect)) {
    check('reconnect', reconnect, (value) => value === 'auto' || isBoolean(value), "must be true, false, 'auto' or a policy")
    words[OPTION_FLAGS] |= reconnect === true ? FLAG_ALWAYS : reconnect === false ? FLAG_NEVER : 0
    return
  }
  const { always, jitter, statuses } = reconnect
  const factor = reconnect.factor ?? 2
  checkNames('reconnect', reconnect, Object.keys(NUMBERS).concat('always', 'factor', 'jitter', 'statuses'))
  checkFlag('reconnect.always', always)
  checkFlag('reconnect.jitter', jitter)
  check('reconnect.factor', factor, (value) => value >= 1 && value <= 1000, 'must be a number from 1 to 1000')
  check('reconnect.statuses', statuses, Array.isArray, 'must be a list of statuses')
  for (const [name, at] of Object.entries(NUMBERS)) words[at] = whole(`reconnect.${name}`, reconnect[name], 0, LONGEST_WAIT, words[at])
  words[OPTION_FLAGS] |= (always ? FLAG_ALWAYS : 0) | (jitter === false ? FLAG_NO_JITTER : 0)
  words[OPTION_FACTOR_PERCENT] = Math.round(factor * 100)
  for (const status of statuses ?? []) words.push(whole('reconnect.statuses', status, 100, 599, 0))
}

/** What no host has but between brackets, as an IPv6 address (URL standard, "forbidden domain code point"). */
const NOT_IN_A_HOST = /[\0-\x20#%/:<>?@[\\\]^|\x7f]/

/** Chromium's parser escapes some of these in place of failing. */
const checkHost = ({ protocol, hostname }) => {
  if (/^https?:$/.test(protocol) && hostname[0] !== '[' && NOT_IN_A_HOST.test(unescape(hostname))) throw new TypeError(`"${hostname}" is no host`)
}

/**
 * What relative URLs are relative to; undefined where there is no page or worker. A document that stands in for a page on a server may throw
 * when it is asked (domino), or have no URL: then it is as if there were none.
 */
const baseUrl = () => {
  if (!globalThis.document && !globalThis.location) return undefined
  for (const read of [() => globalThis.document.baseURI, () => globalThis.location.href]) {
    try {
      return new URL(read()).href
    } catch {}
  }
}

/** The URL, absolute and serialised; a relative one is resolved as the page or worker resolves links. */
export const resolveUrl = (url) => {
  const base = baseUrl()
  try {
    const parsed = new URL(url, base)
    checkHost(parsed)
    return parsed.href
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
  if (!isGiven(headers)) return byName
  if (!isObject(headers) || typeof headers === 'function') wrong('headers', 'must be an object, Headers or a list of pairs')
  for (const entry of headerPairs(headers)) {
    if (!isObject(entry) || entry.length !== 2) wrong('headers', 'must be a list of [name, value] pairs')
    const name = `${entry[0]}`
    const value = headerValue(entry[1])
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
  if (typeof id !== 'string' || NOT_IN_AN_ID.test(id)) wrong('lastEventId', 'must be a string without line breaks or NUL')
  return id
}

/**
 * What carries requests out, chosen by the entries: `fetch(request, init)` and `adopt(reader)` give what a connection needs for it,
 * `task` is the transport of hosts without fetch, `limited` takes the limits of other packages in.
 */
const needsStreams = () => {
  throw new TypeError("EventSource: fetch and streams need an import of 'eventsource-wasm/weapp-streams'")
}
const transports = { fetch: needsStreams, adopt_: needsStreams, limited: (options) => options }

export const useTransports = (chosen) => Object.assign(transports, chosen)

export const objectOf = (init) => {
  if (init !== undefined && init !== null && !isObject(init)) throw new TypeError('EventSource: the options must be an object')
  checkSignal(init?.signal)
  const options = withoutNulls(init ?? {}, SOURCE_OPTIONS)
  warnOfMisspeltSource(options)
  return options
}

/** What a connection takes for a stream that the caller has. */
export const adoptedInit = (stream, init) => transports.adopt_(stream, init)

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

/** The ID in the query, in the place of what stands there under its name. */
const withParameter = (url, name, value) => {
  const [, path, query, hash] = /^([^?#]*)\??([^#]*)(.*)$/.exec(url)
  const encoded = encodeURIComponent(name)
  const names = ['', name, encoded]
  const pairs = query.split('&').filter((pair) => names.indexOf(pair.split('=')[0]) < 0)
  return `${path}?${pairs.concat(`${encoded}=${encodeURIComponent(value)}`).join('&')}${hash}`
}

/** What a connection takes, made from the constructor's arguments. */
export const sourceInit = (given, init) => {
  const options = objectOf(init)
  const { url = given, method, headers, body, withCredentials, request, fetch, lastEventId, signal, limits, utf8, reconnect, ...others } = options
  const { openTimeout, idleTimeout, whenHidden, closeOn, onResponse, onUnauthorized, comments, lastEventIdQueryParameterName, maxBufferSize, ...rest } = others
  if (options.url !== undefined && !isFunction(url)) wrong('url', "must be a function: a URL is the constructor's first argument")
  const href = isFunction(given) ? '' : resolveUrl(`${given}`)
  for (const [name, value] of Object.entries({ request, fetch, onResponse, onUnauthorized })) check(name, value, isFunction, 'must be a function')
  // Of those who come from wx.request.
  if (rest.header !== undefined) wrong('header', 'is called headers here')
  if (rest.data !== undefined) wrong('data', 'is called body here')
  check('whenHidden', whenHidden, (value) => value === 'keep' || value === 'pause', "must be 'keep' or 'pause'")
  check('lastEventIdQueryParameterName', lastEventIdQueryParameterName, (value) => typeof value === 'string' && value !== '', 'must be a name')
  const verb = methodOf(method, body ?? undefined)
  const common = commonInit(options)
  const { words_: words } = common
  common.href = href
  common.method = verb
  applyPolicy(reconnect, words)
  common.baseMs = reconnect?.baseMs ?? undefined
  words[OPTION_OPEN_TIMEOUT] = whole('openTimeout', openTimeout, 1, LONGEST_WAIT, 0)
  words[OPTION_FLAGS] |= (whenHidden === 'pause' ? FLAG_PAUSES_WHEN_HIDDEN : 0) | (onUnauthorized ? FLAG_AUTHORIZES : 0)
  common.withCredentials = withCredentials
  common.onUnauthorized = onUnauthorized
  let id = ''
  const task = request ? requestTask(request, SWALLOWED) : fetch ? undefined : transports.task
  if (task && onResponse) wrong('onResponse', 'needs fetch')
  if (task && !request) transports.checkMethod_(verb)

  /** What the transport is to send: checked, whether it was given or comes from functions. */
  const requestOf = (address, givenHeaders, givenBody) => {
    const byName = headersOf(givenHeaders)
    let content = bodyOf(givenBody ?? undefined, byName)
    setDefault(byName, 'Accept', 'text/event-stream')
    // The engine sends the ID, and keeps it up to date: a header would stand beside it.
    id = byName.get('last-event-id')?.[1] ?? ''
    byName.delete('last-event-id')
    const url = withoutCredentials(address, byName)
    if (task && content !== undefined) content = taskBody(content, byName)
    return { ...rest, url, method: verb, headers: objectFrom(byName), body: content }
  }
  /** With the last event ID in the header, or in the query. One that can't be a header's value is not sent: the source goes on all the same. */
  common.address_ = (sent, lastEventId, header) => {
    if (lastEventIdQueryParameterName && lastEventId !== '') return { ...sent, url: withParameter(sent.url, lastEventIdQueryParameterName, lastEventId) }
    return header === '' ? sent : { ...sent, headers: { ...sent.headers, 'Last-Event-ID': header } }
  }

  const transport = task ? {} : transports.fetch(options, common)
  const complete = transport.complete_ ?? ((sent) => sent)
  const functions = [['url', url], ['headers', headers], ['body', body]]
  let fixed
  if (!functions.some(([, value]) => isFunction(value))) {
    fixed = complete(requestOf(href, headers, body))
    common.url = fixed.url
  } else {
    // What is given may be wrong now.
    const now = (value) => (isFunction(value) ? undefined : value)
    const { url: shown } = requestOf(href || 'http://localhost/', now(headers), now(body))
    common.url = href && shown
  }
  if (!isFunction(body) && isStream(body)) {
    if (words[OPTION_FLAGS] & FLAG_ALWAYS) wrong('reconnect', 'can not be true with a stream as body, which can be sent once: give a function that makes it')
    words[OPTION_FLAGS] |= FLAG_ONE_SHOT
  }
  common.lastEventId = checkLastEventId(lastEventId ?? id)
  /** Has `send` called with the request of the attempt, at once where no functions are to be asked; gives what it gives. */
  common.prepare_ = (connection, sink, send) => {
    if (fixed) return send(fixed)
    return Promise.all(functions.map(([name, value]) => ask(name, value, connection.context_))).then((values) => {
      // Nobody waits for it any more.
      if (sink.isDone_) throw new Refusal('')
      let sent
      try {
        values[0] = isFunction(url) ? resolveUrl(`${values[0]}`) : href
        sent = complete(requestOf(...values))
      } catch (cause) {
        throw new Refusal('', cause, STATUS_FUTILE)
      }
      if (isFunction(url)) connection.moveTo_(values[0], sent.url)
      return send(sent)
    })
  }
  if (!task) return Object.assign(common, transport)
  words[OPTION_FLAGS] |= FLAG_REQUEST_TASK
  common.connect = (connection, sink, lastEventId) =>
    common.prepare_(connection, sink, (sent) => {
      const { headers: header, body: data, ...more } = common.address_(sent, connection.context_.lastEventId, lastEventId)
      return task({ withCredentials: !!withCredentials, ...more, header, data }, sink)
    })
  return common
}
