import { load, useLoader } from './instance.js'
import { inlineLoader } from './inline.js'

useLoader(inlineLoader)

export const init = () => load()
export { EventStreamParser } from './event-stream-parser.js'
export { ParseError, createParser } from './create-parser.js'
export { EventSourceParserStream, events } from './parser-stream.js'
