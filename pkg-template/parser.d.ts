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
  onEvent?: (event: ParsedEvent) => void
  /** Called for each valid `retry` field, with milliseconds. */
  onRetry?: (milliseconds: number) => void
  /** Called when the last event ID changes, before the event that goes with it. */
  onId?: (lastEventId: string) => void
  /** `Extension:` called for each comment, without one leading space. */
  onComment?: (text: string) => void
  /** Called once when the stream can't be read on; without it, `feed` throws the error. */
  onError?: (error: StreamError) => void
  /** See {@link StreamLimits}. */
  limits?: StreamLimits
  /** Bytes that are not UTF-8: `'replace'` (default) puts U+FFFD in their place, `'fatal'` is an error. */
  utf8?: 'replace' | 'fatal'
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

/**
 * Compiles the engine without blocking. Needed only where the host refuses to compile synchronously (old browsers' pages).
 * @throws What the host says when it can't be compiled.
 */
export declare function init(): Promise<void>
