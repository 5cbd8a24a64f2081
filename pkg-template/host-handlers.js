// Cloudflare's EventTarget calls what it finds as `on…` of the target by itself, before the listeners: it is not to find our handlers, which are
// among those already.
import { EventTarget, whenChosen } from './dom.js'
import { EventSource } from './event-source.js'

/** Hides the handlers from the first `lookings` looks at them while an event is dispatched. */
const hideHandlers = (lookings) => {
  const { prototype } = EventSource
  let left = 0
  let seeking
  prototype.dispatchEvent = function (event) {
    left = lookings
    seeking = `on${event.type}`
    try {
      return EventTarget.prototype.dispatchEvent.call(this, event)
    } finally {
      seeking = undefined
    }
  }
  for (const name of ['onopen', 'onmessage', 'onerror', 'onclose']) {
    const { get, ...rest } = Object.getOwnPropertyDescriptor(prototype, name)
    Object.defineProperty(prototype, name, {
      ...rest,
      get() {
        return seeking === name && left-- > 0 ? null : get.call(this)
      },
    })
  }
}

whenChosen((lookings) => lookings > 0 && hideHandlers(lookings))
