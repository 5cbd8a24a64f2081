// The loader of the entries that carry their wasm: xtask/src/build/inline.rs has the format of the text.
import { length, order, text } from './wasm-inline.js'

/** What the text is not written with. */
const NOT_USED = '"$\'<\\`'

const bytes = () => {
  const digits = []
  for (let code = 0x20; code < 0x7f; code++) {
    if (!NOT_USED.includes(String.fromCharCode(code))) digits.push(code)
  }
  const count = digits.length - 2
  const digitOf = new Uint8Array(128)
  digits.forEach((code, digit) => {
    digitOf[code] = digit
  })
  const byteOf = order.match(/../g).map((hex) => parseInt(hex, 16))
  const frequent = new Set(byteOf)
  for (let byte = 0; byte < 256; byte++) {
    if (!frequent.has(byte)) byteOf.push(byte)
  }
  const result = new Uint8Array(length)
  let at = 0
  let set = 0
  for (let position = 0; position < text.length; position++) {
    const digit = digitOf[text.charCodeAt(position)]
    if (digit >= count) set = (digit - count + 1) * count
    else {
      result[at++] = byteOf[set + digit]
      set = 0
    }
  }
  return result
}

export const inlineLoader = {
  instantiateNow: (imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes()), imports),
  instantiate: async (imports) => (await WebAssembly.instantiate(bytes(), imports)).instance,
}
