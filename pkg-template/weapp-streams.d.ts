/**
 * Imported for what it does: the option `fetch` and `EventSource.fromReadableStream` work in a mini program too, with the fetch or the stream
 * that one brings. Hosts have neither.
 */
export {}
