// What is typed after the command: curl's letters, and the names of EventSource's options.
import { INSTEAD, NEEDLESS } from './curl.js'

/** Something is wrong with what was typed; nothing has been sent. */
export class UsageError extends Error {}

const wrong = (what) => {
  throw new UsageError(what)
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
/** What a timer holds. */
const LONGEST = 0x7fffffff

const time = (name, value) => {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value) ?? wrong(`${name} wants a time, such as 30, 500ms or 5m: not ${value}`)
  const milliseconds = Math.round(number * UNITS[unit])
  return milliseconds >= 1 && milliseconds <= LONGEST ? milliseconds : wrong(`${name} wants a time from 1ms to 596h: not ${value}`)
}

const count = (least) => (name, value) => {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : -1
  return number >= least ? number : wrong(`${name} wants a whole number from ${least}: not ${value}`)
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Node's fetch fails with them, or leaves them out without a word. */
const OF_THE_CONNECTION = ['expect', 'host', 'keep-alive', 'transfer-encoding', 'upgrade']

/** The client sets the right one; with another, as of a copied command whose body was changed, Node's fetch fails. */
const isLength = ([name]) => /^content-length$/i.test(name)

/** What Node's fetch unpacks: a browser's command that was copied asks for more. */
const unpackable = (value) =>
  value
    .split(',')
    .filter((coding) => /^\s*(gzip|deflate|br|identity)\s*(;|$)/i.test(coding))
    .join(',')
    .trim() || 'identity'

/** `Name: value`, or `Name;` for an empty value, as curl has it. The value may be a secret, and is not repeated. */
const header = (given, text) => {
  const [, name, sign, rest] = /^([^:;]*)([:;])([^]*)$/.exec(text) ?? wrong(`${given} wants 'Name: value', with a colon`)
  const value = rest.replace(/^[ \t]+|[ \t]+$/g, '')
  // What is behind the first word may be the value.
  if (!NAME.test(name)) wrong(`${given}: HTTP does not allow the name that begins ${JSON.stringify(name.split(/[^\w-]/)[0])}; it wants 'Name: value'`)
  if (sign === ';' && value) wrong(`${given} wants 'Name: value', with a colon behind ${name}`)
  if (sign === ':' && !value) wrong(`${given} '${name}:' has no value; '${name};' sends an empty one`)
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) wrong(`${given}: the value of ${name} has a control character or one above U+00FF; encode it`)
  if (OF_THE_CONNECTION.includes(name.toLowerCase())) wrong(`${given}: ${name} is for the HTTP client to set`)
  return [name, /^accept-encoding$/i.test(name) ? unpackable(value) : value]
}

/** Basic credentials, as curl sends them. They are a secret, and are not repeated. */
const user = (given, text) =>
  text.includes(':') ? ['Authorization', `Basic ${Buffer.from(text).toString('base64')}`] : wrong(`${given} wants 'USER:PASSWORD'; 'USER:' has an empty password`)

const agent = (given, text) => (text ? header(given, `User-Agent: ${text}`) : wrong(`${given} wants a name: fetch never leaves it out; -H 'User-Agent;' sends an empty one`))

const referer = (given, text) => {
  if (/;auto$/.test(text)) wrong(`${given} wants a URL alone: what follows a redirect is for fetch to set`)
  return text ? header(given, `Referer: ${text}`) : undefined
}

const cookie = (given, text) => (text.includes('=') ? header(given, `Cookie: ${text}`)[1] : wrong(`${given} wants 'name=value'; it reads no file`))

const body = (given, text) => {
  if (!text.startsWith('@')) return { text }
  const file = text.slice(1)
  return file ? { file } : wrong(`${given} @ wants the name of a file behind it, or - for standard input`)
}

const id = (given, text) => (/[\0-\x1f\x7f]/.test(text) ? wrong(`${given}: an ID has no control characters`) : text)

/**
 * `value`: what a value is called in the help, where there is one; `read` makes of it what the program takes. `also`: what curl calls the same,
 * so that a command that was copied as cURL runs. `many`: may be given several times.
 */
