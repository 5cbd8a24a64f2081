// The packed tarball in fresh projects: in Node, in pages without a bundler, and with the bundlers of tests/js.
// `node tests/package/run.mjs [part of a name]`
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { at, clientOf, execute, html, inChromium, inNode, parsed, project, requiring, runCases, tool, withPolicy } from './project.mjs';

const cases = {
  'node-esm': async (name) => inNode(name, project(name, { 'main.mjs': clientOf(name) }), 'main.mjs'),
  'node-cjs': async (name) => inNode(name, project(name, { 'main.cjs': requiring(clientOf(name)) }), 'main.cjs'),
  'node-esm-slim': async (name) => inNode(name, project(name, { 'main.mjs': clientOf(name, 'eventsource-wasm/slim') }), 'main.mjs'),
  'node-cjs-slim': async (name) => inNode(name, project(name, { 'main.cjs': requiring(clientOf(name, 'eventsource-wasm/slim')) }), 'main.cjs'),
  'node-parser': async (name) => {
    const use = `const parser = new EventStreamParser({ onEvent: (event) => console.log(event.data) })\nparser.feed('data: 你好😀\\n\\n')\nparser.free()\n`;
    return parsed(name, {
      'main.mjs': `import { EventStreamParser } from 'eventsource-wasm/parser'\n${use}`,
      'main.cjs': `const { EventStreamParser } = require('eventsource-wasm/parser')\n${use}`,
    });
  },
  'node-drop-ins': async (name) => {
    const use = `const answer = async () => new Response('data: 好😀\\n\\n', { headers: { 'content-type': 'text/event-stream' } })
let text = ''
createParser({ onEvent: ({ data }) => (text += data) }).feed('data: 你\\n\\n')
const lines = getLines(getMessages(() => {}, () => {}, ({ data }) => (text += data)))
lines(new TextEncoder().encode('data\\n\\n'))
fetchEventSource('/', { fetch: answer, onmessage: ({ data }) => console.log(text + data) })
`;
    const from = { 'parser': 'createParser', 'fetch-event-source': 'fetchEventSource', 'fetch-event-source/parse': 'getLines, getMessages' };
    const lines = Object.entries(from).map(([entry, names]) => `import { ${names} } from 'eventsource-wasm/${entry}'\n`);
    return parsed(name, { 'main.mjs': lines.join('') + use, 'main.cjs': lines.map(requiring).join('') + use });
  },
  'node-polyfill': async (name) => {
    const use = `const answer = async () => new Response('data: 你好😀\\n\\n', { headers: { 'content-type': 'text/event-stream' } })
const source = new EventSourcePolyfill('http://localhost/', { fetch: answer })
source.onmessage = ({ data }) => {
  source.close()
  console.log(EventSource === globalThis.EventSource && NativeEventSource === undefined && data)
}
`;
    const names = 'EventSource, EventSourcePolyfill, NativeEventSource';
    const entries = ['polyfill', 'dist/eventsource.polyfill.min.js'];
    const files = {};
    for (const [at, entry] of entries.entries()) {
      const line = `import { ${names} } from 'eventsource-wasm/${entry}'\n`;
      files[`${at}.mjs`] = line + use;
      files[`${at}.cjs`] = requiring(line) + use;
    }
    // Its URL has the query, and replaces what there is.
    files['force.mjs'] = `class Other {}
globalThis.EventSource = Other
const { ${names} } = await import(import.meta.resolve('eventsource-wasm/polyfill') + '?force')
const { NativeEventSource: kept } = await import('eventsource-wasm/polyfill')
console.log(NativeEventSource === Other && kept === EventSource && EventSource === globalThis.EventSource && EventSourcePolyfill.prototype instanceof EventSource && '你好😀')
`;
    return parsed(name, files);
  },
  // Who uses the parser alone carries nothing of what stands in for others.
  'esbuild-parser-alone': async (name) => {
    const root = project(name, {});
    const { build } = await tool('esbuild');
    const bundled = async (names) => {
      const contents = `export { ${names} } from 'eventsource-wasm/parser'`;
      const { outputFiles } = await build({ stdin: { contents, resolveDir: root }, bundle: true, minify: true, write: false, format: 'esm', external: ['./js-instance.js', 'node:*'] });
      return outputFiles[0].text;
    };
    const [alone, all] = await Promise.all([bundled('EventStreamParser'), bundled('EventStreamParser, createParser, EventSourceParserStream, events')]);
    for (const text of ['createParser:', 'EventSourceParserStream:', 'events:']) {
      if (!all.includes(text) || alone.includes(text)) throw new Error(`${text} is in ${all.includes(text) ? 'both' : 'neither'}`);
    }
    return `${all.length - alone.length} bytes are left out`;
  },
  'plain-page': async (name) => {
    project(name, { 'main.js': clientOf(name, './node_modules/eventsource-wasm/esm/index.js'), 'index.html': html('main.js') });
    return inChromium(name, at(name, 'index.html'));
  },
  // The file that only these load, as the package has it and as bundlers put it.
  'csp-plain-page': async (name) => {
    project(name, { 'main.js': clientOf(name, './node_modules/eventsource-wasm/esm/index.js'), 'index.html': html('main.js') });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'csp-plain-page-slim': async (name) => {
    project(name, { 'main.js': clientOf(name, './node_modules/eventsource-wasm/esm/slim.js'), 'index.html': html('main.js') });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'csp-esbuild': async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js', 'text/javascript') });
    const { build } = await tool('esbuild');
    await build({ absWorkingDir: root, entryPoints: ['main.js'], bundle: true, minify: true, outfile: 'out.js', logLevel: 'silent' });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'csp-webpack': async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js', 'text/javascript') });
    const { default: webpack } = await tool('webpack');
    await promisify(webpack)({ context: root, mode: 'production', entry: './main.js', output: { path: root, filename: 'out.js' }, performance: { hints: false } });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'csp-vite-build': async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('/main.js') });
    const { build } = await tool('vite');
    await build({ root, base: './', configFile: false, logLevel: 'error' });
    return inChromium(name, withPolicy(at(name, 'dist/index.html')), 'js');
  },
  // Node's own fetch needs WebAssembly, the parser does not.
  'no-wasm-node-parser': async (name) => {
    const use = `delete globalThis.WebAssembly\ninit().then(() => new EventStreamParser({ onEvent: (event) => console.log(event.data) }).feed('data: 你好😀\\n\\n'))\n`;
    return parsed(name, {
      'main.mjs': `import { EventStreamParser, init } from 'eventsource-wasm/parser'\n${use}`,
      'main.cjs': `const { EventStreamParser, init } = require('eventsource-wasm/parser')\n${use}`,
    });
  },
  // What it has brought needs no loading: the parser is there at once.
  'no-wasm-node-js-engine': async (name) => {
    const use = `delete globalThis.WebAssembly\nnew EventStreamParser({ onEvent: (event) => console.log(event.data) }).feed('data: 你好😀\\n\\n')\n`;
    return parsed(name, {
      'main.mjs': `import 'eventsource-wasm/js-engine'\nimport { EventStreamParser } from 'eventsource-wasm/parser'\n${use}`,
      'main.cjs': `require('eventsource-wasm/js-engine')\nconst { EventStreamParser } = require('eventsource-wasm/parser')\n${use}`,
    });
  },
  // Bundlers keep an import that has no names.
  'csp-service-worker-esbuild': async (name) => inServiceWorker(name, 'module', async (root) => {
    const { build } = await tool('esbuild');
    await build({ absWorkingDir: root, entryPoints: ['worker.js'], bundle: true, splitting: true, format: 'esm', minify: true, outdir: 'dist', logLevel: 'silent' });
  }),
  'csp-service-worker-vite': async (name) => inServiceWorker(name, 'module', async (root) => {
    const { build } = await tool('vite');
    await build({ root, base: './', configFile: false, logLevel: 'error', build: { modulePreload: false, rollupOptions: { input: path.join(root, 'worker.js'), output: { entryFileNames: 'worker.js' } } } });
  }),
  'csp-service-worker-webpack': async (name) => inServiceWorker(name, 'classic', async (root) => {
    const { default: webpack } = await tool('webpack');
    const stats = await promisify(webpack)({ context: root, mode: 'production', target: 'webworker', entry: './worker.js', output: { path: path.join(root, 'dist'), filename: 'worker.js' }, performance: { hints: false } });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    if (errors.length + warnings.length > 0) throw new Error([...errors, ...warnings].map(({ message }) => message).join('\n'));
  }),
  // Nothing runs in the place of what is a mistake, and the first cause is told.
  'no-fetch': async (name) => {
    const use = (names, entry) => `import { ${names} as Source } from '${entry}'
delete globalThis.fetch
const source = new Source('http://127.0.0.1/')
source.onerror = ({ message, retryIn }) => console.log(source.readyState, retryIn, message)
`;
    const root = project(name, { 'class.mjs': use('EventSource', 'eventsource-wasm'), 'polyfill.mjs': use('EventSourcePolyfill', 'eventsource-wasm/polyfill') });
    const said = [];
    for (const file of ['class.mjs', 'polyfill.mjs']) said.push((await execute(process.execPath, [file], { cwd: root, timeout: 20_000 })).stdout.trim());
    for (const line of said) if (!/^2 null .*There is no `fetch` here/.test(line)) throw new Error(`said ${said.join(' | ')}`);
    return said[0];
  },
  'no-engine': async (name) => {
    const root = project(name, {
      'slim.mjs': `import { init } from 'eventsource-wasm/slim'\ninit(new Uint8Array(8)).catch((error) => console.log(error.name))\n`,
      'parser.mjs': `import { init } from 'eventsource-wasm/parser'\ndelete globalThis.WebAssembly\ninit().catch((error) => console.log(error.message))\n`,
    });
    rmSync(path.join(root, 'node_modules/eventsource-wasm/esm/js-instance.js'));
    const said = [];
    for (const file of ['slim.mjs', 'parser.mjs']) said.push((await execute(process.execPath, [file], { cwd: root, timeout: 20_000 })).stdout.trim());
    const [slim, parser] = said;
    if (slim !== 'CompileError' || !/^WebAssembly is refused \(WebAssembly is not defined\).*'eventsource-wasm\/js-engine'/.test(parser)) throw new Error(`said ${said}`);
    return slim;
  },
  'plain-page-slim': async (name) => {
    project(name, { 'main.js': clientOf(name, './node_modules/eventsource-wasm/esm/slim.js'), 'index.html': html('main.js') });
    return inChromium(name, at(name, 'index.html'));
  },
  'plain-page-polyfill-script': async (name) => {
    project(name, { 'main.js': withoutImports(clientOf(name)), 'index.html': withScript(html('main.js', 'text/javascript'), '?force') });
    return inChromium(name, at(name, 'index.html'));
  },
  'csp-plain-page-polyfill-script': async (name) => {
    project(name, { 'main.js': withoutImports(clientOf(name)), 'index.html': withScript(html('main.js', 'text/javascript'), '?force') });
    return inChromium(name, withPolicy(at(name, 'index.html')), 'js');
  },
  'import-map': async (name) => {
    const map = '<script type="importmap">{ "imports": { "eventsource-wasm": "./node_modules/eventsource-wasm/esm/index.js" } }</script>';
    project(name, { 'main.js': clientOf(name), 'index.html': html('main.js').replace('<script', `${map}<script`) });
    return inChromium(name, at(name, 'index.html'));
  },
  esbuild: async (name) => {
    const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js', 'text/javascript') });
    const { build } = await tool('esbuild');
    const { warnings } = await build({ absWorkingDir: root, entryPoints: ['main.js'], bundle: true, minify: true, outfile: 'out.js', logLevel: 'silent' });
    if (warnings.length > 0) throw new Error(JSON.stringify(warnings));
    return inChromium(name, at(name, 'index.html'));
  },
  rollup: async (name) => inRollup(name, (root) => ({ dir: root, entryFileNames: 'out.js' })),
  'rollup-one-file': async (name) => inRollup(name, (root) => ({ file: path.join(root, 'out.js'), inlineDynamicImports: true })),
  webpack: async (name) => {
    await webpackBuild(name, clientOf(name));
    return inChromium(name, at(name, 'index.html'));
  },
  'webpack-slim': async (name) => {
    const root = project(name, { 'main.js': clientOf(name, 'eventsource-wasm/slim'), 'index.html': html('out.js', 'text/javascript') });
    const { default: webpack } = await tool('webpack');
    const stats = await promisify(webpack)({ context: root, mode: 'production', entry: './main.js', output: { path: root, filename: 'out.js', publicPath: './' }, performance: { hints: false } });
    const { errors } = stats.toJson({ all: false, errors: true });
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    return inChromium(name, at(name, 'index.html'));
  },
  'vite-build': async (name) => viteBuild(name, clientOf(name)),
  'vite-dev': async (name) => viteDev(name, clientOf(name)),
  'vite-build-polyfill': async (name) => viteBuild(name, polyfillClient(name)),
  'vite-dev-polyfill': async (name) => viteDev(name, polyfillClient(name)),
  'webpack-polyfill': async (name) => {
    const root = await webpackBuild(name, polyfillClient(name));
    if (readFileSync(path.join(root, 'out.js'), 'utf8').includes('file:')) throw new Error('what webpack made names the folder that it was made in');
    return inChromium(name, at(name, 'index.html'));
  },
  'esbuild-polyfill': async (name) => {
    const root = project(name, { 'main.js': polyfillClient(name), 'index.html': html('out.js', 'text/javascript') });
    const { build } = await tool('esbuild');
    const { warnings } = await build({ absWorkingDir: root, entryPoints: ['main.js'], bundle: true, minify: true, outfile: 'out.js', logLevel: 'silent' });
    if (warnings.length > 0) throw new Error(JSON.stringify(warnings));
    return inChromium(name, at(name, 'index.html'));
  },
  'vite-build-slim': async (name) => viteBuild(name, clientOf(name, 'eventsource-wasm/slim')),
};

