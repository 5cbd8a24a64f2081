export { EventStreamParser } from '../event-stream-parser.js'
export { init } from './loader.js'
