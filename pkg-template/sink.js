// Where JavaScript puts what it receives: the JS side of src/wasm/request_task.rs. A transport is a function `(request, sink)` that sends
// the request, sets `sink.onAbort`, and stops when that is called.
import { bytes } from './batch.js'
import { INPUT_END_OF_BODY, INPUT_FILLED, INPUT_HOLD, STATUS_FAILED, STATUS_UNKNOWN } from './generated/boundary.js'
import { LONGEST_WAIT } from './source-init.js'

/** What `Retry-After` asks for, in milliseconds from now: seconds, or a date. */
export const retryAfter = (headers) => {
  const value = `${headers.get('retry-after') ?? ''}`.trim()
  const time = /^\d+$/.test(value) ? value * 1000 : Date.parse(value) - Date.now()
  return time > 0 ? Math.min(time, LONGEST_WAIT) : 0
}

export class Sink {
  constructor(connection, generation) {
    this.connection = connection
    this.generation = generation
    this.isDone = false
    this.onAbort = undefined
    /** Whether the transport waits while somebody else is busy. */
    this.canPause = false
  }

  /** `{ status?, headers: { get(name) }, url? }`, and what listeners are to see of it. */
  response(head, response = head) {
    if (this.isDone) return
    this.connection.response = response
    const { status = STATUS_UNKNOWN, headers, url = '' } = head
    const type = `${headers.get('content-type') ?? ''}`
    const wait = retryAfter(headers)
    this.connection.run((client) => client.told(this.generation, status, type, url, wait))
  }

  /** Whether nothing more is to be read for now; `resume` is called when that is over. */
  isHeld(resume) {
    const { connection } = this
    if (!connection.isFull()) return false
    connection.held = resume
    connection.input(INPUT_HOLD, this.generation)
    return true
  }

  /** Bytes, or a string; they are copied before `copied` is called, and listeners run behind it. */
  chunk(chunk, copied) {
    if (this.isDone) return
    let given
    try {
      given = this.connection.options.bytes(chunk)
    } catch (error) {
      return this.broke(error.message, error)
    }
    // The host may use its memory again.
    if (this.connection.waiting) given = given.slice()
    this.connection.run((client) => {
      const room = client.room(this.generation, given.length)
      if (room !== 0) bytes().set(given, room)
      copied?.()
      client.input(INPUT_FILLED, this.generation, given.length)
    })
  }

  end() {
    if (!this.isDone) this.connection.input(INPUT_END_OF_BODY, this.generation)
  }

  /** `kind`: see hooks.js; STATUS_FUTILE where there is no use in trying again, and the reason says what to change. */
  broke(reason, cause, kind = STATUS_FAILED) {
    if (!this.isDone) this.connection.tell(this.generation, kind, reason, cause)
  }

  /** By the engine: nothing is taken any more. */
  abort() {
    this.isDone = true
    this.onAbort?.()
  }
}