const OPTIONS = [
  'The request',
  { key: 'method', names: ['-X', '--method'], also: ['--request'], value: 'METHOD', help: 'default GET, or POST with a body' },
  { key: 'headers', names: ['-H', '--header'], value: "'NAME: VALUE'", read: header, many: true, help: 'a header; may be repeated' },
  { key: 'user', names: ['-u', '--user'], value: 'USER:PASSWORD', read: user, help: 'basic authentication' },
  { key: 'agent', names: ['-A', '--user-agent'], value: 'NAME', read: agent, help: 'the header User-Agent' },
  { key: 'referer', names: [], also: ['-e', '--referer'], value: 'URL', read: referer },
  { key: 'cookies', names: ['-b', '--cookie'], value: "'NAME=VALUE'", read: cookie, many: true, help: 'a cookie; may be repeated' },
  { key: 'body', names: ['-d', '--body'], also: ['--data', '--data-ascii', '--data-binary'], value: 'BODY', read: body, once: true, help: 'the body; @FILE: what is in that file, @-: standard input' },
  { key: 'body', names: ['--data-raw'], value: 'BODY', read: (_, text) => ({ text }), once: true, help: 'the same, but an @ is an @' },
  { key: 'lastEventId', names: ['--last-event-id'], value: 'ID', read: id, help: 'go on behind the event that has this ID' },
  'The connection',
  { key: 'reconnect', names: ['--no-reconnect'], is: false, help: 'connect only once' },
  { key: 'reconnect', names: ['--reconnect'], is: true, help: 'connect again, whatever the method is' },
  { key: 'maxAttempts', names: ['--max-attempts'], value: 'N', read: count(0), help: 'give up when connecting again has failed N times in a row' },
  { key: 'openTimeout', names: ['--open-timeout'], value: 'TIME', read: time, help: 'the longest wait for a response' },
  { key: 'idleTimeout', names: ['--idle-timeout'], value: 'TIME', read: time, help: 'the longest silence; a comment ends one' },
  'When to end',
  { key: 'closeOn', names: ['--close-on'], value: 'TYPE', many: true, help: 'end with an event of that type; may be repeated' },
  { key: 'closeOnData', names: ['--close-on-data'], value: 'TEXT', many: true, help: 'end with an event that has this data, such as [DONE]' },
  { key: 'maxEvents', names: ['--max-events'], value: 'N', read: count(1), help: 'end with the N-th event' },
  { key: 'maxTime', names: ['--max-time'], also: ['-m'], value: 'TIME', read: time, help: 'end when that time is over' },
  'What is printed',
  { key: 'json', names: ['--json'], help: 'a line of JSON for each event: type, data, lastEventId' },
  { key: 'raw', names: ['--raw'], help: 'the bytes of one response, whatever they are' },
  { key: 'comments', names: ['--comments'], help: 'also comments' },
  { key: 'time', names: ['-t', '--time'], help: 'the time at which each has come' },
  { key: 'include', names: ['-i', '--include'], help: "the responses' status and headers, to standard error" },
  { key: 'verbose', names: ['-v', '--verbose'], help: 'that, requests, redirects, retry fields and comments, to standard error' },
  { key: 'silent', names: ['-s', '--silent'], help: 'on standard error only why it has failed' },
  { key: 'help', names: ['-h', '--help'], help: 'this' },
  { key: 'version', names: ['-V', '--version'], help: 'the version' },
  { names: [], also: NEEDLESS },
]

const BY_NAME = new Map(OPTIONS.flatMap((option) => (option.names ?? []).concat(option.also ?? []).map((name) => [name, option])))

/** How many letters are to be changed, added or left out to make one word of the other. */
const distance = (one, other) => {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const letter of one) {
    const next = [row[0] + 1]
    for (let at = 1; at < row.length; at += 1) next.push(Math.min(next[at - 1] + 1, row[at] + 1, row[at - 1] + (letter === other[at - 1] ? 0 : 1)))
    row = next
  }
  return row.at(-1)
}

/** The name most like one that is unknown, where there is one: it is misspelt, or is a part of a name. */
const nearest = (name) => {
  const [first] = [...BY_NAME.keys(), ...INSTEAD.keys()]
    .filter((known) => known.startsWith('--'))
    .map((known) => [known.includes(name.slice(2)) ? 1 : distance(name, known), known])
    .sort(([one], [other]) => one - other)
  return first[0] < name.length / 3 ? first[1] : undefined
}

const unknown = (name) => {
  if (INSTEAD.has(name)) wrong(`${name} is not taken here: ${INSTEAD.get(name)}`)
  const like = nearest(name)
  return wrong(`${name} is not an option${like ? `; did you mean ${like}?` : ''}`)
}
const known = (name) => BY_NAME.get(name) ?? unknown(name)

