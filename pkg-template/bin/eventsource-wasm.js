#!/usr/bin/env node
// The command: prints the events of a stream. See `eventsource-wasm --help`.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { EventSource } from '../esm/index.js'
import { HELP, UsageError, parse } from './command-line.js'
import { Display, isColoured, json } from './display.js'
import { exitCodeOf, exitCodeOfHead, failureText, sentence } from './failure.js'
import { contentOf, shownRequest, shownResponse } from './request.js'

const { stdout, stderr, env } = process
const display = new Display(isColoured(stdout, env))
const notes = new Display(isColoured(stderr, env))

let options = {}
let source
let isOver = false
let isReadingFile = false

const note = (text, sign) => options.silent || stderr.write(notes.note(text, sign))
const fail = (text, code) => {
  if (isOver) return
  stderr.write(notes.failure(text))
  end(code)
}

const flushed = (stream) => new Promise((resolve) => stream.write('', resolve))
/** How long a signal leaves to who reads the output, in milliseconds. */
const GRACE = 300

/** Ends the process behind what was written. */
const end = async (code, grace) => {
  if (grace) setTimeout(() => process.exit(code), grace)
  if (isOver) return
  isOver = true
  source?.close()
  await Promise.all([flushed(stdout), flushed(stderr)])
  process.exit(code)
}

const isFull = () => stdout.writableNeedDrain && !stdout.destroyed
let draining
const drained = () => {
  draining ??= once(stdout, 'drain')
    .catch(() => {})
    .then(() => {
      draining = undefined
    })
  return draining
}
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** What the host has failed with, in this attempt. */
let lost
const orLost = (what, promise) =>
  promise.catch((error) => {
    lost = what
    throw error
  })

/** A body that is not read on while the output is full, so that a slow reader holds the server back. */
const held = (body) => ({
  cancel: () => body.cancel(),
  getReader() {
    const reader = body.getReader()
    return {
      cancel: () => reader.cancel(),
      async read() {
        const { idleTimeout } = options
        while (isFull()) {
          await (idleTimeout ? Promise.race([drained(), sleep(idleTimeout / 2)]) : drained())
          // It is we who don't read: that is no silence of the server's.
          if (isFull()) return { done: false, value: new Uint8Array(0) }
        }
        return orLost('stream', reader.read())
      },
    }
  },
})

let requests = 0
const shownFetch = async (url, init) => {
  requests += 1
  if (options.verbose) {
    note(`request ${requests}: ${init.method} ${url}`)
    shownRequest(init.headers).forEach((line) => note(line, '>'))
  }
  lost = undefined
  const response = await orLost('request', fetch(url, init))
  const { status, statusText, headers, body } = response
  if (options.verbose && response.redirected) note(`redirected to ${response.url}`)
  if (options.verbose || options.include) {
    note(`${status} ${statusText}`.trim(), '<')
    shownResponse(headers).forEach((line) => note(line, '<'))
  }
  return options.raw ? response : { status, headers, url: response.url, body: body && held(body) }
}

const tellHead = ({ status, headers, url }) => note(`${status}, ${headers.get('content-type') ?? 'no Content-Type'}, from ${url}`)

/** The body of a response, whatever the response is. */
const printRaw = async (response) => {
  const { status, headers, url, body } = response
  tellHead(response)
  try {
    for (const reader = body?.getReader(); reader && !isOver; ) {
      const { idleTimeout } = options
      const silent = () => fail(`Nothing on the stream of ${url} for ${idleTimeout} ms.`, 1)
      // What came while the process was busy, or stopped, is taken in before it counts as silence.
      let timer = idleTimeout && setTimeout(() => (timer = setTimeout(silent, 50)), idleTimeout)
      const { done, value } = await reader.read().finally(() => clearTimeout(timer))
      if (done) break
      if (!stdout.write(value)) await drained()
    }
  } catch (cause) {
    return fail(sentence(`The stream of ${url} broke off: ${cause?.cause?.message ?? cause?.message ?? cause}`), 1)
  }
  const code = exitCodeOfHead(status, headers.get('content-type'))
  if (code !== 0) note('an event stream needs status 200 and Content-Type text/event-stream')
  end(code)
}

