// The loader of the entries that carry their wasm, as hexadecimal digits.
import { asScript, asScriptNow } from './js-loader.js'
import { text } from './wasm-inline.js'

const digit = (at) => {
  const code = text.charCodeAt(at)
  return (code & 15) + 9 * (code >> 6)
}

const bytes = () => {
  if (Uint8Array.fromHex) return Uint8Array.fromHex(text)
  if (globalThis.Buffer?.from) return globalThis.Buffer.from(text, 'hex')
  // Chromium before 140, Firefox before 133, Safari before 18.2.
  const result = new Uint8Array(text.length / 2)
  for (let at = 0; at < result.length; at++) result[at] = digit(2 * at) * 16 + digit(2 * at + 1)
  return result
}

export const inlineLoader = {
  instantiateNow_: (imports) => {
    try {
      return new WebAssembly.Instance(new WebAssembly.Module(bytes()), imports)
    } catch (refusal) {
      return asScriptNow(refusal)
    }
  },
  instantiate: async (imports) => {
    try {
      return (await WebAssembly.instantiate(bytes(), imports)).instance
    } catch (refusal) {
      return asScript(refusal)
    }
  },
}
