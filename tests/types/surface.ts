// The public surface, used as a stranger would.
import { ErrorEvent, EventSource, FatalError } from 'eventsource-wasm'
import { EventSourceParserStream, EventStreamParser, ParseError, createParser, events, init } from 'eventsource-wasm/parser'
import type { ErrorType, EventSourceMessage, EventSourceParser, ParserCallbacks, ParserConfig, StreamOptions } from 'eventsource-wasm/parser'
import { EventStreamContentType, fetchEventSource } from 'eventsource-wasm/fetch-event-source'
import type { FetchEventSourceInit } from 'eventsource-wasm/fetch-event-source'
import { getBytes, getLines, getMessages } from 'eventsource-wasm/fetch-event-source/parse'
import { EventSource as PolyfilledEventSource, EventSourcePolyfill, NativeEventSource, install } from 'eventsource-wasm/polyfill'
import type { EventSourcePolyfillInit, PolyfillErrorEvent } from 'eventsource-wasm/polyfill'
import { EventSource as SlimEventSource, init as slimInit } from 'eventsource-wasm/slim'

type PlatformEventSource = InstanceType<typeof globalThis.EventSource>

/** Ours stands in for the platform's: instance and constructor. */
export const instance: PlatformEventSource = new EventSource('https://example.com/')
export const constructor: typeof globalThis.EventSource = EventSource
export const slim: typeof globalThis.EventSource = SlimEventSource
globalThis.EventSource = EventSource

declare const stream: ReadableStream<Uint8Array>

const controller = new AbortController()
const source = new EventSource(new URL('https://example.com/'), {
  method: 'POST',
  headers: { authorization: 'Bearer x' },
  body: { question: '你好' },
  withCredentials: true,
  fetch,
  lastEventId: '5',
  signal: controller.signal,
  limits: { line: 1024, event: 4096, pending: 8192 },
  utf8: 'fatal',
  reconnect: true,
  referrerPolicy: 'no-referrer',
})
new EventSource('https://example.com/', { headers: new Headers({ a: '1' }), body: new Uint8Array(1), reconnect: 'auto' })
new EventSource('https://example.com/', { headers: [['a', '1']], body: new FormData(), utf8: 'replace' })
new EventSource('https://example.com/', {
  fetch: async (url, init) => {
    const method: string = init.method
    return { status: method === url ? 200 : 204, headers: { get: () => 'text/event-stream' }, body: null }
  },
})
const resumable = new EventSource(({ attempt, lastEventId, reason }) => `https://example.com/?${attempt}${lastEventId}${reason}`, {
  headers: async ({ attempt }) => ({ 'Idempotency-Key': `${attempt}` }),
  body: ({ lastEventId }) => ({ from: lastEventId }),
  url: () => new URL('https://example.com/'),
  reconnect: { always: true, baseMs: 1, maxMs: 2, factor: 1.5, jitter: false, maxAttempts: 3, stableMs: 4, statuses: [503] },
  openTimeout: 1000,
  idleTimeout: 1000,
  whenHidden: 'pause',
  closeOn: ['done'],
  onResponse: (response: Response) => {
    if (!response.ok) throw new FatalError('no', { cause: response })
  },
  onUnauthorized: async ({ status, headers }) => [status, headers.get('www-authenticate')],
  comments: true,
  lastEventIdQueryParameterName: 'from',
  limits: { queue: 5 },
})
resumable.reconnect()
resumable[Symbol.dispose]()
export const iterate = async () => {
  for await (const event of resumable) return event.data
  const next: IteratorResult<MessageEvent> = await resumable[Symbol.asyncIterator]().next()
  return next.done
}
new EventSource('https://example.com/', { closeOn: (event) => event.data === '[DONE]' })
resumable.onerror = ({ body }) => body?.length
// @ts-expect-error
new EventSource('https://example.com/', { whenHidden: 'close' })
// @ts-expect-error
new EventSource('https://example.com/', { reconnect: { jitter: 'full' } })
// @ts-expect-error: a URL is needed
new EventSource()
// @ts-expect-error
new EventSource('https://example.com/', { utf8: 'maybe' })
// @ts-expect-error
new EventSource('https://example.com/', { limits: { line: 'long' } })
// @ts-expect-error
new EventSource('https://example.com/', { reconnect: 'sometimes' })

