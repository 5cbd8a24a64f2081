// The package among the DOM classes of others: `node tests/foreign-dom/run.mjs [part of a name]`. Each case is a process of its own, on the Node that
// runs this and on Node 24.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, startServer } from '../js/sse-server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const [filter = ''] = process.argv.slice(2);
const MOST_TIME = 90_000;

const node24 = path.join(here, `node_modules/node24-${process.platform}-${process.arch}/bin/node`);
const nodes = [[`node ${process.versions.node}`, process.execPath]];
if (existsSync(node24)) nodes.push(['node 24', node24]);
else console.log(`ABSENT node 24: npm has no program of it for ${process.platform} ${process.arch}, or it is not installed`);

// Test runners take a package from node_modules as it is, as they do for those who have installed it.
const installed = path.join(here, 'node_modules/eventsource-wasm');
rmSync(installed, { recursive: true, force: true });
cpSync(pkg, installed, { recursive: true });

const server = await startServer(pkg);

/** Resolves with what the program printed, and whether it succeeded. */
const run = (program, words) =>
  new Promise((resolve) => {
    const env = { ...process.env, SSE_SERVER: server.origin, NO_COLOR: '1', FORCE_COLOR: '0' };
    const child = spawn(program, words, { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), MOST_TIME);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ output, isDone: code === 0 });
    });
  });

/** Makers of less than a whole DOM, and the moments of each. */
const OTHERS = [
  ['domino-page', 'before', 'between'],
  ['stand-ins', 'before', 'between'],
  ['throwing-stand-ins', 'before', 'between'],
  ['instrumented', 'between'],
  ['jsdom-without-request', 'before'],
];
const cases = [];
for (const [name, program] of nodes) {
  for (const maker of ['domino', 'jsdom', 'global-jsdom', 'happy-dom']) {
    for (const moment of ['before', 'between', 'behind']) {
      for (const format of moment === 'before' ? ['esm', 'cjs'] : ['esm']) {
        const words = ['environment.mjs', maker, moment, path.join(pkg, format, 'index.js'), server.origin];
        cases.push([`${name}: ${maker} ${moment}, ${format}`, program, words]);
      }
    }
  }
  for (const [maker, ...moments] of OTHERS) {
    for (const moment of moments) {
      cases.push([`${name}: ${maker} ${moment}, esm`, program, ['environment.mjs', maker, moment, path.join(pkg, 'esm/index.js'), server.origin]]);
    }
  }
  for (const environment of ['node', 'jsdom', 'happy-dom']) {
    cases.push([`${name}: vitest, ${environment}`, program, ['node_modules/vitest/vitest.mjs', 'run', '--root', 'vitest', '--environment', environment]]);
  }
  cases.push([`${name}: jest, jsdom`, program, ['node_modules/jest/bin/jest.js', '--rootDir', 'jest', '--config', 'jest/jest.config.json', '--testEnvironmentOptions', JSON.stringify({ url: `${server.origin}/` })]]);
}

let passed = 0;
let failed = 0;
for (const [name, program, words] of cases.filter(([name]) => name.includes(filter))) {
  const start = Date.now();
  const { output, isDone } = await run(program, words);
  console.log(`${isDone ? 'ok' : 'FAILED'} ${name}, ${Date.now() - start} ms`);
  if (isDone) passed += 1;
  else {
    failed += 1;
    console.log(output.trim().split('\n').slice(-40).map((line) => `    ${line}`).join('\n'));
  }
}
server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
