// What fetch is called with.
import { isStream, wrong } from './options.js'

/** Asks the host's fetch about what is passed on to it, before anything is sent: what it refuses it would refuse for ever. */
const checkRequest = (url, request) => {
  if (typeof Request !== 'function') return
  try {
    new Request(url, request)
  } catch (cause) {
    throw new TypeError(`EventSource: fetch does not take these options: ${cause?.message}`, { cause })
  }
}

/** `{ request, isOnce }`: a stream as body can be sent only once. */
export const fetchRequest = ({ url, body, ...rest }, { withCredentials, fetch, reconnect }) => {
  const isOnce = isStream(body)
  if (isOnce && reconnect === true) wrong('reconnect', 'can not be true with a stream as body, which can be sent only once')
  const request = {
    mode: 'cors',
    cache: 'no-store',
    credentials: withCredentials ? 'include' : 'same-origin',
    redirect: 'follow',
    ...(isOnce && { duplex: 'half' }),
    ...rest,
    ...(body !== undefined && { body }),
  }
  if (fetch === undefined) checkRequest(url, request)
  return { request, isOnce }
}
