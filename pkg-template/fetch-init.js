// The engine's own fetch transport (src/wasm/fetch.rs): what it needs of a source's options.
import { adoptedInit } from './adopted-init.js'
import { broke, readBody } from './body.js'
import { useTransports } from './options.js'
import { fetchRequest } from './fetch-request.js'
import { Sink } from './sink.js'

useTransports({
  fetch(given, options) {
    const { request, ...more } = fetchRequest(given, options)
    // Looked up when it is called: a page may replace its fetch.
    const fetch = (url, init) => (options.fetch ?? globalThis.fetch)(url, init)
    const read = (connection, generation, body) => {
      connection.sink = new Sink(connection, generation)
      readBody(body, connection.sink)
    }
    const failed = (connection, generation, rejection) => broke(new Sink(connection, generation))(rejection)
    return { ...more, fetchInit: { url: given.url, request, fetch, read, failed } }
  },
  adopt: adoptedInit,
})
