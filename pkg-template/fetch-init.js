// The engine's own fetch transport (src/wasm/fetch.rs).
import { adoptedInit } from './adopted-init.js'
import { fetchTransport } from './fetch-request.js'
import { withMaxBufferSize } from './options.js'
import { useTransports } from './source-init.js'

useTransports({ fetch: fetchTransport, adopt: adoptedInit, limited: withMaxBufferSize })
