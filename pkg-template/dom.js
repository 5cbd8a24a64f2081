// EventTarget, Event and MessageEvent: the host's, or ours where it has none (DOM standard, sections 2.2 – 2.9, and HTML, 9.1).

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
    this.isStopped = false
  }

  preventDefault() {
    this.defaultPrevented = this.cancelable
  }

  stopPropagation() {}

  stopImmediatePropagation() {
    this.isStopped = true
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
    listeners.push({ type: `${type}`, callback, capture, once, isRemoved: false })
    signal?.addEventListener('abort', () => this.removeEventListener(type, callback, capture))
  }

  removeEventListener(type, callback, options) {
    const capture = captureOf(options)
    const listeners = this[LISTENERS]
    const at = listeners.findIndex((known) => isSame(known, type, callback, capture))
    if (at >= 0) listeners.splice(at, 1)[0].isRemoved = true
  }

  dispatchEvent(event) {
    event.target = event.currentTarget = this
    event.isStopped = false
    // A copy: what a listener adds is not called for this event, what it removes is not called any more.
    for (const listener of this[LISTENERS].filter(({ type }) => type === event.type)) {
      if (event.isStopped) break
      if (listener.isRemoved) continue
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

const captureOf = (options) => (typeof options === 'object' ? !!options?.capture : !!options)

const isSame = (known, type, callback, capture) =>
  known.type === `${type}` && known.callback === callback && known.capture === capture

const hasHost = typeof globalThis.EventTarget === 'function' && typeof globalThis.Event === 'function'

export const EventTarget = hasHost ? globalThis.EventTarget : OwnEventTarget
export const Event = hasHost ? globalThis.Event : OwnEvent

class OwnMessageEvent extends Event {
  constructor({ type, data, lastEventId }, origin) {
    super(type)
    Object.assign(this, { data, origin, lastEventId, source: null, ports: [] })
  }
}

/**
 * The host's by its prototype, and an event by its constructor: that of the host's MessageEvent takes several times as long, most of
 * it to look for the members of a dictionary.
 */
const hostMessageEvent = (Host) => {
  const ITEM = Symbol('item')
  const ORIGIN = Symbol('origin')
  class HostMessageEvent extends Event {
    constructor(item, origin) {
      super(item.type)
      this[ITEM] = item
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
  // Deno's are not in the loop.
  define('source', () => null)
  define(Symbol.toStringTag, () => blank[Symbol.toStringTag])
  define('data', function () {
    return this[ITEM].data
  })
  define('lastEventId', function () {
    return this[ITEM].lastEventId
  })
  define('origin', function () {
    return this[ORIGIN]
  })
  Object.defineProperty(prototype, 'constructor', { value: Host, configurable: true, writable: true })
  Object.setPrototypeOf(prototype, Host.prototype)
  return HostMessageEvent
}

const mayBeHosts = hasHost && 'MessageEvent' in globalThis
let MessageEvent

/** Of an item `{ type, data, lastEventId }`. Not before there is one is the host's class looked at: Node loads all of its fetch for it. */
export const messageEvent = (item, origin) => {
  MessageEvent ??= mayBeHosts && typeof globalThis.MessageEvent === 'function' ? hostMessageEvent(globalThis.MessageEvent) : OwnMessageEvent
  return new MessageEvent(item, origin)
}

export class ErrorEvent extends Event {
  constructor(type, init) {
    // Deno's takes no null.
    super(type, init || {})
    const { message = '', code, status, headers, url = '', body, cause, attempt = 1, retryIn = null } = Object(init)
    Object.assign(this, { message, code, status, headers, url, body, cause, attempt, retryIn })
  }
}

