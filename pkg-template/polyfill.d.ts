import type { ErrorEvent, EventMapOf, EventSource as StandardEventSource, EventSourceInit, FetchLike, FromAttempt, HeadersLike, OpenEvent } from './event-source.js'

/** What the source is to be constructed with: the options of event-source-polyfill, and all of {@link EventSourceInit}. */
export interface EventSourcePolyfillInit extends EventSourceInit {
  /** See {@link EventSourcePolyfill.headers}. */
  headers?: { [name: string]: string } | HeadersLike | FromAttempt<HeadersLike | null | undefined> | null
  /**
   * How long nothing may come, neither a response nor bytes of its stream, before the source connects again: milliseconds from 1000 to 18,000,000, and what is
   * beyond is as these. Default 45000, also for what is no number, such as `Infinity`. For other limits, or one for each: `openTimeout`, `idleTimeout`.
   */
  heartbeatTimeout?: number | null
  /** The name under which the last event ID goes into the query. Default `'lastEventId'`. */
  lastEventIdQueryParameterName?: string | null
  /** As {@link EventSourceInit.fetch}, but called with the URL as a string. */
  fetch?: FetchLike | null
  /** Not taken: a `TypeError`. Give a `fetch`. */
  Transport?: null | undefined
}

/** The `open` event, with what event-source-polyfill has. */
export interface PolyfillOpenEvent extends OpenEvent {
  /** The response's reason phrase; empty over HTTP/2 and later. */
  readonly statusText?: string
}

/** The `error` event, with what event-source-polyfill has. `status`, `statusText` and `headers` are those of a response that was refused, and otherwise undefined. */
export interface PolyfillErrorEvent extends ErrorEvent {
  readonly statusText?: string
  /** What has broken the connection: what `fetch` or the body was rejected with, or an `Error` "No activity within … milliseconds". Undefined where the stream ended or the response was refused. */
  readonly error?: any
}

/** The events of an {@link EventSourcePolyfill} by type. */
export type PolyfillEventMap<Events> = Omit<EventMapOf<Events>, 'open' | 'error'> & { open: PolyfillOpenEvent; error: PolyfillErrorEvent }

/** The same for events that are not declared. */
export type EventSourceEventMap = PolyfillEventMap<{}>

/** The class of event-source-polyfill over {@link StandardEventSource}. */
export declare class EventSourcePolyfill<Events extends { [Type in keyof Events]: string | null } = {}> extends StandardEventSource<Events> {
  /** @throws `SyntaxError` and `TypeError` as {@link StandardEventSource} does. Headers are looked at when they are sent. */
  constructor(url: string | URL | FromAttempt<string | URL>, options?: EventSourcePolyfillInit | null)
  /** What was given as `headers`. Looked at for each request: change what it has, or give it something else, and the next one has that. */
  headers: any

  get onopen(): ((this: any, event: any) => any) | null
  set onopen(handler: ((this: EventSourcePolyfill<Events>, event: PolyfillOpenEvent) => any) | null)
  get onerror(): ((this: any, event: any) => any) | null
  set onerror(handler: ((this: EventSourcePolyfill<Events>, event: PolyfillErrorEvent) => any) | null)
  addEventListener<Type extends keyof PolyfillEventMap<Events>>(type: Type, listener: (this: EventSourcePolyfill<Events>, event: PolyfillEventMap<Events>[Type]) => any, options?: boolean | AddEventListenerOptions): void
  addEventListener(type: string, listener: (this: EventSourcePolyfill<Events>, event: MessageEvent) => any, options?: boolean | AddEventListenerOptions): void
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void
}

/** What the platform's class and {@link StandardEventSource} have in common. */
export interface PlatformEventSource extends EventTarget {
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSED: 2
  readonly url: string
  readonly withCredentials: boolean
  readonly readyState: number
  onopen: ((this: any, event: any) => any) | null
  onmessage: ((this: any, event: any) => any) | null
  onerror: ((this: any, event: any) => any) | null
  close(): void
}

export interface EventSourceConstructor {
  new (url: string | URL, init?: { withCredentials?: boolean }): PlatformEventSource
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSED: 2
}

/** The class that the host had before the import; undefined where it had none. */
export declare const NativeEventSource: EventSourceConstructor | undefined

/** {@link NativeEventSource}, or the class of `eventsource-wasm` where there was none, or where it has been put in its place. */
export declare let EventSource: EventSourceConstructor

/** Makes the class of `eventsource-wasm` the global `EventSource` where there is none, as the import does; with `force`, in any case. */
export declare function install(options?: { force?: boolean }): void
