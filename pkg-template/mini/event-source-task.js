// Douyin has no request that streams, but `tt.createEventSource` (base library 3.35.0), which parses. What it tells becomes an event
// stream again, so that the class, its last event ID and its reconnecting are the same as everywhere.
import { causeOf } from '../request-task.js'

const LINE_END = /\r\n|\r|\n/

const fields = (name, value) => `${value}`.split(LINE_END).map((line) => `${name}: ${line}\n`).join('')

const block = ({ id, event, data = '' }) =>
  `${id ? fields('id', id) : ''}${event ? fields('event', event) : ''}${fields('data', data)}\n`

export const eventSourceTask = (create) => (options, sink) => {
  const source = create(options, options.timeout)
  sink.onAbort_ = () => source.close()
  let isOpen = false
  const open = () => {
    if (!isOpen) sink.response({ headers: { get: () => null } })
    isOpen = true
  }
  source.onOpen(open)
  source.onMessage((message) => {
    open()
    sink.chunk(block(Object(message)))
  })
  source.onError((failure) => {
    const cause = causeOf(failure)
    sink.broke_(cause.message, cause)
  })
  source.onClose(() => {
    open()
    sink.end()
  })
}
