// Where `eventsource-wasm/js-engine` leaves the engine for the entries. It is a bundle of its own, as they are, so they share no variable with it:
// a property of the global object has it. Its name has the version, so that two versions of the package in one page don't mix.
import { version } from './version.js'

const KEY = Symbol.for(`eventsource-wasm@${version}/js-engine`)

/** Makes an instance; undefined where `eventsource-wasm/js-engine` has not been imported. */
export const registered = () => globalThis[KEY]

export const register = (instantiate) => {
  Object.defineProperty(globalThis, KEY, { value: instantiate, configurable: true })
}
