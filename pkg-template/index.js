import './fetch-init.js'
import './host-handlers.js'
import { load, useLoader } from './instance.js'
import { inlineLoader } from './inline.js'

useLoader(inlineLoader)

export { ErrorEvent, EventSource, FatalError } from './event-source.js'
export const init = () => load()
