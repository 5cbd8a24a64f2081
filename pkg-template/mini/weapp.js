import './host.js'

export { ErrorEvent, EventSource, FatalError } from '../event-source.js'
export { init } from './loader.js'
