// JavaScriptCore's shell without JIT (as an app on iOS has it) and without WebAssembly: platform.js over lines of JSON.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Logic, PLATFORM, readApp, wrapped } from './logic.mjs';

const PROGRAM = process.env.JSC ?? ['/usr/bin/jsc', ...(process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'jsc'))].find(existsSync);

/** Ends the harness's own names before the app is loaded, and then reads a line at a time. */
const DRIVER = `
const shell = { print, readline, drainMicrotasks, setUnhandledRejectionCallback, transferArrayBuffer };
const KEPT = KEPT_NAMES;
for (const name of Object.getOwnPropertyNames(globalThis)) if (!KEPT.includes(name)) delete globalThis[name];
const bytesOf = (text) => Uint8Array.fromBase64(text).buffer;
const platform = PLATFORM_SOURCE({ post: (text) => shell.print(text), detach: (buffer) => void shell.transferArrayBuffer(buffer) }, SETTINGS);
shell.setUnhandledRejectionCallback((promise, reason) => platform.receive(JSON.stringify({ type: 'error', text: 'unhandled: ' + (reason && reason.message || reason) })));
DEFINITIONS
try {
  platform.open(PAGE, QUERY, COMPONENTS);
} catch (error) {
  shell.print(JSON.stringify({ type: 'dead', text: String(error) + '\\n' + error.stack }));
}
shell.drainMicrotasks();
for (;;) {
  const line = shell.readline();
  if (!line) break;
  const tab = line.indexOf('\\t');
  if (tab < 0) platform.receive(line);
  else platform.receive(line.slice(0, tab), bytesOf(line.slice(tab + 1)));
  shell.drainMicrotasks();
}
`;
const KEPT = Object.getOwnPropertyNames(globalThis).filter((name) => /^(undefined|NaN|Infinity|is(NaN|Finite)|(un)?escape|(de|en)codeURI|parse)/.test(name)
  || ['globalThis', 'Proxy', 'Reflect', 'JSON', 'Math', 'Intl', 'ArrayBuffer', 'DataView', 'Date', 'Boolean', 'Map', 'Number', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Object', 'Function',
    'Array', 'RegExp', 'String', 'Promise', 'BigInt', 'Symbol', 'FinalizationRegistry'].includes(name) || /(Error|Array)$/.test(name));

/** The same as boot of host.mjs, for a host that is another process. There is no `page`. */
export function bootJsc(folder, { quirks = {}, query = {}, postsData = false, ...options } = {}) {
  if (!PROGRAM) throw new Error("JavaScriptCore's shell `jsc` is needed (Debian: libjavascriptcoregtk-4.0-bin): put it on PATH or name it by JSC");
  const { files, page, components } = readApp(folder);
  const made = mkdtempSync(path.join(os.tmpdir(), 'eventsource-wasm-jsc-'));
  const values = {
    KEPT_NAMES: JSON.stringify(KEPT),
    PLATFORM_SOURCE: readFileSync(PLATFORM, 'utf8').trim(),
    SETTINGS: JSON.stringify({ quirks, postsData }),
    PAGE: JSON.stringify(page),
    QUERY: JSON.stringify(query),
    COMPONENTS: JSON.stringify(components),
    DEFINITIONS: files.map(({ name, text }) => `platform.define(${JSON.stringify(name)}, ${wrapped(text)});`).join('\n'),
  };
  const script = path.join(made, 'app.js');
  writeFileSync(script, DRIVER.replace(/KEPT_NAMES|PLATFORM_SOURCE|SETTINGS|PAGE|QUERY|COMPONENTS|DEFINITIONS/g, (name) => values[name]));
  const child = spawn(PROGRAM, [script], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, JSC_useJIT: '0', JSC_useWasm: '0' } });
  const logic = new Logic((text, bytes) => child.stdin.write(bytes ? `${text}\t${bytes.toString('base64')}\n` : `${text}\n`), options);
  child.stdin.on('error', () => {});
  logic.on_dead = ({ text }) => logic.fail(new Error(text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) logic.post(line);
    else console.log(`    jsc: ${line}`);
  });
  child.on('exit', (code, signal) => logic.isStopped || logic.fail(new Error(`jsc ended (${signal ?? code})`)));
  const stop = logic.stop.bind(logic);
  logic.stop = () => {
    stop();
    child.kill();
    rmSync(made, { recursive: true, force: true });
  };
  return logic;
}
