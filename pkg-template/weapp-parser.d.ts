export { EventStreamParser } from './parser.js'
export type { EventStreamParserOptions, ParsedEvent, StreamError, StreamLimits } from './parser.js'
export { init } from './weapp.js'
export type { MiniProgramInit } from './weapp.js'
