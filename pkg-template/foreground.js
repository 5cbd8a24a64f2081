// What is told to all sources: whether the page, or the mini program, is to be seen, and whether there is a network.

// The inputs of `Client.input` in src/wasm/client.rs.
export const WAKE = 5
const OFFLINE = 7
export const ONLINE = 8
export const HIDDEN = 9
const FREEZE = 10

/** The connections from their start to their close. */
export const live = new Set()

export const tell = (input) => live.forEach((connection) => connection.attend(input))

/** Where there always is a network. */
const LOOPBACK = /^https?:..(?:[^/]*@)?(?:localhost|127\.|\[::1])/i

const tellOffline = (connection) => LOOPBACK.test(connection.url) || connection.attend(OFFLINE)

export const offline = () => live.forEach(tellOffline)

/** Told what the page was before the source. */
export const introduce = (connection) => {
  live.add(connection)
  // Not in Node, nor in mini programs, which say it otherwise.
  if (!globalThis.addEventListener) return
  if (globalThis.document?.visibilityState === 'hidden') connection.attend(HIDDEN)
  if (navigator.onLine === false) tellOffline(connection)
}

if (globalThis.addEventListener) {
  const on = (target, type, listener) => target.addEventListener(type, listener)
  on(globalThis, 'online', () => tell(ONLINE))
  on(globalThis, 'offline', offline)
  const page = globalThis.document
  if (page) {
    on(page, 'visibilitychange', () => tell(page.visibilityState === 'hidden' ? HIDDEN : WAKE))
    // In the back-forward cache a page may have no connection.
    on(globalThis, 'pagehide', ({ persisted }) => persisted && tell(FREEZE))
    on(globalThis, 'pageshow', ({ persisted }) => persisted && tell(WAKE))
    on(page, 'freeze', () => tell(FREEZE))
    on(page, 'resume', () => tell(WAKE))
  }
}
