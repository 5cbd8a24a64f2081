// Runs the README's examples of mini programs in the host that has what a mini program has (host.mjs): native pages as they are,
// pages of Taro and uni-app bundled with stand-ins of their frameworks (the real Taro: taro.mjs).
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { boot } from './host.mjs';

// esbuild is pinned and installed in tests/js.
const { build } = await import(pathToFileURL(createRequire(new URL('../js/package.json', import.meta.url)).resolve('esbuild')));
const MOST_TIME = 10_000;
const STAND_INS = { taro: 'readme-taro.mjs', uni: 'readme-uni.mjs' };

const until = async (what, check) => {
  const end = Date.now() + MOST_TIME;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`in ${MOST_TIME} ms not seen: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** All strings in a page's data. */
const textsIn = (value) => (typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []);

/** What Taro's plugins ask of the build: `{ files: [[from, to]], constants }`. */
export const plugged = (config, app, modules) => {
  const opts = { outputRoot: 'dist' };
  const ctx = {
    modifyRunnerOpts: (change) => change({ opts }),
    paths: { appPath: app },
    runOpts: { options: { platform: 'weapp' } },
    platforms: new Map([['weapp', { useConfigName: 'mini' }]]),
  };
  const require = createRequire(path.join(modules, 'index.js'));
  for (const plugin of config.plugins) {
    const [name, options] = [plugin].flat();
    require(name)(ctx, options);
  }
  assert(opts.copy?.patterns.length > 0, 'no plugin puts a file into the output');
  const files = opts.copy.patterns.map(({ from, to }) => [path.resolve(app, from), path.relative('dist', to)]);
  for (const [from] of files) assert(existsSync(from), `${from} is missing`);
  return { files, constants: opts.defineConstants ?? {} };
};

/** The script of a Vue component, with what its template names given to the stand-in. */
const scriptOf = (component) => {
  const [, script] = /<script setup>([^]*?)<\/script>/.exec(component);
  const [, template] = /<template>([^]*)<\/template>/.exec(component);
  const names = [...template.matchAll(/\{\{\s*(\w+)\s*\}\}|(?:v-model|@\w+)="(\w+)"/g)].map(([, shown, used]) => shown ?? used);
  return `${script}\nimport { mount } from 'vue'\nmount({ ${[...new Set(names)].join(', ')} })\n`;
};

const bundled = async (framework, code, folder, constants) => {
  const standIn = fileURLToPath(new URL(STAND_INS[framework], import.meta.url));
  writeFileSync(path.join(folder, 'page.jsx'), framework === 'uni' ? scriptOf(code) : code);
  const entry = framework === 'uni' ? "import './page.jsx'" : "import { mount } from 'react'\nimport * as example from './page.jsx'\nmount(example.default)";
  const { outputFiles: [{ text }] } = await build({
    stdin: { contents: entry, resolveDir: folder },
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2017',
    charset: 'utf8',
    jsxFactory: 'h',
    inject: [standIn],
    alias: Object.fromEntries(['react', 'vue', '@tarojs/taro', '@tarojs/components', '@dcloudio/uni-app'].map((name) => [name, standIn])),
    define: { 'process.env.TARO_ENV': '"weapp"', 'process.env.UNI_PLATFORM': '"mp-weixin"', ...constants },
    logLevel: 'error',
  });
  return text;
};

/** A decoder as apps bring it, for those who decode each chunk by itself. */
const DECODER = `globalThis.TextDecoder = class {
  decode(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      let taken = 0;
      for (let length = Math.min(4, bytes.length - at); length > 0 && taken === 0; length--) {
        try {
          const part = decodeURIComponent(Array.from(bytes.slice(at, at + length), (byte) => '%' + (byte + 256).toString(16).slice(1)).join(''));
          if (Array.from(part).length === 1) { text += part; taken = length; }
        } catch (error) {}
      }
      if (taken === 0) { text += '\\ufffd'; taken = 1; }
      at += taken;
    }
    return text;
  }
};
`;

/**
 * `folder`: an empty one below the node_modules that has the package. `plugin`: see `plugged`. `expectation`: `app` ('weapp', 'taro' or 'uni'), `root` (the page's folder), `engine` (of the host), `decoder` (the app brings a TextDecoder), `steps`
 * ([name, detail]: what the user does, 'hide' and 'show' of the app, and 'print' waits for that line), `shows` (texts on the page at the end),
 * `prints` (all lines on the console). Gives back the page's data and methods.
 */
export async function runApp(code, expectation, { pkg, folder, plugin, isClosed }) {
  const { app, root = '', engine = 'wasm', decoder, steps = [], shows = [], prints = [] } = expectation;
  const page = path.join(root, 'pages/chat/index');
  mkdirSync(path.join(folder, path.dirname(page)), { recursive: true });
  writeFileSync(path.join(folder, 'app.js'), `${decoder ? DECODER : ''}App({ globalData: { token: 'key' } });\n`);
  writeFileSync(path.join(folder, 'app.json'), JSON.stringify({ pages: [page] }));
  writeFileSync(path.join(folder, `${page}.json`), '{}');
  if (app === 'weapp') {
    cpSync(realpathSync(path.join(pkg, 'miniprogram_dist')), path.join(folder, root, 'miniprogram_npm/eventsource-wasm'), { recursive: true });
    writeFileSync(path.join(folder, `${page}.js`), /\bPage\(/.test(code) ? code : `${code}\nPage({});\n`);
  } else {
    writeFileSync(path.join(folder, `${page}.js`), await bundled(app, code, folder, app === 'taro' ? plugin?.constants : {}));
    if (app === 'taro') for (const [from, to] of plugin?.files ?? []) copyFileSync(from, path.join(folder, to));
    if (app === 'uni') {
      mkdirSync(path.join(folder, 'static'));
      copyFileSync(path.join(pkg, 'miniprogram_dist/eventsource_wasm.wasm'), path.join(folder, 'static/eventsource_wasm.wasm'));
    }
  }

  const lines = [];
  const logic = boot(folder, { engine, background: 30, onLog: ({ text }) => lines.push(text) });
  try {
    for (const [name, detail] of steps) {
      if (name === 'print') await until(() => `${detail}; printed: ${JSON.stringify(lines)}`, () => lines.includes(detail));
      else if (name === 'hide' || name === 'show') logic[name]();
      else logic.tap(name, detail);
    }
    const isShown = (text) => textsIn(logic.page.data).includes(text);
    await until(
      () => `${JSON.stringify(shows)}, ${JSON.stringify(prints)}; the page has ${JSON.stringify(logic.page.data)}, the console ${JSON.stringify(lines)}`,
      () => shows.every(isShown) && lines.length >= prints.length,
    );
    assert.deepEqual(lines, prints);
    if (logic.page.onUnload) {
      logic.page.onUnload();
      await until(() => 'the end of the connection when the page goes', isClosed);
    }
    return { data: Object.keys(logic.page.data), methods: Object.keys(logic.page) };
  } finally {
    logic.stop();
  }
}

/** Names in WXML that the page's script has not. */
export const assertTemplate = (wxml, { data, methods }) => {
  for (const [, name] of wxml.matchAll(/\{\{\s*(\w+)/g)) assert(data.includes(name), `data has no ${name}`);
  for (const [, name] of wxml.matchAll(/\bbind:?\w+="(\w+)"/g)) assert(methods.includes(name), `the page has no ${name}`);
};
