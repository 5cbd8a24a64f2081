import './fetch-init.js'
import { load, useLoader } from './instance.js'

const WASM = new URL('../eventsource_wasm_bg.wasm', import.meta.url)
let source = WASM

const read = async (url) => {
  if (String(url).startsWith('file:')) {
    // Node's fetch reads no files. Not an import: bundlers for browsers would look for the module.
    const fs = process.getBuiltinModule?.('node:fs/promises')
    if (!fs) throw new Error('Node before 20.16 needs init() with the bytes of eventsource_wasm_bg.wasm')
    return fs.readFile(new URL(url))
  }
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}; give init() the URL of eventsource_wasm_bg.wasm`)
  return response.arrayBuffer()
}

useLoader({
  instantiate: async (imports) => {
    const given = await source
    if (given instanceof WebAssembly.Module) return WebAssembly.instantiate(given, imports)
    const bytes = typeof given === 'string' || given instanceof URL ? await read(given) : given
    return (await WebAssembly.instantiate(bytes, imports)).instance
  },
})

export const init = (wasm) => {
  if (wasm !== undefined) source = wasm
  return load()
}
export { ErrorEvent, EventSource } from './event-source.js'
