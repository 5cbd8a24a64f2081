// Where JavaScript puts what it receives: the JS side of src/wasm/request_task.rs. A transport is a function `(request, sink)` that sends
// the request, sets `sink.onAbort`, and stops when that is called.
import { bytes } from './batch.js'

// The inputs of `Client.input` in src/wasm/client.rs; connection.js has the others.
const FILLED = 2
const END = 3
// In the place of a status, as in src/wasm/request_task.rs.
const UNKNOWN = 1
const FAILED = 2
const FUTILE = 3

export class Sink {
  constructor(connection, generation) {
    this.connection = connection
    this.generation = generation
    this.isDone = false
    this.onAbort = undefined
  }

  /** `{ status?, headers: { get(name) }, url? }` */
  response(response) {
    if (this.isDone) return
    this.connection.response = response
    const { status = UNKNOWN, headers, url = '' } = response
    const type = `${headers.get('content-type') ?? ''}`
    this.connection.run((client) => client.told(this.generation, status, type, url))
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
      client.input(FILLED, this.generation, given.length)
    })
  }

  end() {
    if (!this.isDone) this.connection.input(END, this.generation)
  }

  /** `isFutile`: there is no use in trying again, and the reason says what to change. */
  broke(reason, cause, isFutile) {
    if (this.isDone) return
    const { connection, generation } = this
    connection.run((client) => {
      connection.cause = cause
      client.told(generation, isFutile ? FUTILE : FAILED, reason, '')
      connection.cause = undefined
    })
  }

  /** By the engine: nothing is taken any more. */
  abort() {
    this.isDone = true
    this.onAbort?.()
  }
}
