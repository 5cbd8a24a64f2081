import wasm = require('eventsource-wasm')
import parser = require('eventsource-wasm/parser')
import slim = require('eventsource-wasm/slim')

const source: wasm.EventSource = new wasm.EventSource('https://example.com/')
export = [source, new parser.EventStreamParser(), slim.init()]
