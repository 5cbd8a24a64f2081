// The caller's functions: called so that one which throws is told as such.
import { STATUS_FAILED, STATUS_FUTILE, STATUS_REJECTED } from './generated/boundary.js'

/** A look-alike may throw, or give what is no promise. */
export const settle = (run) => {
  try {
    return Promise.resolve(run())
  } catch (error) {
    return Promise.reject(error)
  }
}

/** What a rejection says: its message, and its cause's (Node's fetch says only "fetch failed" and puts the reason there). */
export const reasonOf = (rejection) => {
  if (typeof rejection === 'string') return rejection
  try {
    const { message = '', cause } = Object(rejection)
    const because = Object(cause).message
    return because ? `${message} (${because})` : `${message}`
  } catch {
    return ''
  }
}

/** Minifying takes the name from the class, and a console shows it. Of the prototype, it stands at the head of the stack too. */
export const nameError = (errorClass, value) => {
  for (const target of [errorClass, errorClass.prototype]) Object.defineProperty(target, 'name', { value, configurable: true, writable: true })
}

export class FatalError extends Error {
  constructor(message, options) {
    super(message, options)
    // In ES5, what Error gives back is an Error.
    Object.setPrototypeOf(this, new.target.prototype)
  }
}
nameError(FatalError, 'FatalError')

/** With a full stop, unless it ends as a sentence does. */
export const ended = (sentence) => sentence.replace(/[^.!?。]$/, '$&.')

/** How a connection is told of what is no failure of the network; by its name, since a page may have the package twice. */
export class Refusal {
  constructor(what, cause, kind = Object(cause).name === 'FatalError' ? STATUS_FUTILE : STATUS_REJECTED, shown = cause) {
    this.reason = ended(what + reasonOf(cause))
    this.cause = shown
    this.kind = kind
  }
}

/** What a function of the options gives, or has been given in its place. */
export const ask = (name, value, ...given) =>
  typeof value !== 'function'
    ? value
    : settle(() => value(...given)).catch((cause) => {
        throw new Refusal(`The option \`${name}\` has thrown: `, cause)
      })

/** What an attempt has failed with, as a connection is told of it. */
export const refusalOf = (rejection) =>
  rejection instanceof Refusal ? rejection : { kind: STATUS_FAILED, reason: reasonOf(rejection), cause: rejection }

/** Tells a sink what its attempt has failed with. */
export const broke = (sink) => (rejection) => {
  const { kind, reason, cause } = refusalOf(rejection)
  sink.broke_(reason, cause, kind)
}
