// EventTarget, Event and MessageEvent: the host's, or ours where it has none that fit together (DOM standard, sections 2.2 – 2.9, and HTML, 9.1).
//
// Nothing of the host is looked at before the first source or error is constructed. A test environment (jsdom, happy-dom) may register its
// classes after this file has been loaded, and a renderer on a server (domino) may have replaced some of Node's and not others.

/** Told as the host tells of what nobody catches. */
export const report = (error) => {
  if (typeof reportError === 'function') reportError(error)
  else
    setTimeout(() => {
      throw error
    })
}

class OwnEvent {
  constructor(type, init) {
    const { bubbles, cancelable } = Object(init)
    this.type = `${type}`
    this.bubbles = !!bubbles
    this.cancelable = !!cancelable
    this.defaultPrevented = false
    this.isTrusted = false
    this.target = this.currentTarget = null
    this.timeStamp = Date.now()
    this.isStopped_ = false
  }

  preventDefault() {
    this.defaultPrevented = this.cancelable
  }

  stopPropagation() {}

  stopImmediatePropagation() {
    this.isStopped_ = true
  }

  composedPath() {
    return this.currentTarget ? [this.currentTarget] : []
  }
}

class OwnEventTarget {
  constructor() {
    Object.defineProperty(this, LISTENERS, { value: [] })
  }

  addEventListener(type, callback, options) {
    const { once, signal } = Object(options)
    if (callback === null || callback === undefined || signal?.aborted) return
    const capture = captureOf(options)
    const listeners = this[LISTENERS]
    if (listeners.some((known) => isSame(known, type, callback, capture))) return
    listeners.push({ type: `${type}`, callback, capture, once, isRemoved_: false })
    signal?.addEventListener('abort', () => this.removeEventListener(type, callback, capture))
  }

  removeEventListener(type, callback, options) {
    const capture = captureOf(options)
    const listeners = this[LISTENERS]
    const at = listeners.findIndex((known) => isSame(known, type, callback, capture))
    if (at >= 0) listeners.splice(at, 1)[0].isRemoved_ = true
  }

  dispatchEvent(event) {
    event.target = event.currentTarget = this
    event.isStopped_ = false
    // A copy: what a listener adds is not called for this event, what it removes is not called any more.
    for (const listener of this[LISTENERS].filter(({ type }) => type === event.type)) {
      if (event.isStopped_) break
      if (listener.isRemoved_) continue
      const { callback, once, capture } = listener
      if (once) this.removeEventListener(event.type, callback, capture)
      try {
        if (typeof callback === 'function') callback.call(this, event)
        else callback.handleEvent(event)
      } catch (error) {
        report(error)
      }
    }
    event.currentTarget = null
    return !event.defaultPrevented
  }
}

const LISTENERS = Symbol('listeners')

// A method that was taken from EventSource.prototype before the first source was made, by what instruments a page, is ours: of a source
// that is the host's event target it calls the host's.
if (globalThis.EventTarget) {
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
    const { [name]: own } = OwnEventTarget.prototype
    OwnEventTarget.prototype[name] = function () {
      return (EventTarget === OwnEventTarget || this[LISTENERS] ? own : EventTarget.prototype[name]).apply(this, arguments)
    }
  }
}

const captureOf = (options) => (typeof options === 'object' ? !!options?.capture : !!options)

const isSame = (known, type, callback, capture) =>
  known.type === `${type}` && known.callback === callback && known.capture === capture

/** The classes in use. They are ours until {@link chooseClasses} has found the host's to fit together. */
export let EventTarget = OwnEventTarget
export let Event = OwnEvent

/** What is to be done when the classes are known; each is told how often the host's target looks for an `on…` property of its own accord. */
const waiting = []
export const whenChosen = (run) => waiting.push(run)

/** A class whose parent was ours goes on from the host's. */
export const inherit = (child, parent) => {
  Object.setPrototypeOf(child, parent)
  Object.setPrototypeOf(child.prototype, parent.prototype)
}

/** Whether events of a subclass of the one come to listeners of a subclass of the other; undefined if not, else how often a handler was looked for. */
const lookingsOf = (Target, HostEvent) => {
  let isHeard = false
  let lookings = 0
  class ProbedTarget extends Target {
    get onprobe() {
      lookings++
      return null
    }
  }
  class ProbedEvent extends HostEvent {}
  const target = new ProbedTarget()
  const event = new ProbedEvent('probe')
  target.addEventListener('probe', (given) => {
    isHeard = given === event
  })
  target.dispatchEvent(event)
  return isHeard && event instanceof HostEvent && target instanceof Target ? lookings : undefined
}

