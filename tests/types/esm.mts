import { EventSource } from 'eventsource-wasm'
import { EventStreamParser } from 'eventsource-wasm/parser'
import { init } from 'eventsource-wasm/slim'

export const made: [EventSource, EventStreamParser, Promise<void>] = [new EventSource('https://example.com/'), new EventStreamParser(), init()]
