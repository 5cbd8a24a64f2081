// The engine's own fetch transport (src/wasm/fetch.rs): what it needs of a source's options.
import { adoptedInit } from './adopted-init.js'
import { bytesOrString } from './bytes.js'
import { useTransports } from './options.js'
import { fetchRequest } from './fetch-request.js'

useTransports({
  fetch(given, options) {
    const { request, ...more } = fetchRequest(given, options)
    // Looked up when it is called: a page may replace its fetch.
    const fetch = (url, init) => (options.fetch ?? globalThis.fetch)(url, init)
    return { ...more, fetchInit: { url: given.url, request, fetch, bytes: bytesOrString } }
  },
  adopt: adoptedInit((reader) => ({ fetchInit: { reader, bytes: bytesOrString } })),
})