const states: [0, 1, 2] = [EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED]
const isOpen: boolean = source.readyState === source.OPEN
const texts: string[] = [source.url, source.lastEventId]
const time: number = source.reconnectionTime
// @ts-expect-error: read-only
source.readyState = 2

source.onopen = (event) => {
  const status: number | undefined = event.status
  const type: string | null | undefined = event.headers?.get('content-type')
  return [status, type, event.url]
}
source.onmessage = (event) => [event.data, event.origin, event.lastEventId]
source.onerror = function (event) {
  const state: 0 | 1 | 2 = this.readyState
  const code: number | undefined = event.code
  const retryIn: number | null = event.retryIn
  return [state, code, retryIn, event.message, event.attempt, event.cause]
}
source.onclose = (event) => {
  const reason: 'closed' | 'ended' | 'failed' = event.reason
  return reason
}
source.addEventListener('close', (event) => event.reason)
source.addEventListener('error', (event) => event.retryIn, { once: true })
source.addEventListener('token', (event) => JSON.parse(event.data))
source.addEventListener('token', { handleEvent: (event: Event) => event.type })
source.removeEventListener('token', () => {})
source.onmessage = null
source.close()

// What the server sends, declared.
const chat = new EventSource<{ message: 'ping'; token: string; state: 'on' | 'off'; done: null }>('https://example.com/')
chat.addEventListener('token', ({ data, lastEventId }) => [data.length, lastEventId])
// @ts-expect-error: it is a string
chat.addEventListener('token', ({ data }) => data.toFixed())
chat.addEventListener('state', function ({ data }) {
  const state: 'on' | 'off' = data
  return [state, this.readyState]
})
// @ts-expect-error: none of these
chat.addEventListener('state', ({ data }) => data === 'broken')
chat.addEventListener('done', ({ data }) => data.trim())
// @ts-expect-error: one text only
chat.onmessage = ({ data }) => data === 'pong'
chat.onmessage = ({ data }) => data === 'ping'
chat.addEventListener('error', ({ retryIn }) => retryIn)
chat.addEventListener('other', ({ data }) => data.whatever)
const plain: EventSource = chat
const platforms: PlatformEventSource[] = [chat, EventSource.fromReadableStream<{ token: string }>(stream)]
interface Declared {
  token: string
}
class Client extends EventSource<Declared> {}
new Client('https://example.com/').addEventListener('token', ({ data }) => data.length)
// @ts-expect-error: data is text
new EventSource<{ token: number }>('https://example.com/')

const adopted: EventSource = EventSource.fromReadableStream(stream)
const error: Event = new ErrorEvent('error', { message: 'no', code: 500 })

const parser = new EventStreamParser({
  onEvent: ({ type, data, lastEventId }) => [type, data, lastEventId].join(),
  onRetry: (milliseconds) => milliseconds.toFixed(),
  onId: (id) => id.length,
  onComment: (text) => text.length,
  onError: ({ name }) => name === 'LineTooLong',
  limits: { event: 10 },
  utf8: 'fatal',
})
parser.feed('data: a\n\n')
parser.feed(new Uint8Array(1))
parser.feed(new ArrayBuffer(1))
parser.feed(new DataView(new ArrayBuffer(1)))
// @ts-expect-error
parser.feed(5)
const batch: { type: string; data: string; lastEventId: string }[] = parser.feedBatch('data: b\n\n')
parser.end()
parser.reset()
parser.free()
const ready: Promise<void>[] = [init(), slimInit(), slimInit('https://example.com/x.wasm'), slimInit(new Uint8Array(8))]

export { adopted, batch, error, isOpen, plain, platforms, ready, states, texts, time }

