import { EventSource } from 'eventsource-wasm'
import { EventStreamParser } from 'eventsource-wasm/parser'
import { init } from 'eventsource-wasm/slim'
import { EventSource as WeappEventSource } from 'eventsource-wasm/weapp'
import { fetchEventSource } from 'eventsource-wasm/fetch-event-source'
import { EventSourcePolyfill } from 'eventsource-wasm/polyfill'
import 'eventsource-wasm/js-engine'
import { getLines } from 'eventsource-wasm/fetch-event-source/parse'

export const made: [EventSource, EventSource, EventStreamParser, Promise<void>] = [new EventSource('https://example.com/'), new WeappEventSource('https://example.com/'), new EventStreamParser(), init()]
export const others: [Promise<void>, (chunk: Uint8Array) => void] = [fetchEventSource('/'), getLines(() => {})]
export const polyfilled: EventSource = new EventSourcePolyfill('https://example.com/')
