import './fetch-init.js'
import './host-handlers.js'
import './inspect.js'
import { ErrorEvent, EventSource, FatalError } from './event-source.js'
import { load, useLoader } from './instance.js'
import { inlineLoader } from './inline.js'

useLoader(inlineLoader)
// Of the package eventsource, for those who ask whether the class takes a `fetch`.
Object.defineProperty(EventSource, Symbol.for('eventsource.supports-fetch-override'), { value: true })

export { ErrorEvent, EventSource, FatalError }
export const init = () => load()
