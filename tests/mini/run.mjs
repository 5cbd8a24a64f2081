// The suite in hosts that have what a mini program has: `node tests/mini/run.mjs [host…] [--filter part of a name]`; without names, all of them.
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from '../js/harness.mjs';
import { ROOT, startServer } from '../js/sse-server.mjs';
import { bundle } from './bundle.mjs';
import { boot } from './host.mjs';
import { bootJsc } from './jsc.mjs';
import { bootQuickJs } from './quickjs.mjs';
import { runQuirks } from './quirks.mjs';
import { build as buildTaro } from './taro-build.mjs';
import { buildWeapp } from './weapp.mjs';

const pkg = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
/** For all that a host runs. */
const LIMIT = 180_000;

/** Interpreters take their time: fewer tests at once, and longer limits. */
const slow = { parallel: 2, timeout: 60_000, patience: 5 };
const HOSTS = {
  'weapp-wasm': { boot, build: 'weapp', engine: 'wasm' },
  'weapp-js': { boot, build: 'weapp', engine: 'js', options: { realm: 'host' } },
  jsc: { boot: bootJsc, build: 'weapp', engine: 'js', suite: slow },
  quickjs: { boot: bootQuickJs, build: 'weapp', engine: 'js', suite: slow },
  'taro-webpack5': { boot, build: 'webpack5', engine: 'wasm' },
  'taro-vite': { boot, build: 'vite', engine: 'wasm' },
};

const taro = (runner) => async () => {
  const folder = await buildTaro(runner, { pkg, plugin: true, pages: ['suite'] });
  writeFileSync(path.join(folder, 'suite.js'), await bundle());
  copyFileSync(fileURLToPath(new URL('suite/taro-run.js', import.meta.url)), path.join(folder, 'taro-run.js'));
  return { folder, extra: 'taro-run.js' };
};
const BUILDERS = {
  weapp: async () => {
    const { folder, warnings, bytes, remove } = await buildWeapp(pkg);
    process.on('exit', remove);
    const sum = Object.values(bytes).reduce((total, size) => total + size, 0);
    console.log(`miniprogram_npm: ${Object.entries(bytes).map(([name, size]) => `${name} ${size}`).join(', ')}: ${sum} bytes`);
    for (const warning of warnings) console.log(`    packNpm warns: ${JSON.stringify(warning)}`);
    return { folder };
  },
  webpack5: taro('webpack5'),
  vite: taro('vite'),
};
const built = {};
const folderOf = (name) => (built[name] ??= BUILDERS[name]());

const inTime = (promise, ms) => {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
};

/** Boots the app for one task; gives back the harness's results. */
async function runTask(name, task, settings) {
  const { boot: start, build, engine, options } = HOSTS[name];
  const { folder, extra } = await folderOf(build);
  const logic = await start(folder, { engine, extra, ...options, query: { suite: JSON.stringify({ task, name, ...settings }) } });
  try {
    const { error, results, engine: found } = await inTime(logic.report('suite'), LIMIT);
    if (error) throw new Error(error);
    if (found !== engine) results.push({ name: `the engine is ${engine}`, ok: false, error: `it is ${found}`, ms: 0 });
    return results;
  } finally {
    logic.stop();
  }
}

const at = process.argv.indexOf('--filter');
const filter = at < 0 ? undefined : process.argv[at + 1];
const names = process.argv.slice(2, at < 0 ? undefined : at);
const known = [...Object.keys(HOSTS), 'quirks'];
for (const name of names) if (!known.includes(name)) throw new Error(`no host ${name}: there are ${known.join(', ')}`);

const server = await startServer(pkg);
const totals = { passed: 0, failed: 0 };
for (const name of names.length > 0 ? names : known) {
  const began = Date.now();
  let counts;
  try {
    if (name === 'quirks') {
      const { folder } = await folderOf('weapp');
      counts = report(await runQuirks(folder, server, filter), name);
    } else {
      const origins = { server: server.origin, second: server.second };
      const results = await runTask(name, 'runSuite', { ...origins, filter, ...HOSTS[name].suite });
      const [contrast] = await runTask(name, 'runContrast', origins);
      counts = report([...results, contrast], name);
      if (contrast.note) console.log(`[${name}] ${contrast.note}`);
    }
  } catch (error) {
    console.log(`FAILED [${name}] ${error.stack}`);
    counts = { passed: 0, failed: 1 };
  }
  console.log(`[${name}] ${counts.passed} passed, ${counts.failed} failed, ${((Date.now() - began) / 1000).toFixed(1)} s`);
  totals.passed += counts.passed;
  totals.failed += counts.failed;
}
server.stop();
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
