declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol
  }
}

/** What `limits` may hold: the most bytes (of UTF-8) that a stream may make the page keep, each from 1 to 536,870,888. Past one, the source fails. */
export interface StreamLimits {
  /**
   * The longest line that has an effect, without its terminator. Default: 64 MiB, or `event` where that is more, and 6 bytes, so that an event of the largest
   * size may be one line. Past it: `LineTooLong`. Comments that nobody asks for and unknown fields are skipped without being stored, whatever their length.
   */
  line?: number | null
  /** The largest data of one event. Default 64 MiB. Past it: `EventTooLarge`. */
  event?: number | null
  /** The most that may wait for the rest of an event after a chunk. Default: as much as a line. Past it: `TooMuchPending`. */
  pending?: number | null
}

/** The limits of a source: those of its streams, and of what waits for whoever iterates. */
export interface SourceLimits extends StreamLimits {
  /**
   * How many events may wait for an iterator, from 1 to 4,294,967,295. When so many do, the stream is not read on until some are taken; only the
   * chunk at hand may bring more. Default 1024. A request function can't be paused: past it, which is 65,536 by default then, the source
   * fails with `QueueTooLong`.
   */
  queue?: number | null
}

/** `Extension:` what the functions among the options are told of the request that they make a part of. */
export interface AttemptContext {
  /** Which attempt in a row this is: 1 for the first connection, and after one that was stable; then the `attempt` of the `error` event, plus 1. */
  readonly attempt: number
  /** Where the stream is to go on; empty: from its start. */
  readonly lastEventId: string
  /**
   * Why there is a request: `'start'`, `'reconnect'` (the method), `'resume'` (the page or mini program is back), `'unauthorized'`
   * (`onUnauthorized` has seen to it), or the name of the last error, such as `'NetworkError'`, `'StreamEnded'`, `'BadStatus'`.
   */
  readonly reason: string
}

/** Made anew for each request. What it throws is an `error` event and another attempt; a {@link FatalError} is the end. */
export type FromAttempt<T> = (attempt: AttemptContext) => T | PromiseLike<T>

/**
 * `Extension:` how long to wait before connecting again, and how often (HTML, section 9.2.3, leaves room for it). The first wait is the
 * reconnection time; the `n`-th in a row is up to that × `factor`ⁿ⁻¹. `Retry-After` may make each longer.
 */
export interface ReconnectPolicy {
  /** As `reconnect: true`; without it, the rules of `'auto'` hold. Default false. */
  always?: boolean | null
  /** The reconnection time, until the stream's `retry` sets another. Milliseconds, from 0. Default 3000. */
  baseMs?: number | null
  /**
   * The longest wait, where the reconnection time is not longer. Milliseconds, from 0. Default 30000. While the host says that it is offline,
   * which some are wrong about, each wait is as long as this, and ends sooner only where the host is online again.
   */
  maxMs?: number | null
  /** By how much the longest wait grows with each failure in a row: from 1 to 1000. Default 2. */
  factor?: number | null
  /** Full jitter: a wait is anywhere between the reconnection time and the longest. Without it, always the longest. Default true. */
  jitter?: boolean | null
  /** How often in a row to connect again before the source fails with `TooManyAttempts`: from 0. Default: for ever. */
  maxAttempts?: number | null
  /** How long a stream must have been open for failures to be counted anew. Milliseconds, from 0. Default 5000. */
  stableMs?: number | null
  /** The statuses, from 100 to 599, behind which to connect again, whatever the method. Default none, as in the standard. */
  statuses?: number[] | null
}

/** The least that a response of a custom `fetch` must have. A `Response` has it. */
export interface FetchLikeResponse {
  readonly body: { getReader(): unknown } | null
  readonly status: number
  /** The URL after redirects: the origin of the events. May be empty. */
  readonly url?: string
  readonly headers: { get(name: string): string | null }
}

/** What a custom `fetch` is called with. A superset of what is sent: the fields of `RequestInit` that were given to the source. */
export interface FetchLikeInit {
  method: string
  headers: Record<string, string>
  body?: any
  signal?: any
  mode?: any
  cache?: any
  credentials?: any
  redirect?: any
}

