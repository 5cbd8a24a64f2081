// Loads the engine in a mini program: WebAssembly where the host has it and the file is there, the same Rust as JavaScript elsewhere.
import { engine as kind, load, useLoader } from '../instance.js'

let chosen
/** The path that was tried. */
let at
/** Our Taro plugin says where it has put the file. */
let path = typeof EVENTSOURCE_WASM_PATH === 'undefined' ? '/miniprogram_npm/eventsource-wasm/eventsource_wasm.wasm' : EVENTSOURCE_WASM_PATH

/** WeChat, Douyin, Alipay (in workers). */
const host = () => {
  if (typeof WXWebAssembly !== 'undefined') return WXWebAssembly
  if (typeof TTWebAssembly !== 'undefined') return TTWebAssembly
  if (typeof MYWebAssembly !== 'undefined') return MYWebAssembly
  return undefined
}

const instantiateNow = (imports) => ({ exports: require('./engine.js').instantiate(imports), engine: 'js' })

useLoader({
  instantiateNow_: instantiateNow,
  instantiate: (imports) =>
    new Promise((resolve) => {
      at = path
      const assembly = chosen === 'js' ? undefined : host()
      if (!assembly && chosen === 'wasm') throw new Error('this host has no WebAssembly')
      resolve(assembly ? assembly.instantiate(at, imports) : instantiateNow(imports))
    })
      // Hosts give an instance, or an object that has one.
      .then((result) => result.instance ?? result)
      .catch((cause) => {
        if (chosen === 'wasm') throw cause
        const why = cause?.message ?? cause?.errMsg ?? cause
        let instance
        try {
          instance = instantiateNow(imports)
        } catch (failure) {
          throw new Error(`${why}; ${failure.message}`)
        }
        console.warn(`eventsource-wasm: runs as JavaScript, since ${at} could not be loaded (${why}). Taro: use eventsource-wasm/taro-plugin. Elsewhere: init({ path }).`)
        return instance
      }),
})

export const init = (options) => {
  const { engine, path: given } = Object(options)
  if ((engine !== undefined && engine !== 'wasm' && engine !== 'js') || (given !== undefined && typeof given !== 'string')) {
    throw new TypeError("init: `engine` must be 'wasm' or 'js', `path` a string")
  }
  chosen = engine ?? chosen
  path = given ?? path
  return load().then(() => {
    if (engine && engine !== kind()) throw new Error(`init: the engine runs as '${kind()}' already`)
  })
}
