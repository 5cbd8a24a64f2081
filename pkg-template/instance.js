// The one wasm instance of this package, over the glue that wasm-bindgen makes for bundlers.
import { glue } from './eventsource_wasm_bg.js'

const { imports } = glue

/**
 * `{ instantiate(imports): Promise<Instance>, instantiateNow?(imports): Instance }`, set by the entry that was imported first. An
 * instance has `exports`, and `engine: 'js'` where it is no WebAssembly; `glue` if it brings its own.
 */
let loader
let exports
let kind
let loading

export const useLoader = (chosen) => {
  loader ??= chosen
}

/** The classes of the engine, once it is there. */
export let classes = glue

/** The exports of the instance; undefined until it is there. */
export const wasm = () => exports

/** What they are made of, 'wasm' or 'js'; undefined until then. */
export const engine = () => kind

const attach = (instance) => {
  exports = instance.exports
  kind = instance.engine ?? 'wasm'
  classes = instance.glue ?? glue
  classes.use(exports)
  exports.__wbindgen_start?.()
}

/** Loads the engine without blocking. A failure is told to everybody who waits, and the next call tries again. */
export const load = () =>
  exports ? Promise.resolve() : (loading ??= loader.instantiate(imports).then(
    (instance) => {
      if (!exports) attach(instance)
    },
    (error) => {
      loading = undefined
      throw error
    },
  ))

/** Loads the engine at once, where the host compiles synchronously. */
export const loadNow = () => {
  if (exports) return
  let instance
  try {
    instance = loader.instantiateNow_(imports)
  } catch (cause) {
    throw new Error('eventsource-wasm: this host does not compile WebAssembly synchronously; `await init()` first, or import eventsource-wasm/js-engine', { cause })
  }
  attach(instance)
}
