// The request task transport: `wx.request`, or what has its shape. The callbacks come in any order; see the quirks of each host in
// tests/mini/quirks.mjs.
import { bytesOf } from './bytes.js'
import { STATUS_FUTILE } from './generated/boundary.js'

/** How long chunks wait for the status that should have come before them, in milliseconds. */
const HEAD_WAIT = 100
/** How long the end waits for a chunk that it has overtaken. */
const END_WAIT = 20

/** Not by its class: it may come from another realm, and WeChat's devtools give it another prototype. */
const isBytes = (value) => ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object ArrayBuffer]'

/** The headers of a callback's argument, to be read like those of fetch. */
const headersOf = (header) => ({
  get(name) {
    const wanted = `${name}`.toLowerCase()
    const found = Object.keys(Object(header)).find((known) => known.toLowerCase() === wanted)
    return found === undefined ? null : `${header[found]}`
  },
})

/** Why a request failed, told apart by what hosts write into `errMsg` and `errno`. */
export const causeOf = (failure) => {
  const { errMsg, errorMessage, message, errno, errCode } = Object(failure)
  const text = `${errMsg ?? errorMessage ?? message ?? failure}`
  const number = errno ?? errCode
  const name =
    /time ?-?out/i.test(text) || number === 5
      ? 'TimeoutError'
      : /interrupt/i.test(text) || number === 600003
        ? 'InterruptedError'
        : /abort/i.test(text) || number === 600004
          ? 'AbortError'
          : 'NetworkError'
  return Object.assign(new Error(text), { name, errno: number })
}

/** `cannotStream`: what to say of a task without onChunkReceived; without it the body is taken as a whole, at its end. */
export const requestTask = (request, cannotStream) => (options, sink) => {
  let task
  let hasStatus = false
  let hasHead = false
  let hasChunk = false
  let isOver = false
  let chunks = []
  let timer

  const head = (status, header) => {
    clearTimeout(timer)
    // What comes second says no more than the first, unless that had no status.
    if (hasHead && (hasStatus || !status || (status === 200 && !header))) return
    hasHead = true
    hasStatus = !!status
    sink.response({ status: status || undefined, headers: headersOf(header) })
    const waiting = chunks
    chunks = []
    for (const chunk of waiting) sink.chunk(chunk)
  }
  const onHeaders = ({ statusCode, status, header, headers } = {}) => head(statusCode ?? status, header ?? headers)
  const onChunk = (event) => {
    const data = event?.data ?? event
    hasChunk = true
    if (hasHead) return sink.chunk(data)
    // The host may use its memory again.
    chunks.push(isBytes(data) ? bytesOf(data).slice() : data)
    if (chunks.length === 1) timer = setTimeout(head, HEAD_WAIT)
  }
  const success = (result) => {
    if (isOver) return
    isOver = true
    onHeaders(result)
    const data = result?.data
    // PC clients, and hosts that can't stream, tell everything now.
    if (!hasChunk && ((typeof data === 'string' && data !== '') || isBytes(data))) sink.chunk(data)
    // Not now: a chunk may come behind it.
    setTimeout(() => sink.end(), END_WAIT)
  }
  const fail = (failure) => {
    if (isOver) return
    isOver = true
    if (chunks.length > 0) head()
    const cause = causeOf(failure)
    sink.broke_(cause.message, cause)
  }

  const abort = () => {
    clearTimeout(timer)
    if (isOver) return
    isOver = true
    try {
      task?.abort?.()
    } catch {
      // Without effect, as in simulators: what still comes is not taken.
    }
  }
  sink.onAbort_ = abort
  try {
    task = request({ ...options, enableChunked: true, responseType: 'arraybuffer', success, fail })
    task?.onHeadersReceived?.(onHeaders)
    task?.onChunkReceived?.(onChunk)
    // Taro and uni-app promise as well, and an interceptor only promises.
    task?.then?.(success, fail)
  } catch (error) {
    // Not the network's fault, and the next attempt would throw as well.
    return sink.broke_(`The request function has failed: ${error?.message ?? error}`, error, STATUS_FUTILE)
  }
  if (sink.isDone_) {
    isOver = false
    abort()
  } else if (cannotStream && !task?.onChunkReceived) {
    sink.broke_(cannotStream, undefined, STATUS_FUTILE)
  }
}
