// The engine of mini programs as JavaScript, for hosts that refuse WebAssembly. It has no fetch of its own: mini/streams.js carries out what
// src/wasm/fetch.rs would.
import * as engine from './mini-engine.cjs'
import { glue } from './mini-glue.js'
import { connect, read } from './mini/streams.js'

class Client extends glue.Client {
  constructor(listener, ...given) {
    const { fetchInit, options } = listener
    if (fetchInit) {
      const { reader, fetch, url, request } = fetchInit
      listener.options = { ...options, connect: reader ? (_, sink) => read(reader, sink) : connect(fetch, url, request) }
    }
    super(listener, ...given)
    // The first generation is read at once, as a stream that nobody has to ask for.
    if (fetchInit?.reader) listener.connect(0)
  }
}

export const instantiate = () => ({
  exports: engine.instantiate(glue.imports),
  engine: 'js',
  glue: { ...glue, Client },
})
