// A worker has no DOM library.
import { EventSource } from 'eventsource-wasm'
import { EventStreamParser } from 'eventsource-wasm/parser'

const source: InstanceType<typeof globalThis.EventSource> = new EventSource('https://example.com/', { body: 'x' })
source.onmessage = ({ data }) => self.postMessage(data)
new EventStreamParser().feed(new Uint8Array(0))
