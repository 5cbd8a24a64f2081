// What is told to all sources: the page is in the foreground again, or online. One that waits connects at once: a mini program's host
// cuts every request in the background.

/** The connections from their start to their close. */
export const live = new Set()

export const wake = () => live.forEach((connection) => connection.wake())

// Not in Node, nor in mini programs, which say it otherwise.
globalThis.addEventListener?.('online', wake)
globalThis.document?.addEventListener('visibilitychange', () => globalThis.document.visibilityState === 'visible' && wake())
