// The engine as JavaScript, for hosts that refuse WebAssembly.
import * as engine from './script-engine.cjs'
import { glue } from './script-glue.js'

let instance

/** One for all entries that ask: the glue serves one, and a second would take the first one's memory from under it. */
export const instantiate = () => {
  instance ??= { exports: engine.instantiate(glue.imports), engine: 'js', glue }
  return instance
}
