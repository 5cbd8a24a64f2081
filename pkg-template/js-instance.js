// The engine of mini programs as JavaScript, for hosts that refuse WebAssembly. It has no fetch of its own: mini/streams.js carries out what
// src/wasm/fetch.rs would.
import * as engine from './mini-engine.cjs'
import { glue } from './mini-glue.js'
import { connect } from './mini/streams.js'

class Client extends glue.Client {
  constructor(listener, ...given) {
    const { fetchInit, options } = listener
    if (fetchInit) listener.options = { ...options, start: connect(fetchInit) }
    super(listener, ...given)
  }
}

let instance

/** One for all entries that ask: the glue serves one, and a second would take the first one's memory from under it. */
export const instantiate = () => {
  instance ??= { exports: engine.instantiate(glue.imports), engine: 'js', glue: { ...glue, Client } }
  return instance
}
