import './host.js'

export { ErrorEvent, EventSource } from '../event-source.js'
export { init } from './loader.js'
