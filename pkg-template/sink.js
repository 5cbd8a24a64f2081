// Where a transport in JavaScript puts what it receives: the JS side of src/wasm/request_task.rs. A transport is a function
// `(request, sink)` that sends the request, sets `sink.onAbort`, and stops when that is called.
import { bytes } from './batch.js'

// The inputs of `Client.input` in src/wasm/client.rs; connection.js has the others.
const FILLED = 2
const END = 3
// In the place of a status, as in src/wasm/request_task.rs.
const FAILED = 1
const FUTILE = 2

export class Sink {
  constructor(connection, generation) {
    this.connection = connection
    this.client = connection.client
    this.generation = generation
    this.isDone = false
    this.onAbort = undefined
  }

  /** `{ status?, headers: { get(name) }, url? }` */
  response(response) {
    if (this.isDone) return
    this.connection.response = response
    const { status = 0, headers, url = '' } = response
    this.client.told(this.generation, status, `${headers.get('content-type') ?? ''}`, url)
  }

  /** Bytes, or a string; they are copied before `copied` is called, and listeners run behind it. */
  chunk(chunk, copied) {
    if (this.isDone) return
    let length
    try {
      const given = this.connection.options.bytes(chunk)
      length = given.length
      const room = this.client.room(this.generation, length)
      if (room !== 0) bytes().set(given, room)
    } catch (error) {
      return this.broke(error.message, error)
    }
    copied?.()
    this.client.input(FILLED, this.generation, length)
  }

  end() {
    if (!this.isDone) this.client.input(END, this.generation, 0)
  }

  /** `isFutile`: there is no use in trying again, and the reason says what to change. */
  broke(reason, cause, isFutile = false) {
    if (this.isDone) return
    const { connection } = this
    connection.cause = cause
    this.client.told(this.generation, isFutile ? FUTILE : FAILED, reason, '')
    connection.cause = undefined
  }

  /** By the engine: nothing is taken any more. */
  abort() {
    this.isDone = true
    this.onAbort?.()
  }
}
