// The caller's signals.

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
