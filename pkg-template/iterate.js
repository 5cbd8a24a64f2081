// Async iteration: a queue between the source and whoever takes its events one by one.
import { READY_STATE_CLOSED } from './generated/boundary.js'
import { nameError } from './hooks.js'

/** What a loop throws where the source has failed: the fields of the `error` event, and a stack. */
class EventSourceError extends Error {}
nameError(EventSourceError, 'EventSourceError')

const errorOf = ({ message, code, status, headers, url, body, cause, attempt, retryIn }) => {
  const error = Object.assign(new EventSourceError(message, { cause }), { code, status, headers, url, body, attempt, retryIn })
  // Older hosts take no second argument.
  if (error.cause !== cause) error.cause = cause
  // In ES5, what Error gives back is an Error.
  return Object.setPrototypeOf(error, EventSourceError.prototype)
}

/** Ends with the source; a failure is thrown once, behind the events that came before it. */
export class EventIterator {
  constructor(connection) {
    this.connection_ = connection
    this.events = connection.left_
    connection.left_ = []
    this.at = 0
    this.waiting_ = []
    this.isOver_ = connection.readyState === READY_STATE_CLOSED
    this.failure_ = connection.failure_
    if (!this.isOver_) connection.iterators_.push(this)
  }

  isFull_() {
    return this.events.length - this.at >= this.connection_.options.queue[+!this.connection_.sink_?.canPause_]
  }

  push(value) {
    const taker = this.waiting_.shift()
    if (taker) taker[0]({ done: false, value })
    else this.events.push(value)
  }

  end(failure, isByCaller) {
    this.isOver_ = true
    if (isByCaller) this.at = this.events.length
    this.failure_ = failure
    this.waiting_.splice(0).forEach((taker) => this.finish_(taker))
  }

  finish_([resolve, reject]) {
    const { failure_: failure } = this
    this.failure_ = undefined
    if (failure) reject(errorOf(failure))
    else resolve({ done: true, value: undefined })
  }

  next() {
    return new Promise((resolve, reject) => {
      if (this.at < this.events.length) {
        const value = this.events[this.at]
        this.events[this.at++] = undefined
        // What has been taken is given back in one piece.
        if (this.at * 2 > this.events.length) {
          this.events.splice(0, this.at)
          this.at = 0
        }
        resolve({ done: false, value })
        this.connection_.resume()
      } else if (this.isOver_) this.finish_([resolve, reject])
      else this.waiting_.push([resolve, reject])
    })
  }

  /** The source goes on: a loop that is begun before more events come takes what this one has left. */
  return(value) {
    const { connection_: connection } = this
    connection.iterators_ = connection.iterators_.filter((other) => other !== this)
    connection.left_ = this.events.slice(this.at)
    this.at = this.events.length
    this.end()
    connection.resume()
    return Promise.resolve({ done: true, value })
  }
}

if (Symbol.asyncIterator) {
  Object.defineProperty(EventIterator.prototype, Symbol.asyncIterator, {
    value() {
      return this
    },
  })
}
