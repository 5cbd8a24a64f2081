import { Connection } from './connection.js'
import { ErrorEvent, EventTarget, chooseClasses, inherit, whenChosen } from './dom.js'
import { READY_STATE_CLOSED, READY_STATE_CONNECTING, READY_STATE_OPEN } from './generated/boundary.js'
import { FatalError } from './hooks.js'
import { engine } from './instance.js'
import { named } from './options.js'
import { adoptedInit, sourceInit } from './source-init.js'

const STATES = { CONNECTING: READY_STATE_CONNECTING, OPEN: READY_STATE_OPEN, CLOSED: READY_STATE_CLOSED }
/** Marks the constructor's call by fromReadableStream. */
const ADOPTED = Symbol('adopted')
/** Where an EventSource keeps its connection: out of the way of what a subclass adds. */
const CONNECTION = Symbol('connection')

export class EventSource extends EventTarget {
  // As the platform's, it has a length of 1.
  constructor(url) {
    chooseClasses()
    super()
    const init = arguments[1]
    if (arguments.length === 0) throw new TypeError('EventSource: a URL is needed')
    const options = url === ADOPTED ? init : sourceInit(url, init)
    Object.defineProperty(this, CONNECTION, { value: new Connection(this, options) })
  }

  static fromReadableStream(stream, init) {
    return new EventSource(ADOPTED, adoptedInit(stream, init))
  }

  static get engine() {
    return engine()
  }

  close() {
    this[CONNECTION].closeNow_()
  }

  reconnect() {
    this[CONNECTION].reconnect()
  }
}

/** An event handler attribute: its listener keeps its place when it is replaced, and loses it when it is taken away. */
const defineHandler = (type) =>
  Object.defineProperty(EventSource.prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get() {
      return this[CONNECTION].handlers_[type]?.callback ?? null
    },
    set(value) {
      const { handlers_: handlers } = this[CONNECTION]
      const callback = typeof value === 'function' || (typeof value === 'object' && value !== null) ? value : null
      const known = handlers[type]
      if (known && callback) known.callback = callback
      else if (known) {
        this.removeEventListener(type, known.listener)
        handlers[type] = undefined
      } else if (callback) {
        const handler = { callback, listener: (event) => typeof handler.callback === 'function' && handler.callback.call(this, event) }
        handlers[type] = handler
        this.addEventListener(type, handler.listener)
      }
    },
  })

;['open', 'message', 'error', 'close'].forEach(defineHandler)
// As Web IDL has it.
for (const name of ['url', 'withCredentials', 'readyState', 'lastEventId', 'reconnectionTime']) {
  Object.defineProperty(EventSource.prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return this[CONNECTION][name]
    },
  })
}
for (const name of ['close', 'reconnect']) Object.defineProperty(EventSource.prototype, name, { enumerable: true })
// Where the host has the symbols.
const defineSymbol = (symbol, value) => symbol && Object.defineProperty(EventSource.prototype, symbol, { value, configurable: true, writable: true })
defineSymbol(Symbol.dispose, EventSource.prototype.close)
defineSymbol(Symbol.asyncIterator, function () {
  return this[CONNECTION].iterate_()
})
for (const target of [EventSource, EventSource.prototype]) {
  for (const [name, value] of Object.entries(STATES)) Object.defineProperty(target, name, { value, enumerable: true })
}
named({ ErrorEvent, EventSource })
whenChosen(() => inherit(EventSource, EventTarget))

export { ErrorEvent, FatalError }
