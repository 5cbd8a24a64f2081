// Makes the suite one CommonJS file that exports `runSuite`, for a mini program's page to require.
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readVectors } from '../js/vectors.mjs';

// esbuild is pinned and installed in tests/js.
const { build } = await import(pathToFileURL(createRequire(new URL('../js/package.json', import.meta.url)).resolve('esbuild')));
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const vectors = {
  name: 'vectors',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vectors$/ }, () => ({ path: 'vectors', namespace: 'vectors' }));
    onLoad({ filter: /.*/, namespace: 'vectors' }, () => ({ contents: JSON.stringify(readVectors()), loader: 'json' }));
  },
};

/** Of the text codec only UTF-8 is asked for: the tables of the others are most of a megabyte. */
const utf8Only = {
  name: 'utf8-only',
  setup({ onLoad }) {
    onLoad({ filter: /encoding-indexes\.js$/ }, () => ({ contents: "exports['encoding-indexes'] = {};" }));
  },
};

export async function bundle(entry = 'suite/entry.js') {
  const { outputFiles: [{ text }] } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    write: false,
    format: 'cjs',
    // Babel and the builders of mini programs leave it as it is.
    target: 'es2017',
    charset: 'utf8',
    inject: [here('suite/provided.js')],
    define: { global: 'globalThis', window: 'undefined', self: 'undefined', document: 'undefined' },
    plugins: [vectors, utf8Only],
    logLevel: 'warning',
  });
  return text;
}