let lastEventId = ''
const print = (item, shown) => {
  const time = options.time ? new Date() : undefined
  if (options.json) stdout.write(json({ ...(time && { time: time.toISOString() }), ...item }))
  else stdout.write((time ? display.time(time) : '') + shown())
}

let events = 0
const onMessage = (event) => {
  const { type, data, lastEventId: id } = event
  print({ type, data, lastEventId: id }, () => display.event(event, lastEventId))
  lastEventId = id
  events += 1
  if (events === options.maxEvents) end(0)
}

const onComment = (comment) => {
  if (options.comments) print({ comment }, () => display.comment(comment))
  else note(`comment: ${comment}`)
}

let exitCode = 1
const onError = (event) => {
  const { method = options.body ? 'POST' : 'GET', reconnect } = options
  const isRepeated = reconnect !== undefined || /^(get|head)$/i.test(method)
  const text = failureText(event, lost, isRepeated ? undefined : method)
  if (event.retryIn !== null) return note(text)
  exitCode = exitCodeOf(event)
  if (exitCode === 0) return note(text)
  stderr.write(notes.failure(text))
  if (event.body && !options.silent) stderr.write(notes.beginning(event.body))
}

const CLOSE_CODES = { ended: 0, closed: 0 }
const onClose = ({ reason }) => {
  if (reason === 'ended') note('the stream is over')
  end(CLOSE_CODES[reason] ?? exitCode)
}

let reconnectionTime
/** A source that tells of whatever it dispatches, in order. */
class Watched extends EventSource {
  dispatchEvent(event) {
    if (isOver) return true
    if (options.verbose && this.reconnectionTime !== reconnectionTime) {
      if (reconnectionTime !== undefined) note(`the reconnection time is ${this.reconnectionTime} ms now`)
      reconnectionTime = this.reconnectionTime
    }
    // A server may name its events as it likes.
    if (event instanceof MessageEvent) onMessage(event)
    else ({ open: tellHead, comment: ({ data }) => onComment(data), error: onError, close: onClose })[event.type](event)
    return true
  }
}

const policy = ({ raw, reconnect, maxAttempts }) => {
  if (raw) return false
  return maxAttempts === undefined ? reconnect : { maxAttempts, always: reconnect }
}

/** The names of the constructor's options, where it is what finds a value wrong. */
const TYPED = { method: '-X', headers: '-H', body: '-d', lastEventId: '--last-event-id' }

const open = async () => {
  const { url, method, openTimeout, idleTimeout, closeOn = [], closeOnData = [], comments, verbose, raw } = options
  // Also while nobody gives the body, or reads the output.
  if (options.maxTime) setTimeout(() => end(124, GRACE), options.maxTime)
  isReadingFile = options.body?.file !== undefined && options.body.file !== '-'
  const content = await contentOf(options)
  isReadingFile = false
  if (isOver) return
  lastEventId = options.lastEventId ?? ''
  try {
    source = new Watched(url, {
      ...content,
      method,
      lastEventId,
      openTimeout,
      idleTimeout: raw ? undefined : idleTimeout,
      comments: !!(comments || verbose),
      reconnect: policy(options),
      closeOn: ({ type, data }) => closeOn.includes(type) || closeOnData.includes(data),
      fetch: shownFetch,
      onResponse: raw ? printRaw : undefined,
    })
  } catch ({ message }) {
    throw new UsageError(message.replace(/^EventSource: (?:option `(\w+)` )?/, (_, name) => (name ? `${TYPED[name] ?? name} ` : '')))
  }
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.on(signal, () => {
    if (!isReadingFile) return end(code, GRACE)
    // A pipe or a terminal under the name of a file: the process could not exit before it says something.
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
stderr.on('error', () => {})
stdout.on('error', ({ code, message }) => {
  // Who reads has had enough, as `head` has.
  if (code === 'EPIPE' || code === 'EOF') return end(0)
  // Also behind the last event: what was printed is lost.
  stderr.write(notes.failure(`standard output can not be written: ${message}`))
  process.exit(1)
})

try {
  options = parse(process.argv.slice(2))
  if (options.help) stdout.write(HELP)
  else if (options.version) stdout.write(`${JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version}\n`)
  else await open()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  stderr.write(`${notes.failure(error.message)}See eventsource-wasm --help.\n`)
  end(2)
}
