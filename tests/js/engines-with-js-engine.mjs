import '/pkg/esm/js-engine.js';
import './engines.mjs';
