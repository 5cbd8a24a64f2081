// The module that is deployed with the worker.
import { EventSource, ErrorEvent, FatalError, init } from '../../pkg/esm/slim.js';
import { EventStreamParser, init as initParser } from '../../pkg/esm/parser.js';
import wasm from '../../pkg/eventsource_wasm_bg.wasm';
import { worker } from './in-workerd.mjs';

export default worker({ EventSource, ErrorEvent, FatalError, EventStreamParser, init: () => Promise.all([init(wasm), initParser()]), engine: 'wasm' });
