// What console.log shows of events in Node, Bun and Deno: of an Event they show nothing that says what happened.
import { ErrorEvent, onMessageEventClass } from './dom.js'

/** Has `name { … }` shown, with what `fieldsOf` gives of an object of the class. Deno asks its events by its own symbol. */
const show = (prototype, name, fieldsOf) => {
  const shown = (event, inspect, options) => {
    const fields = fieldsOf(event)
    return inspect ? `${name} ${inspect(fields, options)}` : fields
  }
  Object.defineProperties(prototype, {
    [Symbol.for('nodejs.util.inspect.custom')]: {
      value(depth, options, inspect) {
        return shown(this, inspect, options)
      },
    },
    [Symbol.for('Deno.customInspect')]: {
      value(inspect, options) {
        return shown(this, inspect, options)
      },
    },
  })
}

show(ErrorEvent.prototype, 'ErrorEvent', ({ type, message, code, status, url, cause, attempt, retryIn }) => ({
  type, message, code, status, url, cause, attempt, retryIn,
}))

onMessageEventClass.complete_ = ({ prototype }) =>
  show(prototype, 'MessageEvent', ({ type, data, lastEventId, origin }) => ({ type, data, lastEventId, origin }))
