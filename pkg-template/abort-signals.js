// Signals: the caller's, and those that are given to fetch.

/** The class of the signal that was asked about last, and whether fetch takes its signals. */
let asked
let isTaken

/**
 * Whether this host's fetch takes the signal. Where a test environment (jsdom) has put its own AbortController in the place of Node's, fetch throws
 * for its signals; then a request is made without one, and is given up by cancelling its body.
 */
export const isTakenByFetch = (signal) => {
  if (typeof Request !== 'function' || signal.constructor === asked) return isTaken ?? true
  asked = signal.constructor
  try {
    isTaken = !!new Request('http://localhost/', { signal })
  } catch {
    isTaken = false
  }
  return isTaken
}

/** By the signal: what is to be called when it is aborted, in the order of asking. */
const callbacks = new WeakMap()

/**
 * Has `callback` called when the signal is aborted; gives back what ends that. Many sources may have the same signal: it gets one listener for all
 * of them, since Node warns of a leak where an event target has more than ten.
 */
export const listenForAbort = (signal, callback) => {
  let waiting = callbacks.get(signal)
  if (waiting === undefined) {
    const all = []
    // What is called takes itself off the list.
    const listener = () => all.slice().forEach((each) => each())
    waiting = { all, stop: () => signal.removeEventListener?.('abort', listener) }
    callbacks.set(signal, waiting)
    signal.addEventListener('abort', listener)
  }
  const { all, stop } = waiting
  all.push(callback)
  return () => {
    const at = all.indexOf(callback)
    if (at < 0) return
    all.splice(at, 1)
    if (all.length > 0) return
    callbacks.delete(signal)
    stop()
  }
}
