import './eventsource-wasm/js-engine.js';
import './page.mjs';