/** With the classes of the polyfill, the global one among them. */
function polyfillClient(name) {
  const use = withoutImports(clientOf(name)).replace('new EventSource(', 'new EventSourcePolyfill(');
  return `import { EventSourcePolyfill, NativeEventSource, install } from 'eventsource-wasm/polyfill'
if (EventSource !== NativeEventSource) throw new Error('the import has replaced it')
install({ force: true })
if (EventSource === NativeEventSource) throw new Error('install has not')
${use}`;
}

/** A classic script's client, for which the class is a global. */
function withoutImports(client) {
  return client.replace(/^import .*\n/, '');
}

function withScript(page, query) {
  return page.replace('<script', `<script src="node_modules/eventsource-wasm/dist/eventsource.polyfill.min.js${query}"></script><script`);
}

async function inRollup(name, output) {
  const root = project(name, { 'main.js': clientOf(name), 'index.html': html('out.js') });
  const { rollup } = await tool('rollup');
  const { default: nodeResolve } = await tool('@rollup/plugin-node-resolve');
  const warnings = [];
  const bundle = await rollup({ input: path.join(root, 'main.js'), plugins: [nodeResolve({ browser: true })], onwarn: (warning) => warnings.push(warning.message) });
  await bundle.write({ ...output(root), format: 'es' });
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return inChromium(name, at(name, 'index.html'));
}

