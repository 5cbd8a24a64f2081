// What a chunk may be.

export const tag = (value) => Object.prototype.toString.call(value).slice(8, -1)

const encoder = new TextEncoder()

/** A chunk as bytes, told apart by what it has: it may come from another realm. */
export const bytesOf = (chunk, of = 'EventSource') => {
  let bytes
  if (ArrayBuffer.isView(chunk)) {
    // A subclass such as Buffer has another slice().
    if (chunk.constructor === Uint8Array) bytes = chunk
    // WeChat's devtools give one whose prototype is gone, and its getters with it.
    else bytes = chunk.buffer ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : new Uint8Array(chunk)
  } else if (tag(chunk) === 'ArrayBuffer' || tag(chunk) === 'SharedArrayBuffer') bytes = new Uint8Array(chunk)
  else throw new TypeError(`${of}: a chunk must be an ArrayBuffer, a view of one, or a string`)
  // Throws where the buffer has been transferred away, and its bytes with it.
  if (bytes.length === 0) new Uint8Array(bytes.buffer)
  return bytes
}

export const bytesOrString = (chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : bytesOf(chunk))

/** A stream of bytes, which can be read once. */
export const isStream = (body) => tag(body) === 'ReadableStream' || (typeof body === 'object' && body !== null && typeof body[Symbol.asyncIterator] === 'function')
