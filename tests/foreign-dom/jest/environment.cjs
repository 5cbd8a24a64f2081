// jest-environment-jsdom takes Node's fetch and streams away: given back, as those do who test requests in it.
const { TestEnvironment } = require('jest-environment-jsdom');

const OF_NODE = ['fetch', 'Request', 'Response', 'Headers', 'ReadableStream', 'TransformStream', 'TextEncoder', 'TextDecoder', 'structuredClone'];

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of OF_NODE) this.global[name] = globalThis[name];
  }
};
