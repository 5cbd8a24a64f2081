/** What `limits` may hold: the most bytes (of UTF-8) that a stream may make the page keep, each from 1 to 536,870,888. Past one, the source fails. */
export interface StreamLimits {
  /** The longest line, without its terminator. Default 16 MiB. Past it: `LineTooLong`. */
  line?: number
  /** The largest data of one event. Default 64 MiB. Past it: `EventTooLarge`. */
  event?: number
  /** The most that may wait for the rest of an event after a chunk. Default 64 MiB. Past it: `TooMuchPending`. */
  pending?: number
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

/** The least `fetch`: the platform's is one. */
export type FetchLike = (url: string, init: FetchLikeInit) => Promise<FetchLikeResponse>

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

/**
 * What the source is to be constructed with. Whatever is not named here is passed on to `fetch` (in a mini program: to its request) too.
 */
export interface EventSourceInit {
  /** As in the platform's class: send cookies across origins. Default false. */
  withCredentials?: boolean
  /** The request's method. Default `GET`, or `POST` when there is a `body`. */
  method?: string
  /** The request's headers. `Accept: text/event-stream` is added where there is no `Accept`. */
  headers?: Record<string, string> | Iterable<readonly [string, string]> | Headers
  /** What `fetch` takes as body; a plain object or array is sent as JSON, with its content type. A stream can be sent only once, so it is never sent again. */
  body?: string | ArrayBuffer | ArrayBufferView | Blob | FormData | URLSearchParams | ReadableStream | object | null
  /** Used instead of the host's `fetch`, which is looked up at each connection. */
  fetch?: FetchLike
  /**
   * Carries the request out in place of `fetch`: a function of the shape of `wx.request`. Everything that is not named here is passed on
   * to it, such as `timeout`. Mini programs use their host's request by themselves; to be given where one's own is wanted, such as
   * `Taro.request` with its interceptors.
   */
  request?: RequestLike
  /** The last event ID to start from, sent as `Last-Event-ID`. Default none. */
  lastEventId?: string
  /** Closes the source when it is aborted. Aborted already: nothing is ever sent. */
  signal?: AbortSignalLike
  /**
   * Whether to connect again after the stream has ended or broken off.
   * - `'auto'` (default): GET and HEAD as the HTML standard says. Another method is never sent twice by surprise: the end of its
   *   stream is the end, and a break is mended only where a last event ID says where to go on.
   * - `true`: as the standard says, whatever the method.
   * - `false`: never.
   */
  reconnect?: boolean | 'auto'
  /** See {@link StreamLimits}. */
  limits?: StreamLimits
  /** Bytes that are not UTF-8: `'replace'` puts U+FFFD in their place as the standard says; `'fatal'` fails with `InvalidUtf8`. Default `'replace'`. */
  utf8?: 'replace' | 'fatal'
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
  /** `'closed'` by `close()` or the signal; `'ended'`: the stream ended and is not to be fetched again; `'failed'`: an `error` event has said why. */
  readonly reason: 'closed' | 'ended' | 'failed'
}

/** What an `ErrorEvent` may be constructed with. */
export interface ErrorEventInit extends EventInit {
  message?: string
  code?: number
  status?: number
  headers?: { get(name: string): string | null }
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
  /**
   * What `fetch` or the body was rejected with; otherwise an `Error` whose `name` is `BadStatus`, `BadContentType`, `StreamEnded`,
   * `LineTooLong`, `EventTooLarge`, `TooMuchPending` or `InvalidUtf8`. Where a request function failed, its `errMsg` and `errno`, with the
   * name `AbortError`, `TimeoutError`, `InterruptedError` (in the background) or `NetworkError`; `NotSupportedError` where it can't stream.
   */
  readonly cause: unknown
  /** Which failure in a row this is, from 1. */
  readonly attempt: number
  /** In how many milliseconds the source connects again; null: it will not, and is CLOSED. */
  readonly retryIn: number | null
}

/** The events of a source by type; every other type is a `MessageEvent`, named by the server. */
export interface EventSourceEventMap {
  open: OpenEvent
  message: MessageEvent
  error: ErrorEvent
  close: CloseEvent
}

/**
 * A source of server-sent events: the HTML standard's class (section 9.2.2), which also takes headers, a method and a body.
 * Everything that runs with the platform's class runs with this one.
 */
export declare class EventSource extends EventTarget {
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
  constructor(url: string | URL, init?: EventSourceInit)

  /**
   * `Extension:` a source over bytes that one already has, such as a response's body. Opens at once, never connects again; the
   * stream's end or error fires `error` once, with the source CLOSED. Its `url` is `about:event-stream`, its events' origin `null`.
   * @throws `TypeError`: not a stream, or locked.
   */
  static fromReadableStream(stream: ReadableStream<Uint8Array>, init?: Pick<EventSourceInit, 'limits' | 'signal' | 'utf8'>): EventSource

  /** The URL, absolute. */
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
  set onopen(handler: ((this: EventSource, event: OpenEvent) => any) | null)
  get onmessage(): ((this: any, event: any) => any) | null
  set onmessage(handler: ((this: EventSource, event: MessageEvent) => any) | null)
  get onerror(): ((this: any, event: any) => any) | null
  set onerror(handler: ((this: EventSource, event: ErrorEvent) => any) | null)
  /** `Extension:` see {@link CloseEvent}. A server's own `event: close` comes here too, as a `MessageEvent`. */
  get onclose(): ((this: any, event: any) => any) | null
  set onclose(handler: ((this: EventSource, event: CloseEvent) => any) | null)

  /** Closes the source for good: the connection is given up, and no event is dispatched but `close`. */
  close(): void

  addEventListener<K extends keyof EventSourceEventMap>(type: K, listener: (this: EventSource, event: EventSourceEventMap[K]) => any, options?: boolean | AddEventListenerOptions): void
  addEventListener(type: string, listener: (this: EventSource, event: MessageEvent) => any, options?: boolean | AddEventListenerOptions): void
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void
  removeEventListener<K extends keyof EventSourceEventMap>(type: K, listener: (this: EventSource, event: EventSourceEventMap[K]) => any, options?: boolean | EventListenerOptions): void
  removeEventListener(type: string, listener: (this: EventSource, event: MessageEvent) => any, options?: boolean | EventListenerOptions): void
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void
}
