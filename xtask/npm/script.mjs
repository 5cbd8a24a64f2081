// Bundles the polyfill and both engines into one classic script: ES2017, which loads nothing, and adds its names alone to the globals.
// node script.mjs <folder of node_modules> <staging folder> <script.js>
// Behind bundle.mjs, which makes the glue what it is here.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { mangled, withLineOfDigits } from './internal.mjs';

const [tools, stage, script] = process.argv.slice(2);
const esbuild = createRequire(join(resolve(tools), 'package.json'))('esbuild');

/** In the script: what the file exports, and the URL that it was loaded by. */
const EXPORTS = '__exports';
const URL = '__url';
const NAMES = ['EventSource', 'EventSourcePolyfill', 'NativeEventSource', 'install'];

const included = {
  name: 'included',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/js-loader\.js$/ }, ({ resolveDir }) => ({ path: join(resolveDir, 'js-included.js') })),
};

const { outputFiles } = await esbuild.build({
  absWorkingDir: resolve(stage),
  entryPoints: ['polyfill.js'],
  bundle: true,
  write: false,
  minify: true,
  ...mangled(resolve(stage)),
  format: 'iife',
  globalName: EXPORTS,
  target: 'es2017',
  inject: [resolve(stage, 'text-codec.js')],
  platform: 'neutral',
  define: { 'import.meta.url': URL },
  plugins: [included],
  legalComments: 'none',
  logLevel: 'warning',
});

// The parameter has the name, so that hosts without globalThis have one. What `require` gives is also said in the form that Node reads names from.
const whole = `(function (globalThis) {
  var ${URL} = globalThis.document && document.currentScript && document.currentScript.tagName == 'SCRIPT' && document.currentScript.src;
  ${outputFiles[0].text}
  if (typeof module == 'object' && module.exports) module.exports = ${EXPORTS};
  else if (typeof define == 'function' && define.amd) define(function () { return ${EXPORTS}; });
  else ['EventSourcePolyfill', 'NativeEventSource'].forEach(function (name) {
    Object.defineProperty(globalThis, name, { value: ${EXPORTS}[name], writable: true, configurable: true });
  });
})(typeof globalThis == 'object' ? globalThis : self);
`;
const { code } = await esbuild.transform(whole, { minify: true, target: 'es2017', legalComments: 'none', logLevel: 'warning' });
mkdirSync(dirname(resolve(script)), { recursive: true });
writeFileSync(script, `${withLineOfDigits(code)}0&&(module.exports={${NAMES.join()}});\n`);
writeFileSync(join(dirname(resolve(script)), 'package.json'), '{ "type": "commonjs" }\n');
