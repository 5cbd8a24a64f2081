import './fetch-init.js'
import './host-handlers.js'
import './inspect.js'
import { asScript } from './js-loader.js'
import { ErrorEvent, EventSource, FatalError } from './event-source.js'
import { load, useLoader } from './instance.js'

let source
// Not before it is needed: there are hosts whose modules have no URL, such as Cloudflare's.
const beside = () => new URL('../eventsource_wasm_bg.wasm', import.meta.url)

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

const instantiate = async (imports) => {
  const given = await (source ?? beside())
  if (given instanceof WebAssembly.Module) return WebAssembly.instantiate(given, imports)
  const bytes = typeof given === 'string' || given instanceof URL ? await read(given) : given
  return (await WebAssembly.instantiate(bytes, imports)).instance
}

/**
 * Not told by the error, which a file that is no WebAssembly may cause as well. The module has the type of a function that takes a vector. WebKit's
 * Content-Security-Policy refuses only what is asynchronous.
 */
const isRefused = async () => {
  try {
    return !(await WebAssembly.instantiate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 123, 0)))
  } catch {
    return true
  }
}

useLoader({
  instantiate: (imports) =>
    instantiate(imports).catch(async (cause) => {
      if (await isRefused()) return asScript(cause)
      throw cause
    }),
})

// As in index.js.
Object.defineProperty(EventSource, Symbol.for('eventsource.supports-fetch-override'), { value: true })

export const init = (wasm) => {
  if (wasm !== undefined) source = wasm
  return load()
}
export { ErrorEvent, EventSource, FatalError }