// What stands in for eventsource-parser.
const callbacks: ParserCallbacks = { onEvent: ({ id, event, data }: EventSourceMessage) => [id, event, data.length], onId: (id) => id.length, onRetry: (time) => time + 1 }
const config: ParserConfig = { ...callbacks, onEmptyEvent: ({ event }) => event, onComment: undefined, maxBufferSize: 5 }
const standIn: EventSourceParser = createParser({
  ...config,
  onError(error) {
    const type: ErrorType = error.type
    // @ts-expect-error: there is no such error
    return error.type === 'no-such-type' ? [type] : [error.line, error.field, error.value, error instanceof ParseError, error.message]
  },
})
standIn.feed('data: x')
standIn.feed(new Uint8Array(1))
standIn.reset({ consume: true })
// @ts-expect-error: a function is no configuration
createParser(() => {})
const streamOptions: StreamOptions = { onError: 'terminate', maxBufferSize: 5 }
export const parsed: ReadableStream<EventSourceMessage> = stream.pipeThrough(new EventSourceParserStream(streamOptions))
declare const strings: ReadableStream<string>
export const decoded: ReadableStream<EventSourceMessage> = strings.pipeThrough(new EventSourceParserStream())
export const readEvents = async (response: Response) => {
  for await (const { type, data, lastEventId } of events(response, { utf8: 'fatal' })) console.log(type.length + data.length + lastEventId.length)
  for await (const { data } of events(stream)) console.log(data.length)
}

// And for @microsoft/fetch-event-source.
const given: FetchEventSourceInit = {
  method: 'POST',
  headers: { accept: EventStreamContentType },
  body: '{}',
  signal: controller.signal,
  openWhenHidden: true,
  fetch,
  async onopen(response) {
    if (!response.ok) throw new Error()
  },
  onmessage: ({ id, event, data, retry }) => console.log(id + event + data, retry),
  onclose() {},
  onerror: (error) => (error ? 5 : undefined),
}
export const done: Promise<void> = fetchEventSource('/chat', given)
// @ts-expect-error: a number, or nothing
fetchEventSource('/chat', { onerror: () => 'soon' })
export const read: Promise<void> = getBytes(stream, getLines(getMessages((id) => id, (time) => time, ({ data }) => data)))

// The polyfill.
const polyfillInit: EventSourcePolyfillInit = { headers: { a: 'b' }, heartbeatTimeout: 120_000, lastEventIdQueryParameterName: 'Last-Event-Id', withCredentials: true }
const polyfilled = new EventSourcePolyfill('https://example.com/', polyfillInit)
export const polyfilledInstance: PlatformEventSource = polyfilled
export const polyfilledConstructor: typeof globalThis.EventSource = EventSourcePolyfill
polyfilled.headers.a = 'c'
polyfilled.headers = { a: 'd' }
polyfilled.onopen = ({ status, statusText, headers }) => [status?.toFixed(), statusText?.trim(), headers?.get('a')]
polyfilled.onerror = ({ status, statusText, error, retryIn }) => [status?.toFixed(), statusText?.trim(), error?.message, retryIn?.toFixed()]
polyfilled.addEventListener('error', (event) => {
  const error: PolyfillErrorEvent = event
  return error.statusText
})
polyfilled.addEventListener('message', ({ data, lastEventId }) => [data, lastEventId.length])
polyfilled.addEventListener('tick', ({ data }) => data)
const typed = new EventSourcePolyfill<{ token: string }>('https://example.com/')
typed.addEventListener('token', ({ data }) => data.length)
const Chosen = NativeEventSource || EventSourcePolyfill
new Chosen('https://example.com/', { withCredentials: true }).close()
new PolyfilledEventSource('https://example.com/').close()
install()
install({ force: true })
// @ts-expect-error: it is not taken.
new EventSourcePolyfill('https://example.com/', { Transport: XMLHttpRequest })
// @ts-expect-error: misspelt
new EventSource('https://example.com/', { idleTimout: 1000 })
// @ts-expect-error: it is called body
new EventSource('https://example.com/', { payload: {} })
// @ts-expect-error: a policy has no such member
new EventSource('https://example.com/', { reconnect: { retries: 3 } })
// @ts-expect-error: misspelt
new EventStreamParser({ onevent() {} })
// @ts-expect-error: misspelt
createParser({ onevent() {} })
// @ts-expect-error: misspelt
new EventSourceParserStream({ onerror: 'terminate' })
// @ts-expect-error: misspelt
fetchEventSource('https://example.com/', { onMessage() {} })
// @ts-expect-error: it answers at once
new EventSource('https://example.com/', { closeOn: async ({ data }) => data === '[DONE]' })
new EventSource('https://example.com/', { headers: { authorization: undefined, 'x-b': null }, idleTimeout: null, reconnect: null, limits: null, closeOn: ({ data }) => data === '[DONE]' })
new EventSource('https://example.com/', { headers: () => ({ authorization: null }), limits: { line: null }, reconnect: { baseMs: null } })
new EventStreamParser({ onEvent: null, limits: null })
