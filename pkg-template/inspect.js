// What console.log shows of an error in Node and Bun: of an Event they show nothing that says what happened.
import { ErrorEvent } from './dom.js'

Object.defineProperty(ErrorEvent.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(depth, options, inspect) {
    const { type, message, code, status, cause, attempt, retryIn } = this
    const shown = { type, message, code, status, cause, attempt, retryIn }
    return inspect ? `ErrorEvent ${inspect(shown, options)}` : shown
  },
})