/** A service worker under a strict policy, of the file `dist/worker.js` that `build(root)` makes. */
async function inServiceWorker(name, type, build) {
  const [imports, ...body] = clientOf(name).split('\n');
  const root = project(name, {
    'worker.js': `import 'eventsource-wasm/js-engine'\n${imports}\naddEventListener('message', ({ ports: [port] }) => {\nconst console = { log: (line) => port.postMessage(line) }\n${body.join('\n')}})\n`,
    'page.js': `const { installing: worker } = await navigator.serviceWorker.register(${JSON.stringify(withPolicy('dist/worker.js'))}, { type: '${type}' })
await new Promise((done) => (worker.onstatechange = () => worker.state === 'activated' && done()))
const { port1, port2 } = new MessageChannel()
port1.onmessage = ({ data }) => console.log(data)
worker.postMessage('', [port2])
`,
    'index.html': html('page.js'),
  });
  await build(root);
  return inChromium(name, at(name, 'index.html'), 'js');
}

/** Returns the folder. */
async function webpackBuild(name, client) {
  const root = project(name, { 'main.js': client, 'index.html': html('out.js', 'text/javascript') });
  const { default: webpack } = await tool('webpack');
  const stats = await promisify(webpack)({ context: root, mode: 'production', entry: './main.js', output: { path: root, filename: 'out.js' }, performance: { hints: false } });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  if (errors.length + warnings.length > 0) throw new Error([...errors, ...warnings].map(({ message }) => message).join('\n'));
  return root;
}

async function viteBuild(name, client) {
  const root = project(name, { 'main.js': client, 'index.html': html('/main.js') });
  const { build } = await tool('vite');
  await build({ root, base: './', configFile: false, logLevel: 'error' });
  return inChromium(name, at(name, 'dist/index.html'));
}

/** The development server, which bundles dependencies first. */
async function viteDev(name, client) {
  const root = project(name, { 'main.js': client, 'index.html': html('/main.js') });
  const { createServer } = await tool('vite');
  const vite = await createServer({ root, configFile: false, logLevel: 'error', cacheDir: path.join(root, '.vite'), server: { host: '127.0.0.1', port: 0, strictPort: false } });
  await vite.listen();
  try {
    return await inChromium(name, `http://127.0.0.1:${vite.httpServer.address().port}/`);
  } finally {
    await vite.close();
  }
}

await runCases(cases);
