// The road of an attempt (src/web/attempt.rs) in JavaScript, over a fetch that the caller brings: the engine of mini programs leaves it out, since
// hardly a host has a fetch there.
import { FetchAttempt } from '../fetch-attempt.js'
import { fetchTransport } from '../fetch-request.js'
import { INPUT_ACCEPT } from '../generated/boundary.js'
import { report } from '../listener.js'
import { asHeader, isThenable } from '../options.js'

const EVENT_STREAM = /text\/event-stream/i

/** Tells the engine of the head, behind the reader: hosts throw away what lies unread when a connection breaks. */
const answer = (connection, attempt, response, { status, type, url, wait }, isRead) => {
  if (attempt.isDone_) return
  attempt.remember_(response)
  const hasBody = !isRead || attempt.read(response)
  connection.run((client) => client.told_(attempt.generation_, status, type, url, wait))
  if (!hasBody) attempt.end()
}

const received = (connection, attempt, response) => {
  if (attempt.isDone_) return attempt.discard_(response)
  const head = attempt.head(response)
  const isEventStream = head.status === 200 && EVENT_STREAM.test(head.type)
  if (connection.options.onResponse || isEventStream) return answer(connection, attempt, response, head, !connection.options.onResponse)
  return attempt.readRefused_(response).then(() => answer(connection, attempt, response, head, false))
}

// Without async functions: mini programs have ES5.
const connect = (connection, attempt, lastEventId) => {
  const controller = typeof AbortController === 'function' ? new AbortController() : undefined
  attempt.onAbort_ = () => controller?.abort()
  const send = (request) => attempt.isDone_ || attempt.send(request, controller?.signal).then((response) => received(connection, attempt, response))
  const request = attempt.request(asHeader(lastEventId))
  return isThenable(request) ? request.then(send) : send(request)
}

/** Has the hook look at the response, and reads the body if it is content. */
const judge = (connection, generation) => {
  const { sink_: attempt, response } = connection
  connection
    .consult_('onResponse')
    .then(() => {
      const hasBody = attempt.isDone_ || attempt.read(response)
      connection.input(INPUT_ACCEPT, generation)
      if (!hasBody) attempt.end()
    })
    .catch((refusal) => report(connection, generation, refusal))
}

export const fetchInJs = (options, common) => ({ ...fetchTransport(options, common), Inbox_: FetchAttempt, connect, judge_: judge })
