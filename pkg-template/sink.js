// Where JavaScript puts what it receives: the JS side of src/wasm/request_task.rs. A transport is a function `(request, sink)` that sends
// the request, sets `sink.onAbort`, and stops when that is called.
import { bytes } from './batch.js'
import { INPUT_END_OF_BODY, INPUT_FILLED, INPUT_HOLD, STATUS_FAILED, STATUS_UNKNOWN } from './generated/boundary.js'
import { tell } from './listener.js'
import { LONGEST_WAIT } from './options.js'

/** What `Retry-After` asks for, in milliseconds from now: seconds, or a date. */
export const retryAfter = (headers) => {
  const value = `${headers.get('retry-after') ?? ''}`.trim()
  const time = /^\d+$/.test(value) ? value * 1000 : Date.parse(value) - Date.now()
  return time > 0 ? Math.min(time, LONGEST_WAIT) : 0
}

export class Sink {
  constructor(connection, generation) {
    this.connection_ = connection
    this.generation_ = generation
    this.isDone_ = false
    this.onAbort_ = undefined
    /** Whether the transport waits while somebody else is busy. */
    this.canPause_ = false
  }

  /** `{ status?, headers: { get(name) }, url? }`, which listeners see too. */
  response(head) {
    if (this.isDone_) return
    this.connection_.response = head
    const { status = STATUS_UNKNOWN, headers, url = '' } = head
    const type = `${headers.get('content-type') ?? ''}`
    const wait = retryAfter(headers)
    this.connection_.run((client) => client.told_(this.generation_, status, type, url, wait))
  }

  /** Whether nothing more is to be read for now; `resume` is called when that is over. */
  isHeld_(resume) {
    const { connection_: connection } = this
    if (!connection.isFull_()) return false
    connection.held_ = resume
    connection.input(INPUT_HOLD, this.generation_)
    return true
  }

  /** Bytes, or a string; they are copied before `copied` is called, and listeners run behind it. */
  chunk(chunk, copied) {
    if (this.isDone_) return
    let given
    try {
      given = this.connection_.options.bytes(chunk)
    } catch (error) {
      return this.broke_(error.message, error)
    }
    // The host may use its memory again.
    if (this.connection_.waiting_) given = given.slice()
    this.connection_.run((client) => {
      const room = client.room(this.generation_, given.length)
      if (room !== 0) bytes().set(given, room)
      copied?.()
      client.input(INPUT_FILLED, this.generation_, given.length)
    })
  }

  end() {
    if (!this.isDone_) this.connection_.input(INPUT_END_OF_BODY, this.generation_)
  }

  /** `kind`: see hooks.js; STATUS_FUTILE where there is no use in trying again, and the reason says what to change. */
  broke_(reason, cause, kind = STATUS_FAILED) {
    if (!this.isDone_) tell(this.connection_, this.generation_, kind, reason, cause)
  }

  /** By the engine: nothing is taken any more. */
  abort() {
    this.isDone_ = true
    this.onAbort_?.()
  }
}
