// What is told to all sources: whether the page, or the mini program, is to be seen, and whether there is a network.

import { INPUT_FREEZE, INPUT_HIDDEN, INPUT_OFFLINE, INPUT_ONLINE, INPUT_WAKE } from './generated/boundary.js'

/** The connections from their start to their close. */
export const live = new Set()

export const tell = (input) => live.forEach((connection) => connection.input(input, 0))

/** Where there always is a network. */
const LOOPBACK = /^https?:..(?:[^/]*@)?(?:localhost|127\.|\[::1])/i

const tellOffline = (connection) => LOOPBACK.test(connection.url) || connection.input(INPUT_OFFLINE, 0)

export const offline = () => live.forEach(tellOffline)

/** Told what the page was before the source. */
export const introduce = (connection) => {
  live.add(connection)
  // Not in Node, nor in mini programs, which say it otherwise.
  if (!globalThis.addEventListener) return
  if (globalThis.document?.visibilityState === 'hidden') connection.input(INPUT_HIDDEN, 0)
  if (globalThis.navigator?.onLine === false) tellOffline(connection)
}

if (globalThis.addEventListener) {
  // What stands in for a page on a server may have no such method, or one that throws: then it tells nothing.
  const on = (target, type, listener) => {
    try {
      target.addEventListener(type, listener)
    } catch {}
  }
  on(globalThis, 'online', () => tell(INPUT_ONLINE))
  on(globalThis, 'offline', offline)
  const page = globalThis.document
  if (page) {
    on(page, 'visibilitychange', () => tell(page.visibilityState === 'hidden' ? INPUT_HIDDEN : INPUT_WAKE))
    // In the back-forward cache a page may have no connection.
    on(globalThis, 'pagehide', ({ persisted }) => persisted && tell(INPUT_FREEZE))
    on(globalThis, 'pageshow', ({ persisted }) => persisted && tell(INPUT_WAKE))
    on(page, 'freeze', () => tell(INPUT_FREEZE))
    on(page, 'resume', () => tell(INPUT_WAKE))
  }
}
