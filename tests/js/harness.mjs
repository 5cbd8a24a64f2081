// A test runner that fits into a page, a worker and Node: names, results, a time limit, some tests at a time.

const show = (value) => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value, (_, part) => (part === undefined ? '(undefined)' : typeof part === 'bigint' ? `${part}n` : part)) ?? String(value);
  } catch {
    return String(value);
  }
};

const isSame = (a, b) => {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
};

const fail = (message) => {
  throw new Error(message);
};

export const assert = {
  ok: (value, message = 'not true') => value || fail(message),
  equal: (found, expected, message = '') => Object.is(found, expected) || fail(`${message} expected ${show(expected)}, found ${show(found)}`.trim()),
  deepEqual: (found, expected, message = '') => isSame(found, expected) || fail(`${message} expected ${show(expected)}, found ${show(found)}`.trim()),
  match: (found, pattern, message = '') => pattern.test(found) || fail(`${message} expected ${pattern}, found ${show(found)}`.trim()),
  /** Gives back what was thrown. */
  throws(run, name, pattern = /./) {
    let thrown;
    try {
      run();
    } catch (error) {
      thrown = error;
    }
    if (thrown === undefined) fail(`expected ${name}, nothing was thrown`);
    if (thrown.name !== name || !pattern.test(thrown.message)) fail(`expected ${name} ${pattern}, found ${show(thrown)}`);
    return thrown;
  },
};

/** Errors that a test throws from a listener on purpose say so. */
export const DELIBERATE = 'deliberate';

/** `host.onUncaught` where errors are events of the global. */
export const onUncaught = (callback) => {
  addEventListener('error', (event) => callback(event.error ?? event.message));
  addEventListener('unhandledrejection', (event) => callback(event.reason));
};

/** Some engines leave the message out of the stack. */
const describe = (thrown) => {
  const { stack } = thrown ?? {};
  if (typeof stack !== 'string') return String(thrown);
  return stack.includes(thrown.message) ? stack : `${thrown}\n${stack}`;
};

/**
 * Runs what `define({ test, ... })` registers. Results in the order of the list: `[{ name, ok, error, ms }]`.
 * `host.onUncaught(callback)` tells of errors that nothing has caught; one that is not deliberate is a failure.
 */
export async function run(define, context, { parallel = 4, timeout = 10_000, filter = '' } = {}) {
  const tests = [];
  const uncaught = [];
  context.host.onUncaught((error) => {
    if (!String(error?.message ?? error).includes(DELIBERATE)) uncaught.push(error);
  });
  define({
    ...context,
    assert,
    test: (name, body, options = {}) => {
      if (tests.some((known) => known.name === name)) fail(`two tests have the name: ${name}`);
      if (name.includes(filter)) tests.push({ name, body, ...options });
    },
  });
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < tests.length) {
      const index = next++;
      results[index] = await runOne(tests[index], timeout);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  if (uncaught.length > 0) {
    results.push({ name: 'no uncaught errors', ok: false, error: uncaught.map(describe).join('\n'), ms: 0 });
  }
  return results;
}

async function runOne({ name, body }, timeout) {
  const cleanups = [];
  let timer;
  const start = Date.now();
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeout} ms`)), timeout);
  });
  let error;
  try {
    await Promise.race([limit, body({ cleanup: (step) => cleanups.push(step) })]);
  } catch (thrown) {
    error = describe(thrown);
  }
  clearTimeout(timer);
  for (const step of cleanups.reverse()) {
    try {
      await step();
    } catch (thrown) {
      error ??= `clean-up: ${describe(thrown)}`;
    }
  }
  return { name, ok: error === undefined, error, ms: Date.now() - start };
}

/** Prints failures, and the count last. Gives back whether all passed. */
export function report(results, label) {
  for (const { name, ok, error } of results) {
    if (!ok) console.log(`FAILED [${label}] ${name}\n    ${error.split('\n').slice(0, 6).join('\n    ')}`);
  }
  const passed = results.filter(({ ok }) => ok).length;
  const slowest = [...results].sort((a, b) => b.ms - a.ms).slice(0, 3).map(({ name, ms }) => `${name} ${ms} ms`);
  console.log(`[${label}] ${passed} of ${results.length} passed; slowest: ${slowest.join('; ')}`);
  return { passed, failed: results.length - passed };
}
