import { EventSource } from 'eventsource-wasm'
import { EventStreamParser } from 'eventsource-wasm/parser'
import { init } from 'eventsource-wasm/slim'
import { EventSource as WeappEventSource } from 'eventsource-wasm/weapp'

export const made: [EventSource, EventSource, EventStreamParser, Promise<void>] = [new EventSource('https://example.com/'), new WeappEventSource('https://example.com/'), new EventStreamParser(), init()]
