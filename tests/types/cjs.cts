import wasm = require('eventsource-wasm')
import parser = require('eventsource-wasm/parser')
import slim = require('eventsource-wasm/slim')
import weapp = require('eventsource-wasm/weapp')
import fetching = require('eventsource-wasm/fetch-event-source')
import polyfill = require('eventsource-wasm/polyfill')
import polyfillScript = require('eventsource-wasm/dist/eventsource.polyfill.min.js')
import pieces = require('eventsource-wasm/fetch-event-source/parse')

const source: wasm.EventSource = new wasm.EventSource('https://example.com/')
const other: wasm.EventSource = new weapp.EventSource('https://example.com/')
export = [source, other, new parser.EventStreamParser(), slim.init(), parser.createParser({}), fetching.fetchEventSource('/'), pieces.getLines(() => {}), new polyfill.EventSourcePolyfill('https://example.com/'), polyfillScript.install()]
