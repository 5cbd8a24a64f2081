// It compiles no WebAssembly from bytes: the engine runs as JavaScript.
import { EventSource, ErrorEvent, FatalError } from '../../pkg/esm/index.js';
import { EventStreamParser, init } from '../../pkg/esm/parser.js';
import { worker } from './in-workerd.mjs';

export default worker({ EventSource, ErrorEvent, FatalError, EventStreamParser, init, engine: 'js' });
