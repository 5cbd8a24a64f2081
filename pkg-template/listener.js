// What every listener of the engine (src/wasm/client.rs) tells it of an attempt that has failed. A listener has `run(step)`, which calls
// `step(client)`.
import { refusalOf } from './hooks.js'

/** `kind`: see {@link Refusal}. While the engine acts upon it, the listener has the cause. */
export const tell = (listener, generation, kind, reason, cause) =>
  listener.run((client) => {
    listener.cause = cause
    client.told_(generation, kind, reason, '', 0)
    listener.cause = undefined
  })

/** What an attempt was rejected with. */
export const report = (listener, generation, rejection) => {
  const { kind, reason, cause } = refusalOf(rejection)
  tell(listener, generation, kind, reason, cause)
}
