// UTF-8 in JS, for hosts without TextDecoder and TextEncoder. The bundler puts these in the place of the globals.
/** Bytes at once: each is an argument of a call. */
const PIECE = 4096

/** By what engines have built in: bytes as characters up to U+00FF, and these as UTF-8. */
const decode = (bytes) => {
  let text = ''
  for (let at = 0, end; bytes !== undefined && at < bytes.length; at = end) {
    end = at + PIECE
    // A character stays whole.
    while ((bytes[end] & 0xc0) === 0x80) end--
    const piece = String.fromCharCode.apply(null, bytes.subarray(at, end))
    text += /[^\0-\x7f]/.test(piece) ? decodeURIComponent(escape(piece)) : piece
  }
  return text
}

const encode = (given) => {
  const text = String(given)
  const bytes = []
  for (let at = 0; at < text.length; at++) {
    let point = text.codePointAt(at)
    if (point > 0xffff) at++
    if (point >= 0xd800 && point < 0xe000) point = 0xfffd
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f))
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f))
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f))
  }
  return new Uint8Array(bytes)
}

/** Decodes only what is UTF-8 already: the engine has replaced what was not. */
class OwnTextDecoder {
  decode(bytes) {
    return decode(bytes)
  }
}

class OwnTextEncoder {
  encode(text) {
    return encode(text)
  }
  encodeInto(text, target) {
    const bytes = encode(text)
    target.set(bytes)
    return { read: text.length, written: bytes.length }
  }
}

export const TextDecoder = globalThis.TextDecoder || OwnTextDecoder
export const TextEncoder = globalThis.TextEncoder || OwnTextEncoder
