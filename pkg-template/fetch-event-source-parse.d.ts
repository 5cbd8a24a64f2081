/** What `onmessage` is called with. */
export interface EventSourceMessage {
  /** The block's `id`; empty where it has none. */
  id: string
  /** The block's `event`; empty where it has none. */
  event: string
  /** The data: the values of all `data` lines, joined with U+000A; empty where there is none. */
  data: string
  /** The block's `retry`, in milliseconds. */
  retry?: number
}

/**
 * Reads a stream chunk by chunk, to its end.
 * @throws What the stream fails with, or `onChunk` throws; nobody reads the rest of the stream then.
 */
export declare function getBytes(stream: ReadableStream<Uint8Array>, onChunk: (chunk: Uint8Array) => void): Promise<void>

/**
 * A function that takes chunks, cut anywhere, and calls back for each line, without its terminator. `fieldLength` is where the line's
 * first colon stands, or -1. A line holds only until the callback returns.
 */
export declare function getLines(onLine: (line: Uint8Array, fieldLength: number) => void): (chunk: Uint8Array) => void

/**
 * A function that takes lines, as `getLines` calls back with them, and makes messages. `onId` and `onRetry` are called for each such
 * field, `onMessage` for each block that has a field.
 */
export declare function getMessages(
  onId: (id: string) => void,
  onRetry: (milliseconds: number) => void,
  onMessage?: (message: EventSourceMessage) => void,
): (line: Uint8Array, fieldLength: number) => void
