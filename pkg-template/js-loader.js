// Where WebAssembly is refused: the engine as JavaScript. `eventsource-wasm/js-engine` may have registered it; otherwise it is in a file that is
// loaded then and never else.
import { registered } from './js-registry.js'

const imported = async () => (await import('./js-instance.js')).instantiate

/** WebKit's sentences end with a line break. */
const reasonOf = (error) => `${error?.message}`.trim()

/** Neither engine can be had: says why for both, and what to do. */
const unavailable = (refusal, failure) =>
  Object.assign(
    new Error(
      `WebAssembly is refused (${reasonOf(refusal)}), and import() of the engine as JavaScript has failed (${reasonOf(failure)}). Import 'eventsource-wasm/js-engine', as a service worker must, or allow 'wasm-unsafe-eval' in the Content-Security-Policy`,
    ),
    { cause: refusal, errors: [refusal, failure] },
  )

/** An instance; `refusal` is why WebAssembly is none. */
export const asScript = async (refusal) => {
  const instantiate = registered() ?? (await imported().catch((failure) => {
    throw unavailable(refusal, failure)
  }))
  return instantiate()
}

/** The same at once: loads nothing. */
export const asScriptNow = (refusal) => {
  const instantiate = registered()
  if (!instantiate) throw refusal
  return instantiate()
}
