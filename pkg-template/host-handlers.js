// Cloudflare's EventTarget calls what it finds as `on…` of the target by itself, before the listeners: it is not to find our handlers, which are
// among those already.
import { Event, EventTarget } from './dom.js'
import { EventSource } from './event-source.js'

let looks = 0
class Probe extends EventTarget {
  get onprobe() {
    looks++
    return null
  }
}
new Probe().dispatchEvent(new Event('probe'))

if (looks > 0) {
  const { prototype } = EventSource
  let left = 0
  let seeking
  prototype.dispatchEvent = function (event) {
    left = looks
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
