// It compiles no WebAssembly from bytes: the engine runs as JavaScript.
import { NativeEventSource } from '../js/native.mjs';
import { EventSource, ErrorEvent, FatalError } from '../../pkg/esm/index.js';
import * as fetching from '../../pkg/esm/fetch-event-source.js';
import * as pieces from '../../pkg/esm/fetch-event-source-parse.js';
import * as parser from '../../pkg/esm/parser.js';
import * as polyfillModule from '../../pkg/esm/polyfill.js';
import { worker } from './in-workerd.mjs';

const { EventStreamParser, init } = parser;
const polyfill = { module: polyfillModule, native: NativeEventSource, installed: globalThis.EventSource };
export default worker({ EventSource, ErrorEvent, FatalError, EventStreamParser, dropIns: { ...parser, ...fetching, ...pieces }, polyfill, init, engine: 'js' });
