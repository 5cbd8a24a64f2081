// Sources that a test outside the app looks at: what tests/mini/quirks.mjs runs.

/**
 * Opens `sources` (`{ url, init, closeAt }`: closed at its n-th message) and writes down what they tell, until each is closed or has `until` messages, or `limit` ms
 * have passed; then waits for `wait` ms more. `reports` tells of each entry at once.
 */
export function watch({ EventSource }, { sources, until = Infinity, limit = 3000, wait = 0, reports = false }) {
  const logs = [];
  const closers = [];
  const whole = Promise.all(sources.map(({ url, init, closeAt }, number) => new Promise((done) => {
    const log = { entries: [], opens: [], errors: [] };
    logs.push(log);
    const write = (entry) => {
      log.entries.push(entry);
      if (reports) wx.reportEvent('entry', { number, entry });
    };
    let source;
    try {
      source = new EventSource(url, init);
    } catch (error) {
      write(`throws ${error.name}: ${error.message}`);
      done();
      return;
    }
    closers.push(() => source.close());
    let messages = 0;
    source.onopen = ({ status, headers }) => {
      log.opens.push({ status, type: headers && headers.get('content-type') });
      write('open');
    };
    source.onmessage = ({ data }) => {
      write(data);
      messages += 1;
      if (messages === closeAt) source.close();
      if (messages >= until) done();
    };
    source.onerror = ({ message, cause, retryIn, status }) => {
      log.errors.push({ message, cause: cause && cause.name, retryIn, status });
      write('error');
    };
    source.onclose = ({ reason }) => {
      write(`close ${reason}`);
      done();
    };
  })));
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  return Promise.race([whole, pause(limit)]).then(() => pause(wait)).then(() => {
    for (const close of closers) close();
    return logs;
  });
}