let areChosen = false

/** Takes the host's classes, once, if they fit together. */
export const chooseClasses = () => {
  if (areChosen) return
  areChosen = true
  let lookings
  if (globalThis.EventTarget && globalThis.Event) {
    const { EventTarget: Target, Event: HostEvent } = globalThis
    try {
      lookings = lookingsOf(Target, HostEvent)
    } catch {
      // Classes of different makers: the one does not take the other's events.
    }
    if (lookings === undefined) return
    EventTarget = Target
    Event = HostEvent
    inherit(ErrorEvent, Event)
    waiting.forEach((run) => run(lookings))
  }
}

export class ErrorEvent extends OwnEvent {
  constructor(type, init) {
    chooseClasses()
    // Deno's takes no null.
    super(type, init || {})
    const { message = '', code, status, headers, url = '', body, cause, attempt = 1, retryIn = null } = Object(init)
    Object.assign(this, { message, code, status, headers, url, body, cause, attempt, retryIn })
  }
}

const ownMessageEvent = () =>
  class extends Event {
    constructor({ type, data, lastEventId }, origin) {
      super(type)
      Object.assign(this, { data, origin, lastEventId, source: null, ports: [] })
    }
  }

/**
 * The host's by its prototype, and an event by its constructor: that of the host's MessageEvent takes several times as long, most of
 * it to look for the members of a dictionary. What the host's constructor would have set is kept under symbols, which a browser's console shows.
 */
const hostMessageEvent = (Host) => {
  const DATA = Symbol('data')
  const LAST_EVENT_ID = Symbol('lastEventId')
  const ORIGIN = Symbol('origin')
  class HostMessageEvent extends Event {
    constructor(item, origin) {
      super(item.type)
      this[DATA] = item.data
      this[LAST_EVENT_ID] = item.lastEventId
      this[ORIGIN] = origin
    }
  }
  const { prototype } = HostMessageEvent
  const define = (name, get) => Object.defineProperty(prototype, name, { configurable: true, enumerable: true, get })
  // The getters of the host look for what its constructor would have set. Cloudflare's constructor wants to be given data.
  const blank = new Host('message', { data: null })
  for (const name in blank) {
    if (!(name in prototype) && typeof blank[name] !== 'function') define(name, () => blank[name])
  }
  // In Deno, these are not among the names above.
  define('source', () => null)
  define(Symbol.toStringTag, () => blank[Symbol.toStringTag])
  define('data', function () {
    return this[DATA]
  })
  define('lastEventId', function () {
    return this[LAST_EVENT_ID]
  })
  define('origin', function () {
    return this[ORIGIN]
  })
  Object.defineProperty(prototype, 'constructor', { value: Host, configurable: true, writable: true })
  Object.setPrototypeOf(prototype, Host.prototype)
  return HostMessageEvent
}

/** Whether the class's events are events of the host, and come to listeners. */
const isDispatched = (HostMessageEvent) => {
  const target = new EventTarget()
  const event = new HostMessageEvent({ type: 'probe', data: '', lastEventId: '' }, '')
  let isHeard = false
  target.addEventListener('probe', () => {
    isHeard = true
  })
  target.dispatchEvent(event)
  return isHeard && event instanceof Event && event.data === ''
}

const messageEventClass = () => {
  if (globalThis.MessageEvent && Event !== OwnEvent) {
    try {
      const HostMessageEvent = hostMessageEvent(globalThis.MessageEvent)
      if (isDispatched(HostMessageEvent)) return HostMessageEvent
    } catch {
      // Of another maker than the host's Event.
    }
  }
  return ownMessageEvent()
}

let MessageEvent

/** What the first message event's class is given to, before there is an event. */
export const onMessageEventClass = { complete_: () => {} }

/** Of an item `{ type, data, lastEventId }`. Not before there is one is the host's class looked at: Node loads all of its fetch for it. */
export const messageEvent = (item, origin) => {
  if (MessageEvent === undefined) {
    MessageEvent = messageEventClass()
    onMessageEventClass.complete_(MessageEvent)
  }
  return new MessageEvent(item, origin)
}
