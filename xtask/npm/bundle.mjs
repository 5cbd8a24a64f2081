// Bundles the entries of a staging folder, and the engine as JavaScript: ESM with shared chunks, then each of these files as CommonJS.
// node bundle.mjs <folder of node_modules> <staging folder> <package folder> <entry.js>…
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { leanGlue } from './glue.mjs';
import { checkMarks, checkTypes, mangled, withLineOfDigits } from './internal.mjs';

const [tools, stage, pkg, ...entries] = process.argv.slice(2);
const require = createRequire(join(resolve(tools), 'package.json'));
const esbuild = require('esbuild');
const esm = resolve(pkg, 'esm');
const cjs = resolve(pkg, 'cjs');
const ALONE = ['slim.js', 'fetch-event-source-parse.js'];
// What it takes of the others beside the engine would be a file more for those who do not import it.
const OVER_ENGINE = ['fetch-event-source.js'];

const own = join(stage, 'eventsource_wasm_bg.js');
writeFileSync(own, leanGlue(readFileSync(own, 'utf8')));

const names = mangled(stage);
checkMarks(stage, require('typescript'));
// But for those of the glue, which nobody gets.
for (const name of readdirSync(stage).filter((name) => name.endsWith('.d.ts') && !name.startsWith('eventsource_wasm'))) checkTypes(readFileSync(join(stage, name), 'utf8'));

const SCRIPT = 'js-instance.js';
/** The engine and what all entries need beside it, for what is bundled by itself: a file of the shared ones. */
const ENGINE = 'engine.js';
const withSharedEngine = {
  name: 'shared-engine',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/(batch|bytes|inline|instance|option-names|options)\.js$/ }, () => ({ path: `./${ENGINE}`, external: true })),
};
const bundle = (entryPoints, external = [], plugins = []) =>
  esbuild.build({
    absWorkingDir: resolve(stage),
    entryPoints,
    outdir: esm,
    bundle: true,
    splitting: true,
    minify: true,
    ...names,
    format: 'esm',
    target: 'es2020',
    // Hosts without TextDecoder and TextEncoder get ours, the generated glue included; what is over another entry leaves bytes to that.
    inject: external.length > 0 ? [] : [resolve(stage, 'text-codec.js')],
    platform: 'neutral',
    // Loaded by those who need it: it shares nothing with the others, which would be a file more for everybody.
    external: ['node:*', `./${SCRIPT}`, ...external],
    plugins,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
// An entry that nobody imports beside another shares nothing with it: each file is a request more, and in Node half a millisecond. One over
// another file of the package loads that, whose own files stay as they are.
const kinds = { shared: [ENGINE], alone: [], over: [], overEngine: [] };
const under = (name) => /from '(\.\/(?:index|parser|js-instance)\.js)'/.exec(readFileSync(join(stage, name), 'utf8'))?.[1];
for (const name of entries) kinds[ALONE.includes(name) ? 'alone' : OVER_ENGINE.includes(name) ? 'overEngine' : under(name) ? 'over' : 'shared'].push(name);
const builds = await Promise.all([
  bundle(kinds.shared),
  ...kinds.alone.map((name) => bundle([name])),
  ...kinds.over.map((name) => bundle([name], [under(name)])),
  ...kinds.overEngine.map((name) => bundle([name], [], [withSharedEngine])),
  bundle([SCRIPT]),
]);

mkdirSync(cjs, { recursive: true });
writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');

const outputs = {};
for (const [path, output] of builds.flatMap(({ metafile }) => Object.entries(metafile.outputs))) {
  const name = basename(path);
  const source = withLineOfDigits(readFileSync(join(esm, name), 'utf8'));
  writeFileSync(join(esm, name), source);
  const hasUrl = source.includes('import.meta.url');
  // It looks for a query, and a CommonJS file has none.
  const url = name === 'polyfill.js' ? 'undefined' : '__import_meta_url';
  const { code } = await esbuild.transform(source, {
    format: 'cjs',
    target: 'es2020',
    platform: 'node', // keeps the names that Node reads off a CommonJS file for `import { … }`
    minify: true,
    legalComments: 'none',
    define: hasUrl ? { 'import.meta.url': url } : {},
    banner: hasUrl && url !== 'undefined' ? 'const __import_meta_url=require("url").pathToFileURL(__filename).href;' : '',
    sourcefile: name,
    logLevel: 'warning',
  });
  writeFileSync(join(cjs, name), withLineOfDigits(code));
  outputs[name] = output.imports
    .filter((found) => found.kind === 'import-statement' && !found.path.startsWith('node:'))
    .map((found) => basename(found.path));
}
// What each output file loads, for `cargo xtask size`.
writeFileSync(resolve(stage, '../bundle.json'), `${JSON.stringify(outputs, null, 2)}\n`);
