// An import where there is nothing but the language must not throw, and the parser works there: in a context without a DOM, without timers, text
// codecs, URL, fetch and WebAssembly, and in Hermes, which has no ES2015 modules or classes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { ROOT } from '../js/sse-server.mjs';
import { programOf, versionOf } from './programs.mjs';

const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const esbuild = createRequire(new URL('../js/package.json', import.meta.url))('esbuild');
const ts = createRequire(import.meta.url)('typescript');
const folder = mkdtempSync(path.join(tmpdir(), 'eventsource-wasm-bare-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const { exports } = JSON.parse(readFileSync(path.join(pkg, 'package.json'), 'utf8'));
// The plugin of a build runs in Node, and imports from it.
const entries = Object.keys(exports).filter((entry) => !/\.(wasm|json)$/.test(entry) && entry !== './taro-plugin');
const fileOf = (entry) => {
  const { import: esm, default: file } = exports[entry];
  return path.join(pkg, esm?.default ?? file);
};

// As builds of Taro and uni-app do.
const DEFINED = { 'import.meta.url': 'undefined', 'process.env.TARO_ENV': '"weapp"', 'process.env.UNI_PLATFORM': '"mp-weixin"' };

/** One script that imports it and says what it has; the parser's says an event as well. */
const scriptOf = async (entry, target) => {
  const use = `import * as found from ${JSON.stringify(fileOf(entry))};
const say = globalThis.say || print;
say('IMPORTED ' + typeof (found.EventSource || found.EventStreamParser || found.fetchEventSource || found.getLines || found));
if (found.EventStreamParser && found.init) found.init().then(() => {
  const parser = new found.EventStreamParser({ onEvent: (event) => say('EVENT ' + event.type + ' ' + encodeURIComponent(event.data)) });
  parser.feed('event: tick\\ndata: 你好😀\\n\\n');
}).catch((error) => say('ERROR ' + error + (error.stack || '')));`;
  const { outputFiles: [{ text }] } = await esbuild.build({ stdin: { contents: use, resolveDir: pkg }, bundle: true, write: false, format: 'iife', target: 'es2020', platform: 'neutral', logLevel: 'error', define: DEFINED });
  return target === 'es5' ? ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES5, downlevelIteration: true } }).outputText : text;
};

const ABSENT = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WeakRef', 'console'];
const inContext = async (script) => {
  const said = [];
  const context = vm.createContext({ say: (text) => said.push(text) });
  vm.runInContext(ABSENT.map((name) => `delete globalThis.${name};`).join(''), context);
  vm.runInContext(script, context);
  await new Promise((resolve) => setTimeout(resolve, 200));
  return said;
};

const hermes = programOf('hermes');
const inHermes = (script) => {
  const file = path.join(folder, 'script.js');
  writeFileSync(file, script);
  const { status, stdout, stderr } = spawnSync(hermes, ['-w', '-Xes6-promise', file], { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr.slice(0, 1000)}`);
  return stdout.split('\n').filter(Boolean);
};

const total = { passed: 0, failed: 0 };
for (const [label, run, target] of [[`bare context of node ${process.versions.node}`, inContext, 'es2020'], [`hermes ${versionOf('hermes')}`, inHermes, 'es5']]) {
  let passed = 0;
  for (const entry of entries) {
    try {
      // Some entries are imported for their effect alone.
      const expected = [`IMPORTED ${/weapp-streams|js-engine/.test(entry) ? 'object' : 'function'}`];
      if (/parser/.test(entry)) expected.push(`EVENT tick ${encodeURIComponent('你好😀')}`);
      const said = await run(await scriptOf(entry, target));
      if (said.join() !== expected.join()) throw new Error(`said ${said.join(' | ').slice(0, 600)}`);
      passed += 1;
    } catch (error) {
      console.log(`FAILED [${label}] ${entry}: ${String(error?.stack ?? error).slice(0, 800)}`);
    }
  }
  console.log(`[${label}] ${passed} of ${entries.length} passed`);
  total.passed += passed;
  total.failed += entries.length - passed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
