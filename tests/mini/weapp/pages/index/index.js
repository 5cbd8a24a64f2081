// Runs what the query asks for, with the package as the platform's builder has packed it, and reports.
const { EventSource, ErrorEvent, FatalError, init } = require('eventsource-wasm/weapp');
const { EventStreamParser } = require('eventsource-wasm/weapp-parser');
// For the options that bring a fetch or a stream.
require('eventsource-wasm/weapp-streams');

Page({
  data: { state: 'loading' },

  async onLoad({ suite }) {
    try {
      const { task, load, ...settings } = JSON.parse(suite);
      await init(load);
      this.setData({ state: EventSource.engine });
      const results = await require('./suite.js')[task]({ EventSource, ErrorEvent, FatalError, EventStreamParser }, settings);
      this.setData({ state: 'done' });
      wx.reportEvent('suite', { engine: EventSource.engine, results });
    } catch (error) {
      wx.reportEvent('suite', { error: `${error && error.name}: ${error && error.message}\n${error && error.stack}` });
    }
  },
});