/** The least `fetch`: the platform's is one. Called with a `URL`, and with a string where the host has none. */
export type FetchLike = (url: string | URL, init: FetchLikeInit) => Promise<FetchLikeResponse>

/** What a request function gives back: a mini program's `RequestTask`, see `wx.request`. */
export interface RequestTaskLike {
  abort?(): void
  /** Called with `{ statusCode, header }`. */
  onHeadersReceived?(callback: (response: any) => void): void
  /** Called with `{ data }`: an ArrayBuffer, a view of one, or a string. Needed: without it the source fails with `NotSupportedError`. */
  onChunkReceived?(callback: (chunk: any) => void): void
}

/** What a request function is called with: a superset of this, with what the options have besides. */
export interface RequestTaskInit {
  url: string
  method: any
  header: Record<string, string>
  data?: string | ArrayBuffer
  enableChunked: true
  responseType: 'arraybuffer'
  success(response: any): void
  fail(failure: any): void
}

/** The least request function of a mini program: `wx.request`, `Taro.request`, `uni.request` are. */
export type RequestLike = (init: RequestTaskInit) => RequestTaskLike | PromiseLike<unknown> | void

/** The least `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener?(type: 'abort', listener: () => void): void
}

/** Headers by name, as pairs, or a `Headers`. One whose value is undefined or null is left out; white space around a value is no part of it. */
export type HeadersLike = Record<string, string | undefined | null> | Iterable<readonly [string, string | undefined | null]> | Headers

/** What can be sent as a body. */
export type BodyLike = string | ArrayBuffer | ArrayBufferView | Blob | FormData | URLSearchParams | ReadableStream | object | null | undefined

/**
 * What the source is to be constructed with; null is as not given. Whatever is not named here is passed on to `fetch` (in a mini program: to its
 * request) too, and where it looks like a misspelt name, the console says so once.
 */
