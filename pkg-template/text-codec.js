// UTF-8 in JS, for hosts without TextDecoder and TextEncoder. The bundler puts these in the place of the globals.
const UNITS = 4096

const decode = (bytes) => {
  if (bytes === undefined) return ''
  let text = ''
  let units = []
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++]
    if (first < 0x80) units.push(first)
    else if (first < 0xe0) units.push(((first & 0x1f) << 6) | (bytes[at++] & 0x3f))
    else if (first < 0xf0) units.push(((first & 0x0f) << 12) | ((bytes[at++] & 0x3f) << 6) | (bytes[at++] & 0x3f))
    else {
      const point = (((first & 0x07) << 18) | ((bytes[at++] & 0x3f) << 12) | ((bytes[at++] & 0x3f) << 6) | (bytes[at++] & 0x3f)) - 0x10000
      units.push(0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff))
    }
    if (units.length >= UNITS) {
      text += String.fromCharCode.apply(null, units)
      units = []
    }
  }
  return text + String.fromCharCode.apply(null, units)
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
