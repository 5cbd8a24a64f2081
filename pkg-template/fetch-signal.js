// Signals that are given to fetch.
import { settle } from './hooks.js'

/** The class of the signal that was asked about last, and whether fetch takes its signals. */
let asked
let isTaken

/**
 * Whether this host's fetch takes the signal. Where a test environment (jsdom) has put its own AbortController in the place of Node's, fetch throws
 * for its signals; then a request is made without one, and is given up by cancelling its body.
 */
const isTakenByFetch = (signal) => {
  if (typeof Request !== 'function' || signal.constructor === asked) return isTaken ?? true
  asked = signal.constructor
  try {
    isTaken = !!new Request('http://localhost/', { signal })
  } catch {
    isTaken = false
  }
  return isTaken
}

/** How hosts' fetch refuses a signal: it throws or rejects before anything is sent. */
const isRefusal = (rejection) => Object(rejection).name === 'TypeError' && /AbortSignal/.test(rejection.message)

/**
 * Has `send({ signal })` send a request, or `send({})` where the fetch refuses the signal. Some that do can't be asked before: a test environment
 * may have `fetch` without `Request`, and a caller's fetch may be of another maker than the host's `Request`.
 */
export const sendWithSignal = (signal, send) =>
  signal && isTakenByFetch(signal)
    ? settle(() => send({ signal })).catch((rejection) => {
        if (!isRefusal(rejection) || signal.aborted) throw rejection
        return send({})
      })
    : settle(() => send({}))