export interface EventSourceInit {
  /** As in the platform's class: send cookies across origins. Default false. */
  withCredentials?: boolean | null
  /** The request's method. Default `GET`, or `POST` when there is a `body`. */
  method?: string | null
  /**
   * The request's headers. `Accept: text/event-stream` is added where there is no `Accept`. As a function, for tokens that run out, or an
   * `Idempotency-Key`. `fetch` takes `Authorization` away when it is redirected to another origin, and no other header: with secrets in
   * others, give `redirect: 'error'`.
   */
  headers?: HeadersLike | FromAttempt<HeadersLike | null | undefined> | null
  /**
   * What `fetch` takes as body; a plain object or array is sent as JSON, with its content type. A stream can be read only once: where it would
   * have to be sent again, the source fails. A function makes one for each request.
   */
  body?: BodyLike | FromAttempt<BodyLike> | null
  /** `Extension:` where each request goes, as a function; what the constructor's first argument says stays the source's `url`, unless that is a function too. */
  url?: FromAttempt<string | URL> | null
  /** Used instead of the host's `fetch`, which is looked up at each connection. */
  fetch?: FetchLike | null
  /**
   * Carries the request out in place of `fetch`: a function of the shape of `wx.request`. Everything that is not named here is passed on
   * to it, such as `timeout`. Mini programs use their host's request by themselves; to be given where one's own is wanted, such as
   * `Taro.request` with its interceptors.
   */
  request?: RequestLike | null
  /**
   * The last event ID to start from, sent as `Last-Event-ID`. Default none. An ID with control characters, of a stream too, can't be a header's value
   * and is not sent.
   */
  lastEventId?: string | null
  /** Closes the source when it is aborted. Aborted already: nothing is ever sent. */
  signal?: AbortSignalLike | null
  /**
   * Whether to connect again after the stream has ended or broken off.
   * - `'auto'` (default): GET and HEAD as the HTML standard says. Another method is never sent twice by surprise: the end of its
   *   stream is the end, and a break is mended only where a last event ID says where to go on.
   * - `true`: as the standard says, whatever the method.
   * - `false`: never.
   */
  reconnect?: boolean | 'auto' | ReconnectPolicy | null
  /** `Extension:` how long the response's head may take, functions that make the request included, in milliseconds from 1; then `OpenTimeout`, which counts as a break. Default: as long as it likes. */
  openTimeout?: number | null
  /**
   * `Extension:` how long the stream may be silent, in milliseconds from 1; then `IdleTimeout`, which counts as a break. Comments are life. A
   * computer that has slept is checked on at once. Default: as long as it likes.
   */
  idleTimeout?: number | null
  /**
   * `Extension:` `'pause'` gives the connection up while the page is hidden, or the mini program in the background, and resumes it with the
   * last event ID. What can't be resumed (see `reconnect`) is kept. Default `'keep'`.
   */
  whenHidden?: 'keep' | 'pause' | null
  /**
   * `Extension:` the types of events, or what says of an event, that the stream is over: the event is dispatched, and the source is closed with
   * the reason `'ended'`. A function answers at once: an async one is a `TypeError`, and one that gives a promise fails the source.
   */
  closeOn?: readonly string[] | ((event: MessageEvent) => boolean) | null
  /**
   * `Extension:` decides what is an event stream, in place of status 200 and `text/event-stream`; the body is not read before it has settled. What
   * it throws is another attempt (`Rejected`), a {@link FatalError} is the end. Not with `request`.
   */
  onResponse?: ((response: any) => unknown) | null
  /** `Extension:` sees to a status 401, once until a connection opens: then the request is made again at once. What it throws is the end. */
  onUnauthorized?: ((response: { readonly status: number; readonly headers: { get(name: string): string | null } }) => unknown) | null
  /** `Extension:` dispatch `comment` events, see {@link CommentEvent}. Default false. */
  comments?: boolean | null
  /**
   * `Extension:` the last event ID goes into the query, under this name, in place of the `Last-Event-ID` header: to another origin a header
   * costs a preflight, which some servers refuse.
   */
  lastEventIdQueryParameterName?: string | null
  /** See {@link SourceLimits}. */
  limits?: SourceLimits | null
  /** One number for all `limits` that are not given, as the package eventsource has it. Not in mini programs. */
  maxBufferSize?: number | null
  /** Bytes that are not UTF-8: `'replace'` puts U+FFFD in their place as the standard says; `'fatal'` fails with `InvalidUtf8`. Default `'replace'`. */
  utf8?: 'replace' | 'fatal' | null
  // Passed on to `fetch`: see the platform's `RequestInit`.
  cache?: RequestInit['cache']
  credentials?: RequestInit['credentials']
  integrity?: string
  keepalive?: boolean
  mode?: RequestInit['mode']
  priority?: 'auto' | 'high' | 'low'
  redirect?: RequestInit['redirect']
  referrer?: string
  referrerPolicy?: RequestInit['referrerPolicy']
  /** Node's `fetch` only: undici's dispatcher. */
  dispatcher?: unknown
  /** A mini program's request only: when the host gives up, in milliseconds. WeChat: 60,000, which is also the most. */
  timeout?: number
}

/** The `open` event: a connection has been announced (HTML, section 9.2.3). */
export interface OpenEvent extends Event {
  /** The response's status: 200. Undefined for a source over a stream. */
  readonly status?: number
  /** The response's headers, as `fetch` gave them. */
  readonly headers?: { get(name: string): string | null }
  /** The URL after redirects. */
  readonly url: string
}

/** The `close` event, beyond the standard: the source is CLOSED for good. Fires once. */
export interface CloseEvent extends Event {
  /** `'closed'` by `close()` or the signal; `'ended'`: the stream ended and is not to be fetched again, or `closeOn` has said so; `'failed'`: an `error` event has said why. */
  readonly reason: 'closed' | 'ended' | 'failed'
}

/** The `comment` event, beyond the standard, with the option `comments`. A server's own `event: comment` comes by this name too, as a `MessageEvent`. */
export interface CommentEvent extends Event {
  /** The comment, without one leading space. */
  readonly data: string
}

