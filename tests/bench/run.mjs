// `node tests/bench/run.mjs [--quick] [--filter part of a case] [--host part of a host]`: the package as shipped (PKG_DIR) beside others.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { startChromium } from './in-chromium.mjs';
import { LEGEND, head, plot, row, summary } from './report.mjs';
import { cases } from './workloads.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);
const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, filter: { type: 'string', default: '' }, host: { type: 'string', default: '' } } });
const pkg = path.resolve(process.env.PKG_DIR ?? here('../../pkg'));
const length = options.quick ? { rounds: 11, warmMs: 60, sampleMs: 6 } : { rounds: 11, warmMs: 90, sampleMs: 6 };

const bundles = here('node_modules/.bundles');
// esbuild is pinned and installed in tests/js.
const { build } = await import(pathToFileURL(createRequire(new URL('../js/package.json', import.meta.url)).resolve('esbuild')));
const bundle = (entry, more) => build({ entryPoints: [here(entry)], outdir: bundles, bundle: true, format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'warning', ...more });

const node = (program, version, onlyQuick) => ({
  name: `Node ${version}`,
  targetOf: ({ nodeTarget }) => nodeTarget,
  onlyQuick,
  async runCase(settings) {
    const modules = { peers: pathToFileURL(path.join(bundles, 'peers.js')), ours: pathToFileURL(path.join(pkg, 'esm/parser.js')), ourSource: pathToFileURL(path.join(pkg, 'esm/index.js')) };
    const { stdout } = await run(program, [here('in-node.mjs'), JSON.stringify({ ...settings, ...modules })], { maxBuffer: 1 << 24 });
    return JSON.parse(stdout);
  },
});

/** `flags` are the shell's, as variables. */
const jsc = (program, name, flags, target) => ({
  name,
  onlyQuick: true,
  hasNoStreams: true,
  targetOf: () => target,
  async runCase(settings) {
    const entry = createRequire(path.join(pkg, 'package.json')).resolve('eventsource-wasm/weapp-parser');
    const script = path.join(bundles, 'in-jsc.js');
    const given = JSON.stringify({ ...settings, folder: path.dirname(entry), entry: path.basename(entry), rounds: Math.ceil(settings.rounds / 2) });
    await writeFile(script, `const SETTINGS = ${given};\n${await readFile(path.join(bundles, 'in-jsc.mjs'), 'utf8')}`);
    const { stdout } = await run(program, [script], { maxBuffer: 1 << 24, env: { ...process.env, ...flags } });
    return JSON.parse(stdout);
  },
});
const versionOf = async (program) => (await run(program, ['--version'])).stdout.trim().slice(1);

async function* hosts() {
  const wants = (name) => name.toLowerCase().includes(options.host.toLowerCase());
  const newer = here(`node_modules/node-${process.platform}-${process.arch}/bin/node`);
  for (const program of [newer, process.execPath]) {
    const version = await versionOf(program).catch(() => undefined);
    if (version && wants(`Node ${version}`)) yield node(program, version, program !== newer);
  }
  const shell = process.env.JSC ?? (await run('which', ['jsc']).catch(() => undefined))?.stdout.trim();
  if (shell && wants('jsc without JIT')) yield jsc(shell, 'jsc without JIT', { JSC_useJIT: '0' }, 1);
  if (shell && wants('jsc with JIT')) yield jsc(shell, 'jsc with JIT', {});
  if (wants('chromium')) {
    const chromium = await startChromium({ '/pkg': pkg, '/bench': here('.'), '/bundles': bundles });
    try {
      const modules = { peers: '/bundles/peers.js', ours: '/pkg/esm/parser.js', ourSource: '/pkg/esm/index.js' };
      yield { name: `Chromium ${chromium.version}`, targetOf: ({ target }) => target, runCase: (settings) => chromium.runCase({ ...settings, ...modules }) };
    } finally {
      await chromium.stop();
    }
  }
}

await bundle('peers.js');
await bundle('in-jsc.mjs', { format: 'iife', inject: [here('utf8.mjs')], outExtension: { '.js': '.mjs' } });
const wanted = cases.filter(({ id, isQuick }) => id.includes(options.filter) && (!options.quick || options.filter || isQuick));
const isWhole = !options.filter && !options.host;
const measured = [];
const report = [];
const say = (text) => {
  console.log(text);
  report.push(text);
};

say(`${LEGEND}\n\n${os.cpus()[0].model}, ${os.cpus().length} cores, ${new Date().toISOString().slice(0, 10)}${options.quick ? ', a quick run' : ''}.`);
for await (const host of hosts()) {
  say(`\n## ${host.name}`);
  const results = [];
  for (const isStream of [false, true]) {
    let hasHead = false;
    if (isStream && host.hasNoStreams) continue;
    for (const one of wanted.filter((each) => each.isStream === isStream && (!host.onlyQuick || each.isQuick || options.filter))) {
      let found;
      try {
        found = await host.runCase({ id: one.id, isQuick: options.quick, ...length });
      } catch (error) {
        console.error(`${host.name}, ${one.id}: ${error.message}`);
        process.exitCode = 1;
        continue;
      }
      if (!hasHead) say(`\n${isStream ? 'Through a `ReadableStream`' : 'Chunks given to the parser'}; the baseline is ${found[0].name}.\n\n${head(found)}`);
      hasHead = true;
      say(row(one, host.targetOf(one), found));
      results.push({ one, results: found });
    }
  }
  say(`\n${summary(results, host.targetOf)}`);
  measured.push({ name: host.name, results });
}
if (isWhole) {
  await writeFile(options.quick ? path.join(bundles, 'results.md') : here('results.md'), `# \`cargo xtask bench\`\n\n${report.join('\n')}\n`);
  const panels = measured.filter(({ name }) => name.startsWith('Chromium') || name.startsWith('Node 24'));
  if (panels.length > 0) await writeFile(options.quick ? path.join(bundles, 'bench.svg') : here('bench.svg'), plot(panels));
  if (!options.quick) await import('./readme-table.mjs');
}
