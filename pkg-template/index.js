import { useLoader } from './engine.js'
import { inlineLoader } from './inline.js'

useLoader(inlineLoader)

export { ErrorEvent, EventSource } from './event-source.js'
