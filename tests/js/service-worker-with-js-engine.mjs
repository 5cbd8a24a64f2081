import '/pkg/esm/js-engine.js';
import './service-worker.mjs';
