// The app in taro-app/, built by the real Taro with one of its runners, the package under test installed from its tarball.
// `node tests/mini/taro-build.mjs [webpack5|vite…]` only sees to it that the runners are installed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const FOLDER = path.dirname(fileURLToPath(import.meta.url));
const CACHE = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'eventsource-wasm');
const PLUGIN = 'eventsource-wasm/taro-plugin';

export const RUNNERS = ['webpack5', 'vite'];

let made;
/** A folder that goes away with this process. */
const temporaryFolder = (prefix) => {
  if (!made) {
    made = [];
    process.on('exit', () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), `eventsource-wasm-${prefix}-`));
  made.push(folder);
  return folder;
};

/** Taro with `runner` and all it needs, by its lock file, once per machine and lock; returns the folder that holds node_modules. */
export async function install(runner) {
  const source = path.join(FOLDER, `taro-${runner}`);
  const lock = readFileSync(path.join(source, 'package-lock.json'), 'utf8');
  const folder = path.join(CACHE, `taro-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
  if (existsSync(path.join(folder, 'node_modules'))) return folder;
  console.log(`==> npm ci: Taro with the ${runner} runner, into the cache (once per machine, minutes)`);
  // Made aside and renamed, so that a folder in the cache is always whole.
  const fresh = path.join(CACHE, `taro-new-${process.pid}-${runner}`);
  mkdirSync(fresh, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(path.join(source, name), path.join(fresh, name));
  // None of the packages needs its install script.
  await execute('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: fresh, maxBuffer: 1 << 26 });
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(path.join(folder, 'node_modules'))) throw error;
  }
  return folder;
}

/** The package as it would be published, unpacked: `pkg` is its folder or its tarball. */
async function unpack(pkg, into) {
  let tarball = path.resolve(pkg);
  if (statSync(tarball).isDirectory()) {
    const folder = temporaryFolder('tarball');
    const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder, tarball], { cwd: folder });
    const packed = JSON.parse(stdout);
    tarball = path.join(folder, (Array.isArray(packed) ? packed : Object.values(packed))[0].filename);
  }
  mkdirSync(into, { recursive: true });
  await execute('tar', ['-xzf', tarball, '--strip-components=1', '-C', into]);
}

/**
 * Builds the app and returns the output folder: for weapp the one with app.js and app.json, for h5 the one with index.html.
 *
 * - `pkg`: the package's folder or tarball.
 * - `plugin`: whether the package's Taro plugin is in; an object is the plugin's options.
 * - `platform`: 'weapp' or 'h5'.
 * - `pages`: 'chat', 'suite' or both; the first one opens.
 */
export async function build(runner, { pkg, plugin = false, platform = 'weapp', pages = ['chat'] }) {
  const installed = await install(runner);
  const app = temporaryFolder(`taro-${runner}`);
  cpSync(path.join(FOLDER, 'taro-app'), app, { recursive: true });
  // Links to what is in the cache, so that the package under test is a real folder beside them, and the cache stays as it is.
  const modules = path.join(app, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(path.join(installed, 'node_modules'))) {
    if (!name.startsWith('.package-lock')) symlinkSync(path.join(installed, 'node_modules', name), path.join(modules, name));
  }
  await unpack(pkg, path.join(modules, 'eventsource-wasm'));

  const cli = path.join(installed, 'node_modules/@tarojs/cli/bin/taro');
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    // Taro keeps a folder of its own there.
    HOME: app,
    BROWSERSLIST_IGNORE_OLD_DATA: '1',
    TARO_RUNNER: runner,
    TARO_PAGES: pages.join(),
    TARO_PLUGINS: JSON.stringify(plugin ? [plugin === true ? PLUGIN : [PLUGIN, plugin]] : []),
  };
  let said;
  try {
    const { stdout, stderr } = await execute(process.execPath, [cli, 'build', '--type', platform], { cwd: app, env, maxBuffer: 1 << 26 });
    said = stdout + stderr;
  } catch (error) {
    throw new Error(`taro build (${runner}, ${platform}): ${readable(`${error.stdout}${error.stderr}`) || error.message}`);
  }
  // Taro ends with 0 after some of its errors.
  const output = path.join(app, 'dist');
  if (!existsSync(path.join(output, platform === 'h5' ? 'index.html' : 'app.json'))) {
    throw new Error(`taro build (${runner}, ${platform}) made nothing: ${readable(said)}`);
  }
  return output;
}

/** Without colours, progress bars and empty lines. */
const readable = (text) =>
  text
    .replace(/\x1b\[[0-9;]*[A-Za-z]/g, '')
    .split('\n')
    .filter((line) => line.trim() && !/●|active|^npm warn/.test(line))
    .slice(-60)
    .join('\n');

/** The files below `folder`: path to size. */
export function sizes(folder, below = '') {
  const found = {};
  for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
    const file = path.posix.join(below, entry.name);
    if (entry.isDirectory()) Object.assign(found, sizes(folder, file));
    else found[file] = statSync(path.join(folder, file)).size;
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const runner of process.argv.slice(2).length ? process.argv.slice(2) : RUNNERS) console.log(await install(runner));
}
