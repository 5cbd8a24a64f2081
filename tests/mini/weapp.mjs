// The native WeChat project in weapp/, its miniprogram_npm made by the platform's own builder from the packed tarball.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from './bundle.mjs';

const execute = promisify(execFile);

/** Unpacks the package as it would be published into `project`/node_modules. */
export async function installPacked(pkg, project) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'eventsource-wasm-packed-'));
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder, pkg], { cwd: folder });
  const packed = JSON.parse(stdout);
  const [{ filename }] = Array.isArray(packed) ? packed : Object.values(packed);
  const target = path.join(project, 'node_modules/eventsource-wasm');
  mkdirSync(target, { recursive: true });
  await execute('tar', ['-xzf', path.join(folder, filename), '-C', target, '--strip-components=1']);
  rmSync(folder, { recursive: true });
}

/** The folder of a built mini program, to be booted; `remove()` it. `{ folder, warnings, bytes }` */
export async function buildWeapp(pkg) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'eventsource-wasm-weapp-'));
  cpSync(fileURLToPath(new URL('weapp', import.meta.url)), folder, { recursive: true });
  await installPacked(pkg, folder);
  writeFileSync(path.join(folder, 'pages/index/suite.js'), await bundle());
  // The builder asks for a key, and does not ask whose it is.
  const key = path.join(folder, 'private.key');
  writeFileSync(key, generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'pkcs1', format: 'pem' } }).privateKey);
  const ci = createRequire(import.meta.url)('miniprogram-ci');
  const project = new ci.Project({ appid: 'wx0000000000000000', type: 'miniProgram', projectPath: folder, privateKeyPath: key, ignores: ['node_modules/**/*'] });
  const warnings = await ci.packNpm(project, { ignores: [], reporter: () => {} });
  rmSync(key);
  rmSync(path.join(folder, 'node_modules'), { recursive: true });
  const packed = path.join(folder, 'miniprogram_npm/eventsource-wasm');
  const bytes = Object.fromEntries(readdirSync(packed).map((name) => [name, statSync(path.join(packed, name)).size]));
  return { folder, warnings, bytes, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
