// The entry for hosts that refuse WebAssembly and `import()` alike, as service workers do: once it is imported, all entries have the engine as
// JavaScript at hand.
import { instantiate } from './js-instance.js'
import { register } from './js-registry.js'

register(instantiate)
