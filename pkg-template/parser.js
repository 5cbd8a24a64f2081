import { load, useLoader } from './engine.js'
import { inlineLoader } from './inline.js'

useLoader(inlineLoader)

export const init = () => load()
export { EventStreamParser } from './event-stream-parser.js'
