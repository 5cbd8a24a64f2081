// It compiles no WebAssembly from bytes: the engine runs as JavaScript.
import { EventSource, ErrorEvent, FatalError } from '../../pkg/esm/index.js';
import * as fetching from '../../pkg/esm/fetch-event-source.js';
import * as pieces from '../../pkg/esm/fetch-event-source-parse.js';
import * as parser from '../../pkg/esm/parser.js';
import { worker } from './in-workerd.mjs';

const { EventStreamParser, init } = parser;
export default worker({ EventSource, ErrorEvent, FatalError, EventStreamParser, dropIns: { ...parser, ...fetching, ...pieces }, init, engine: 'js' });
