import type { StreamLimits } from './event-source.js'
export type { StreamLimits }

/** An event as the standard dispatches it (HTML, section 9.2.6). */
export interface ParsedEvent {
  /** `message` where the block named none. */
  type: string
  /** The data: the values of all `data` lines, joined with U+000A. */
  data: string
  /** The last event ID of the stream when the event is dispatched. */
  lastEventId: string
}

/** What `onError` is called with. */
export interface StreamError extends Error {
  name: 'LineTooLong' | 'EventTooLarge' | 'TooMuchPending' | 'InvalidUtf8'
}

export interface EventStreamParserOptions {
  /** Called for each event, in order. */
  onEvent?: ((event: ParsedEvent) => void) | null
  /** Called for each valid `retry` field, with milliseconds. */
  onRetry?: ((milliseconds: number) => void) | null
  /** Called when the last event ID changes, before the event that goes with it. */
  onId?: ((lastEventId: string) => void) | null
  /** `Extension:` called for each comment, without one leading space. */
  onComment?: ((text: string) => void) | null
  /** Called once when the stream can't be read on; without it, `feed` throws the error. */
  onError?: ((error: StreamError) => void) | null
  /** See {@link StreamLimits}. */
  limits?: StreamLimits | null
  /** Bytes that are not UTF-8: `'replace'` (default) puts U+FFFD in their place, `'fatal'` is an error. */
  utf8?: 'replace' | 'fatal' | null
}

/** Parses an event stream that the caller brings in chunks, cut anywhere. */
export declare class EventStreamParser {
  /** @throws `TypeError`: an option is wrong. @throws `Error`: the host does not compile synchronously, see {@link init}. */
  constructor(options?: EventStreamParserOptions)
  /** The last event ID of the events so far. */
  readonly lastEventId: string
  /**
   * Takes a chunk and calls back for what it completes. A callback may feed; that chunk's turn comes after this one's events. If a
   * callback throws, the error comes out here, and what is left of the chunk is delivered first by the next call.
   * @throws `TypeError`: neither bytes nor a string. @throws {@link StreamError} where there is no `onError`.
   */
  feed(chunk: ArrayBuffer | ArrayBufferView | string): void
  /** As `feed`, but returns the events and does not call `onEvent`. */
  feedBatch(chunk: ArrayBuffer | ArrayBufferView | string): ParsedEvent[]
  /** The end of the stream: an unfinished event is dropped, as the standard says. The last event ID stays. */
  end(): void
  /** Forgets everything: another stream begins, also after an error. */
  reset(): void
  /** Gives the parser's memory back. Any further call throws. */
  free(): void
}

/** An event as eventsource-parser hands it out: what its own block says. */
export interface EventSourceMessage {
  /** The block's `id`; undefined where it has none. */
  id?: string | undefined
  /** The block's `event`; undefined where it has none, or an empty one. */
  event?: string | undefined
  /** The data: the values of all `data` lines, joined with U+000A. */
  data: string
}

export type ErrorType = 'invalid-retry' | 'unknown-field' | 'max-buffer-size-exceeded'

/** What {@link createParser} calls `onError` with. */
export declare class ParseError extends Error {
  /** Which error it is. */
  type: ErrorType
  /** The name of an unknown field. */
  field?: string | undefined
  /** The value of a field that is unknown or no number. */
  value?: string | undefined
  /** The line. */
  line?: string | undefined
  constructor(message: string, options: { type: ErrorType; field?: string; value?: string; line?: string })
}

export interface ParserCallbacks {
  /** Called for each event, in order. */
  onEvent?: ((event: EventSourceMessage) => void) | undefined | null
  /** `Extension:` called for each block that has fields but no data, which is no event. Its `data` is empty. */
  onEmptyEvent?: ((event: EventSourceMessage) => void) | undefined | null
  /** Called at the end of each block that has an `id`, before `onEvent`. */
  onId?: ((id: string) => void) | undefined | null
  /** Called for each valid `retry` field, with milliseconds. */
  onRetry?: ((milliseconds: number) => void) | undefined | null
  /** Called for each comment, without one leading space. */
  onComment?: ((comment: string) => void) | undefined | null
  /** Called for each line that has no effect, and when `maxBufferSize` is exceeded. Of a line that is dropped before its end nothing is told. */
  onError?: ((error: ParseError) => void) | undefined | null
}

export interface ParserConfig extends ParserCallbacks {
  /**
   * The most characters (UTF-16 code units) that may wait for the next chunk: the data of an event, and an unfinished line. Past it, `onError` is
   * called, and `feed` throws until `reset`. Default: no limit but the host's.
   */
  maxBufferSize?: number | undefined | null
}

/** What {@link createParser} returns; its functions need no `this`. */
export interface EventSourceParser {
  /** Takes a chunk, cut anywhere, and calls back for what it completes. `Extension:` also of bytes. */
  feed(chunk: ArrayBuffer | ArrayBufferView | string): void
  /** Another stream begins. `consume`: an unfinished line is taken as if it had ended. */
  reset(options?: { consume?: boolean }): void
}

/**
 * A parser with the surface of eventsource-parser 4.
 * @throws `TypeError`: `config` or a callback is not what it must be. @throws `Error`: the host does not compile synchronously, see {@link init}.
 */
export declare function createParser(config: ParserConfig): EventSourceParser

export interface StreamOptions {
  /** `'terminate'`: an error is the stream's. A function is called. Past `maxBufferSize` the stream fails in any case. */
  onError?: 'terminate' | ((error: ParseError) => void) | undefined | null
  /** See {@link ParserCallbacks}. */
  onId?: ((id: string) => void) | undefined | null
  /** See {@link ParserCallbacks}. */
  onRetry?: ((milliseconds: number) => void) | undefined | null
  /** See {@link ParserCallbacks}. */
  onComment?: ((comment: string) => void) | undefined | null
  /** See {@link ParserConfig}. */
  maxBufferSize?: number | undefined | null
}

/** A stream of chunks, bytes or strings, to one of events. Hosts without `TransformStream` throw when it is constructed. */
export declare class EventSourceParserStream extends TransformStream<ArrayBuffer | ArrayBufferView | string, EventSourceMessage> {
  constructor(options?: StreamOptions)
}

/** A response, its body, or what gives chunks one by one. */
export type EventStreamSource =
  | { readonly body: ReadableStream<any> | null }
  | ReadableStream<any>
  | AsyncIterable<ArrayBuffer | ArrayBufferView | string>

/**
 * The events of a response, whose status and content type are the caller's to check. Who leaves the loop cancels the response.
 * @throws `TypeError`: none of these, or it is being read already. The iteration throws what the stream fails with, or a {@link StreamError}.
 */
export declare function events(source: EventStreamSource, options?: Pick<EventStreamParserOptions, 'limits' | 'utf8'>): AsyncGenerator<ParsedEvent, void, undefined>

/**
 * Compiles the engine without blocking. Needed only where the host refuses to compile synchronously (old browsers' pages).
 * @throws What the host says when it can't be compiled.
 */
export declare function init(): Promise<void>
