import type { EventSourceMessage } from './fetch-event-source-parse.js'
export type { EventSourceMessage }

/** `text/event-stream`, which is asked for unless `headers` has an `accept`. */
export declare const EventStreamContentType = 'text/event-stream'

/** What `fetch` takes, and what is to be done with what comes. */
export interface FetchEventSourceInit extends Omit<RequestInit, 'headers'> {
  /** The request's headers. Default: those of `input`, where it is a `Request`. A `last-event-id` is where to start from. */
  headers?: Record<string, string | undefined | null> | [string, string | undefined | null][] | Headers | null
  /** Called with each response, and awaited. What it throws goes to `onerror`. Default: throws if the content type is not an event stream's. */
  onopen?: ((response: Response) => void | Promise<void>) | null
  /** Called with each message, whatever its `event`, and also without data. What it throws goes to `onerror`. */
  onmessage?: ((message: EventSourceMessage) => void) | null
  /** Called when a response has ended. What it throws goes to `onerror`; otherwise it is over. */
  onclose?: (() => void) | null
  /**
   * Called when a request fails, a response breaks off, or a callback has thrown. What it throws is what the promise is rejected with. A number
   * says in how many milliseconds to try again; nothing: after 1000, or what the last `retry` has said.
   */
  onerror?: ((error: any) => number | null | undefined | void) | null
  /** Default false: the request is given up when the page is hidden, and sent again when it is shown again; while it is hidden none is sent again. */
  openWhenHidden?: boolean | null
  /** Used instead of the host's `fetch`, which is looked up at each attempt. */
  fetch?: typeof fetch | null
  /** `Extension:` the most characters of an unfinished message. Past it, `onerror` gets a `ParseError`. Default 67,108,864. */
  maxBufferSize?: number | null
}

/**
 * Sends a request, reads its event stream and, where `onerror` has it so, sends it again, from the last event ID.
 * @returns A promise that is resolved when a response has ended, or by `signal`; and rejected with what `onerror` throws, or at once where the engine can't be loaded.
 */
export declare function fetchEventSource(input: RequestInfo | URL, init?: FetchEventSourceInit): Promise<void>
