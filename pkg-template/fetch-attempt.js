// The steps of an attempt over fetch: what src/wasm/fetch.rs asks of JavaScript, in the order of src/web/attempt.rs. Where the engine has no such
// road, mini/fetch-in-js.js takes them in that order.
import { beginningOf } from './body.js'
import { FetchInbox } from './fetch-inbox.js'
import { NO_BODY } from './fetch-response.js'
import { explain, redirectionOf } from './fetch-request.js'
import { sendWithSignal } from './fetch-signal.js'
import { STATUS_FUTILE } from './generated/boundary.js'
import { Refusal, settle } from './hooks.js'
import { isObject } from './options.js'
import { retryAfter } from './sink.js'

const NO_FETCH = 'There is no `fetch` here: give one as the option `fetch`'
const NO_RESPONSE = '`fetch` gave no response: one has `status`, `headers.get()` and `body`'

/** What another attempt would meet again: the sentence says what to change. */
const futile = (sentence) => new Refusal(sentence, undefined, STATUS_FUTILE)

export class FetchAttempt extends FetchInbox {
  /**
   * What the caller's options say is to be sent, or a promise of that where functions are asked; `header` is the value of `Last-Event-ID`, empty
   * where none is sent.
   */
  request(header) {
    const { connection_: connection } = this
    const { options, context_: context } = connection
    return options.prepare_(connection, this, (sent) => options.address_(sent, context.lastEventId, header))
  }

  /** A promise of the response. */
  send({ url, ...request }, signal) {
    const { fetch } = this.connection_.options
    // Looked up when it is called: a page may replace its fetch.
    const { URL, fetch: hosts } = globalThis
    if (!fetch && !hosts) return Promise.reject(futile(NO_FETCH))
    const response = sendWithSignal(signal, (more) => {
      const init = { ...request, ...more }
      // The package eventsource gives a URL, too.
      return fetch ? fetch(URL ? new URL(url) : url, init) : globalThis.fetch(url, init)
    })
    return response.catch((rejection) => {
      throw explain(url, request, !fetch, rejection)
    })
  }

  head(response) {
    if (!isObject(response) || typeof response.headers?.get !== 'function') throw futile(NO_RESPONSE)
    const { status, headers, url, redirected } = response
    this.isRedirected_ = redirected
    return {
      // A look-alike's status may be anything; what is none is refused as 0.
      status: status > 99 ? Number(status) : 0,
      type: `${headers.get('content-type') ?? ''}`,
      url: typeof url === 'string' ? url : '',
      wait: retryAfter(headers),
    }
  }

  /** The response, for the events that tell of it. */
  remember_(response) {
    const { connection_: connection } = this
    connection.response = response
    if (this.isRedirected_) connection.redirection_ = redirectionOf(connection.options.method, connection.address_)
  }

  /** How the body of a refused response begins, for the `error` event. */
  readRefused_(response) {
    const { connection_: connection } = this
    // There is a response in time.
    connection.stopTimer_()
    return settle(() => response.body && beginningOf(response.body)).then((text) => {
      if (typeof text === 'string' && !this.isDone_) connection.body = text
    })
  }

  consult_(name, response) {
    return this.connection_.consult_(name, response)
  }

  withoutBody_() {
    return futile(`This ${NO_BODY}`)
  }
}