/** curl has an option `--json DATA`. No URL begins so; one may begin with an IPv6 address in brackets. */
const isData = (word) => /^\s*([{"@]|\[(?![\da-f]*:))/i.test(word)
const NO_DATA = "--json takes no value here: it says how events are printed; -d '{…}' gives a body of JSON"

/** Those of a response that is not looked into. */
const NOT_WITH_RAW = { json: '--json', comments: '--comments', time: '--time', closeOn: '--close-on', closeOnData: '--close-on-data', maxEvents: '--max-events', maxAttempts: '--max-attempts' }

const parseWords = (words) => {
  const found = {}
  const urls = []
  const set = (option, name, value) => {
    const { key, read = (_, text) => text, many, once, is = true } = option
    if (!key) return
    if (once && key in found) wrong(`${name} is a second body; join the two, such as 'a=1&b=2'`)
    const taken = option.value ? read(name, value) : is
    if (many) (found[key] ??= []).push(taken)
    else found[key] = taken
  }
  const rest = words[Symbol.iterator]()
  const next = (name) => {
    const { done, value } = rest.next()
    return done ? wrong(`${name} wants a value behind it`) : value
  }
  for (const word of rest) {
    if (word === '--') {
      urls.push(...rest)
      break
    }
    if (!/^-./.test(word)) {
      if (found.json && isData(word)) wrong(NO_DATA)
      urls.push(word)
      continue
    }
    // `-url` would be the user `rl`.
    if (word.length > 2 && (BY_NAME.has(`-${word}`) || INSTEAD.has(`-${word}`))) wrong(`${word} is not an option; did you mean -${word}?`)
    if (word.startsWith('--')) {
      const [, name, value] = /^([^=]*)(?:=([^]*))?$/.exec(word)
      const option = known(name)
      if (!option.value && value !== undefined) wrong(option.key === 'json' ? NO_DATA : `${name} takes no value`)
      set(option, name, option.value ? value ?? next(name) : undefined)
    } else {
      for (let at = 1; at < word.length; at += 1) {
        const name = `-${word[at]}`
        const option = known(name)
        if (!option.value) {
          set(option, name)
          continue
        }
        set(option, name, word.slice(at + 1) || next(name))
        break
      }
    }
  }
  return { found, urls }
}

/** The text of what is no URL: up to an @ there may be a password. */
const withoutUser = (text) => text.replace(/^([a-z]+:\/\/|\/\/)?[^]*@/i, '$1…@')

/** A URL's scheme, with or without slashes: what has a port behind it is a host, and what has an @ is a user, but for a few schemes. */
const SCHEME = /^(?![a-z\d+.-]+:\d+(?:[/?#]|$))(https?|data|javascript|mailto|[a-z][a-z\d+.-]*(?=:(?![^/?#]*@))):/i

/** As curl and HTTPie take it: without a scheme it is http, and without a host localhost. */
const urlOf = (text) => {
  const [, scheme] = SCHEME.exec(text) ?? []
  if (scheme && !/^https?$/i.test(scheme)) wrong(`${scheme}: is not http: or https:`)
  const whole = scheme ? text : `http://${/^:\d|^\/(?!\/)/.test(text) ? 'localhost' : ''}${text.replace(/^\/\//, '')}`
  return text && URL.canParse(whole) ? new URL(whole).href : wrong(`${JSON.stringify(withoutUser(text))} is not a URL`)
}

/** What is to be done: `{ url, … }`, with the keys of OPTIONS. */
export const parse = (words) => {
  const { found, urls } = parseWords(words)
  if (found.help || found.version) return found
  if (urls[0] === 'curl') wrong('curl is not a URL; leave that word out')
  if (urls.length === 0) wrong('there is no URL')
  if (urls.length > 1) wrong(`there are ${urls.length} URLs; a value with blanks in it wants quotes${found.json ? ', and --json takes none' : ''}`)
  for (const [key, name] of Object.entries(NOT_WITH_RAW)) {
    if (found.raw && found[key] !== undefined) wrong(`${name} does not go with --raw`)
  }
  if (found.raw && found.reconnect) wrong('--reconnect does not go with --raw')
  if (found.reconnect === false && found.maxAttempts) wrong('--max-attempts does not go with --no-reconnect')
  // A server reads one such header.
  const isCookie = ([name]) => /^cookie$/i.test(name)
  const given = found.headers ?? []
  const isGiven = ([name]) => given.some(([other]) => other.toLowerCase() === name.toLowerCase())
  const cookies = [...given.filter(isCookie).map(([, value]) => value), ...(found.cookies ?? [])]
  // What -H says goes first, as with curl.
  const own = [found.user, found.agent, found.referer].filter((header) => header && !isGiven(header))
  const others = [...given.filter((header) => !isCookie(header) && !isLength(header)), ...own]
  const headers = cookies.length > 0 ? [...others, ['Cookie', cookies.join('; ')]] : others
  return { ...found, headers, url: urlOf(urls[0]) }
}

const row = ({ names, value }) => `  ${names[0].startsWith('--') ? '    ' : ''}${names.join(', ')}${value ? ` ${value}` : ''}`

const listed = OPTIONS.map((option) => {
  if (typeof option === 'string') return `\n${option}:`
  return option.names.length > 0 ? `${row(option).padEnd(28)} ${option.help}` : undefined
})

export const HELP = `Usage: eventsource-wasm [options] URL

Prints the events of a stream (text/event-stream) as they come: events to standard output, all else to standard error.
Without a scheme the URL is http://…, and :3000/x is http://localhost:3000/x.
${listed.filter((line) => line !== undefined).join('\n')}

A TIME is in seconds, or has its unit: 500ms, 30s, 5m, 1h.
A body is sent as it is: as application/json where it is an object or an array, else as text/plain; -H 'Content-Type: …' says otherwise.
A GET connects again when the stream ends or breaks. A POST does so only after a break, and only if an event ID was seen.

Exit codes:
  0    over: the stream ended for good, or --close-on, --max-events or status 204 has ended it, or nobody reads the output any more
  1    failed: no response, the stream broke off, or a limit or --max-attempts was passed
  2    wrong usage; nothing was sent
  3    the status is not 200
  4    the Content-Type is not text/event-stream
  124  --max-time is over
  130, 143  ended by Ctrl-C (SIGINT), by SIGTERM
`
