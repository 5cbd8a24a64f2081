// What every attempt over fetch does, whoever's request it is.
import { discard, readBody } from './body.js'
import { report } from './listener.js'
import { Sink } from './sink.js'

export class FetchInbox extends Sink {
  /**
   * Begins to read, and says whether there is a body: `null` is that of an empty stream. Where the property is missing, the host has the whole
   * body, if at all, at its end, and another attempt would get none either.
   */
  read({ body }) {
    if (body === undefined) throw this.withoutBody_()
    if (body) readBody(body, this)
    return !!body
  }

  discard_(response) {
    discard(response)
  }

  report_(rejection) {
    report(this.connection_, this.generation_, rejection)
  }
}
