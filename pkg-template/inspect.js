// What console.log shows of events in Node, Bun and Deno: of an Event they show nothing that says what happened.
import { ErrorEvent, onMessageEventClass } from './dom.js'

/** Has `name { … }` shown, with what `fieldsOf` gives of an object of the class. */
const show = (prototype, name, fieldsOf) =>
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(depth, options, inspect) {
      const fields = fieldsOf(this)
      return inspect ? `${name} ${inspect(fields, options)}` : fields
    },
  })

show(ErrorEvent.prototype, 'ErrorEvent', ({ type, message, code, status, url, cause, attempt, retryIn }) => ({
  type, message, code, status, url, cause, attempt, retryIn,
}))

onMessageEventClass.complete = ({ prototype }) =>
  show(prototype, 'MessageEvent', ({ type, data, lastEventId, origin }) => ({ type, data, lastEventId, origin }))
