import { EventSource } from './eventsource-wasm/index.js';
import { EventStreamParser } from './eventsource-wasm/parser.js';
import { told } from './told.mjs';

globalThis.tell = (url) => told({ EventSource, EventStreamParser }, url);