/** `Extension:` to be thrown by a function among the options where there is no use in another attempt. Told apart by its `name`, `'FatalError'`. */
export declare class FatalError extends Error {
  constructor(message?: string, options?: { cause?: unknown })
}

/** What an `ErrorEvent` may be constructed with. */
export interface ErrorEventInit extends EventInit {
  message?: string
  code?: number
  status?: number
  headers?: { get(name: string): string | null }
  url?: string
  body?: string
  cause?: unknown
  attempt?: number
  retryIn?: number | null
}

/** The `error` event: the connection broke, was refused, or went past a limit. */
export declare class ErrorEvent extends Event {
  constructor(type: string, init?: ErrorEventInit)
  /** What happened, with what, and what to do. */
  readonly message: string
  /** The status of a response that was refused; otherwise undefined. */
  readonly code: number | undefined
  /** The status of the connection's response, where there was one. */
  readonly status: number | undefined
  /** The headers of the connection's response, where there was one. */
  readonly headers: { get(name: string): string | null } | undefined
  /** The URL that answered, after redirects; where nothing has answered, or the host does not tell, the URL that was asked. */
  readonly url: string
  /**
   * How the body of a response that was refused begins, as text: at most 64 KiB, of at most a second. Not with `request` or `onResponse`.
   */
  readonly body: string | undefined
  /**
   * What `fetch`, the body or a function of the options was rejected with; otherwise an `Error` whose `name` is `BadStatus`,
   * `BadContentType`, `StreamEnded`, `OpenTimeout`, `IdleTimeout`, `TooManyAttempts`, `LineTooLong`, `EventTooLarge`, `TooMuchPending`,
   * `QueueTooLong` or `InvalidUtf8`. Where a request function failed, its `errMsg` and `errno`, with the
   * name `AbortError`, `TimeoutError`, `InterruptedError` (in the background) or `NetworkError`; `NotSupportedError` where it can't stream.
   */
  readonly cause: unknown
  /** Which failure in a row this is, from 1. */
  readonly attempt: number
  /** In how many milliseconds the source connects again; null: it will not, and is CLOSED. */
  readonly retryIn: number | null
}

/** What `for await` over a source throws where the source has failed: an `Error` with the fields of the `error` event. `cause` says what went wrong. */
export interface EventSourceError extends Error, Pick<ErrorEvent, 'code' | 'status' | 'headers' | 'url' | 'body' | 'attempt' | 'retryIn'> {
  readonly name: 'EventSourceError'
  readonly cause: unknown
}

/** The events of a source by type; every other type is a `MessageEvent`, named by the server. */
export interface EventSourceEventMap {
  open: OpenEvent
  message: MessageEvent
  error: ErrorEvent
  close: CloseEvent
}

/** A message event whose data `Events` declares: a kind of string, or null where nothing is known of it. */
export type MessageEventOf<Events, Type> = MessageEvent<Type extends keyof Events ? (Events[Type] extends string ? Events[Type] : string) : any>

/** {@link EventSourceEventMap} with the message events that `Events` declares. */
export type EventMapOf<Events> = Omit<EventSourceEventMap, 'message'> & {
  [Type in 'message' | Exclude<keyof Events, keyof EventSourceEventMap>]: MessageEventOf<Events, Type>
}

/**
 * A source of server-sent events: the HTML standard's class (section 9.2.2), which also takes headers, a method and a body.
 * Everything that runs with the platform's class runs with this one.
 *
 * `Events` declares the types of event that the server sends, each with the type of its data: `EventSource<{ token: string; state: 'on' | 'off'; done: null }>`.
 */
export declare class EventSource<Events extends { [Type in keyof Events]: string | null } = {}> extends EventTarget {
  static readonly CONNECTING: 0
  static readonly OPEN: 1
  static readonly CLOSED: 2
  /** `Extension:` what the engine runs as; undefined until it has been loaded, by the first source. */
  static readonly engine: 'wasm' | 'js' | undefined
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSED: 2

  /**
   * Connects, asynchronously: no event fires before the constructor has returned.
   * @throws `SyntaxError` (a `DOMException` where the host has it): the URL is not one.
   * @throws `TypeError`: an option is wrong; the message names it. Nothing has been sent.
   */
  constructor(url: string | URL | FromAttempt<string | URL>, init?: EventSourceInit)

