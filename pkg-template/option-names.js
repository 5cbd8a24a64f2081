// Names of options that the caller has misspelt: what is not known is passed on to fetch, which says nothing of it.

/** The options of a source; whatever else there is belongs to what carries the requests out. */
export const SOURCE_OPTIONS = [
  ...['url', 'method', 'headers', 'body', 'withCredentials', 'request', 'fetch', 'lastEventId', 'lastEventIdQueryParameterName', 'signal'],
  ...['reconnect', 'openTimeout', 'idleTimeout', 'whenHidden', 'closeOn', 'onResponse', 'onUnauthorized', 'comments'],
  ...['limits', 'maxBufferSize', 'utf8'],
]

/** Members of `RequestInit`, of which some are like an option of ours. */
const OF_FETCH = [
  ...['cache', 'credentials', 'dispatcher', 'duplex', 'integrity', 'keepalive', 'mode', 'priority', 'redirect', 'referrer', 'referrerPolicy'],
  ...['timeout', 'window'],
]

/** What people who come from elsewhere call an option, and what it is called here. */
const CALLED_ELSEWHERE = {
  __proto__: null,
  payload: 'body',
  json: 'body',
  retry: 'reconnect',
  retries: 'reconnect: { maxAttempts }',
  maxRetries: 'reconnect: { maxAttempts }',
  maxAttempts: 'reconnect: { maxAttempts }',
  heartbeatTimeout: 'idleTimeout',
}

/** How many letters are to be changed, added or left out to make one name of the other; upper and lower case are one. */
const distance = (one, other) => {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const letter of one.toLowerCase()) {
    const next = [row[0] + 1]
    for (let at = 0; at < other.length; at++) {
      next.push(Math.min(next[at] + 1, row[at + 1] + 1, row[at] + (letter === other[at].toLowerCase() ? 0 : 1)))
    }
    row = next
  }
  return row[other.length]
}

/** The known name that was meant: two letters of three are right. What is less like any may well be an option of a host's fetch. */
const nearest = (name, known) => {
  let found
  let least = Infinity
  for (const candidate of known) {
    const letters = distance(name, candidate)
    if (letters <= candidate.length / 3 && letters < least) {
      found = candidate
      least = letters
    }
  }
  return found
}

const warned = new Set()

/** Warns once of each name among the options that is like a known one; `called` says what another name is called here, if it knows. */
export const warnOfMisspelt = (options, known, called = () => undefined) => {
  // Mini programs are built without this, since bytes count more there.
  if (globalThis.console) {
    for (const name of Object.keys(options)) {
      if (known.includes(name) || OF_FETCH.includes(name) || warned.has(name)) continue
      const meant = called(name) ?? nearest(name, known)
      if (meant === undefined) continue
      warned.add(name)
      console.warn(`eventsource-wasm: the option \`${name}\` is not known here. Did you mean \`${meant}\`?`)
    }
  }
}

/** An event handler is a property of the source. */
const calledOfSource = (name) =>
  /^on(open|message|error|close)$/i.test(name) ? `source.${name.toLowerCase()} = …` : CALLED_ELSEWHERE[name]

/** Of a source's options, `more` of which are known besides. Where the caller gives a fetch, a name may be meant for it. */
export const warnOfMisspeltSource = (options, more = []) => {
  if (globalThis.console && !options.fetch && !options.request) warnOfMisspelt(options, SOURCE_OPTIONS.concat(more), calledOfSource)
}
