// The loader of the entries that carry their wasm.
import base64 from './wasm-inline.js'

const bytes = () => {
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

export const inlineLoader = {
  instantiateNow: (imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes()), imports),
  instantiate: async (imports) => (await WebAssembly.instantiate(bytes(), imports)).instance,
}