  /**
   * `Extension:` a source over bytes that one already has, such as a response's body. Opens at once, never connects again; the
   * stream's end or error fires `error` once, with the source CLOSED. Its `url` is `about:event-stream`, its events' origin `null`.
   * @throws `TypeError`: not a stream, or locked.
   */
  static fromReadableStream<Events extends { [Type in keyof Events]: string | null } = {}>(stream: ReadableStream<Uint8Array>, init?: Pick<EventSourceInit, 'closeOn' | 'comments' | 'idleTimeout' | 'limits' | 'signal' | 'utf8'>): EventSource<Events>

  /** The URL, absolute. Where functions say it: that of the last request, empty until there is one. */
  readonly url: string
  /** Whether cookies are sent across origins. */
  readonly withCredentials: boolean
  /** CONNECTING (0), OPEN (1) or CLOSED (2). */
  readonly readyState: 0 | 1 | 2
  /** `Extension:` the last event ID of the events so far, across connections. */
  readonly lastEventId: string
  /** `Extension:` how long to wait before connecting again, in milliseconds: 3000 until the stream says otherwise by `retry`. */
  readonly reconnectionTime: number

  get onopen(): ((this: any, event: any) => any) | null
  set onopen(handler: ((this: EventSource<Events>, event: OpenEvent) => any) | null)
  get onmessage(): ((this: any, event: any) => any) | null
  set onmessage(handler: ((this: EventSource<Events>, event: MessageEventOf<Events, 'message'>) => any) | null)
  get onerror(): ((this: any, event: any) => any) | null
  set onerror(handler: ((this: EventSource<Events>, event: ErrorEvent) => any) | null)
  /** `Extension:` see {@link CloseEvent}. A server's own `event: close` comes here too, as a `MessageEvent`. */
  get onclose(): ((this: any, event: any) => any) | null
  set onclose(handler: ((this: EventSource<Events>, event: CloseEvent) => any) | null)

  /** Closes the source for good: the connection is given up, and no event is dispatched but `close`. A source that is not closed keeps Node running. */
  close(): void
  /**
   * `Extension:` drops what is open or waited for, without an `error`, and connects now, counting attempts anew. Does nothing where the source is CLOSED, or has a stream as
   * body or instead of a URL. In a listener: behind the other events of the chunk.
   */
  reconnect(): void
  /** `Extension:` as `close()`, for `using`; where the host has the symbol. */
  [Symbol.dispose](): void
  /**
   * `Extension:` the events from now on, `message` and every other type, one by one. Ends when the source is CLOSED; throws an
   * {@link EventSourceError} if it failed. Leaving the loop doesn't close the source. For a reader that is slow, see {@link SourceLimits}.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<MessageEvent>

  addEventListener<Type extends keyof EventMapOf<Events>>(type: Type, listener: (this: EventSource<Events>, event: EventMapOf<Events>[Type]) => any, options?: boolean | AddEventListenerOptions): void
  addEventListener(type: string, listener: (this: EventSource<Events>, event: MessageEvent) => any, options?: boolean | AddEventListenerOptions): void
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void
  removeEventListener<Type extends keyof EventMapOf<Events>>(type: Type, listener: (this: EventSource<Events>, event: EventMapOf<Events>[Type]) => any, options?: boolean | EventListenerOptions): void
  removeEventListener(type: string, listener: (this: EventSource<Events>, event: MessageEvent) => any, options?: boolean | EventListenerOptions): void
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void
}

/** What the package eventsource calls {@link FetchLikeInit}. */
export type EventSourceFetchInit = FetchLikeInit
/** The reader of a {@link FetchLikeResponse}'s body. */
export interface ReaderLike {
  read(): Promise<{ done: false; value: ArrayBuffer | ArrayBufferView } | { done: true; value?: ArrayBuffer | ArrayBufferView | undefined }>
  cancel(): Promise<void>
}
/** The class as a value. */
export type EventSourceConstructor = typeof EventSource
