// Checks what a caller gives, before anything is sent. What is wrong is named.
import { DEFAULT_DATA_LENGTH, DEFAULT_LARGEST_EVENT, FLAG_DECODES_LONG_TEXTS, FLAG_FATAL, FLAG_HOST_DECODES, OPTION_COUNT } from './generated/boundary.js'
import { HOST_DECODES } from './host-decodes.js'

const LIMITS = ['line', 'event', 'pending']
/** The longest string of V8: no host can hand out more in one event. */
export const MOST_BYTES = 2 ** 29 - 24

/** What a host's timer holds: 2^31 - 1 ms. */
export const LONGEST_WAIT = 0x7fffffff

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

export const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'

export const isGiven = (value) => value !== undefined && value !== null

/** A copy of the options in which what is null is as not given, as far as the names go. */
export const withoutNulls = (options, names) => {
  const given = { ...options }
  for (const name of names) {
    if (isGiven(options[name])) given[name] = options[name]
    else delete given[name]
  }
  return given
}

/** White space that HTTP does not count as a part of a header's value, as the class `Headers` has it. */
const AROUND_A_VALUE = /^[\t\n\r ]+|[\t\n\r ]+$/g

export const isThenable = (value) => typeof Object(value).then === 'function'

/** Pairs of headers, of whatever they are given as; a value that is not given is left out. */
export const headerPairs = (headers, of) => {
  const pairs = typeof headers[Symbol.iterator] === 'function' ? Array.from(headers) : Object.entries(headers)
  // It would be sent as "[object Promise]", or be taken for an object without headers.
  if (isThenable(headers) || pairs.some((pair) => isThenable(Object(pair)[1]))) wrong('headers', 'is a promise, or has one as a value: await it first', of)
  return pairs.filter((pair) => !isObject(pair) || pair.length !== 2 || isGiven(pair[1]))
}

/** A header's value as it is sent. */
export const headerValue = (value) => `${value}`.replace(AROUND_A_VALUE, '')

/** A text as the value of a header where fetch sends it: a string whose code units are the bytes of the text in UTF-8. */
export const asHeader = (text) => unescape(encodeURIComponent(text))

/** What the engine is told of that. Node's buffers make a string of a long text sooner than strings are joined. */
const DECODING = HOST_DECODES ? FLAG_HOST_DECODES | (globalThis.Buffer?.prototype?.latin1Slice ? FLAG_DECODES_LONG_TEXTS : 0) : 0

export const whole = (name, value, least, most, otherwise, of) => {
  if (!isGiven(value)) return otherwise
  if (!Number.isInteger(value) || value < least || value > most) wrong(name, `must be a whole number from ${least} to ${most}`, of)
  return value
}

export const checkNames = (name, given, known, of) => {
  for (const found of Object.keys(given)) {
    if (known.indexOf(found) < 0) wrong(`${name}.${found}`, 'is not known', of)
  }
}

/** A list of the options that the engine takes as numbers, each at its place; 0 where there is none. */
export const wordsOf = (numbers) => Array.from({ length: OPTION_COUNT }, (_, at) => numbers[at] ?? 0)

/** `{ limits: { line, event, pending }, flags }`: what a stream is to be read with. `more` names a limit that isn't the stream's. */
export const streamInit = ({ limits, utf8 }, of, more) => {
  if (isGiven(limits) && !isObject(limits)) wrong('limits', 'must be an object', of)
  const given = limits ?? {}
  const bytes = {}
  checkNames('limits', given, LIMITS.concat(more), of)
  const event = whole('limits.event', given.event, 1, MOST_BYTES, DEFAULT_LARGEST_EVENT, of)
  // An event of the largest size may be one line, and wait for its end.
  const line = Math.min(Math.max(event, DEFAULT_LARGEST_EVENT) + DEFAULT_DATA_LENGTH, MOST_BYTES)
  for (const name of LIMITS) bytes[name] = whole(`limits.${name}`, given[name], 1, MOST_BYTES, name === 'event' ? event : line, of)
  if (isGiven(utf8) && utf8 !== 'replace' && utf8 !== 'fatal') wrong('utf8', "must be 'replace' or 'fatal'", of)
  return { limits: bytes, flags_: (utf8 === 'fatal' ? FLAG_FATAL : 0) | DECODING }
}

/** One number for all limits, as the package eventsource has it. */
export const withMaxBufferSize = ({ maxBufferSize, limits, utf8 }) => {
  if (!isGiven(maxBufferSize)) return { limits, utf8 }
  const most = maxBufferSize > MOST_BYTES ? MOST_BYTES : whole('maxBufferSize', maxBufferSize, 1, MOST_BYTES)
  if (isGiven(limits) && !isObject(limits)) return { limits }
  const { line, event, pending, ...others } = limits ?? {}
  return { utf8, limits: { ...others, line: line ?? most, event: event ?? most, pending: pending ?? most } }
}
