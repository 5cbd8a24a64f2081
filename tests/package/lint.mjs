// What publint and Are The Types Wrong say of the package: nothing, not even a suggestion.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { ROOT } from '../js/sse-server.mjs';

const pkgDir = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const manifest = JSON.parse(readFileSync(path.join(pkgDir, 'package.json'), 'utf8'));
const { messages } = await publint({ pkgDir, level: 'suggestion', strict: true });
for (const message of messages) console.log(`FAILED publint: ${message.type}: ${formatMessage(message, manifest)}`);
console.log(`publint: ${messages.length} messages`);

const folder = mkdtempSync(path.join(tmpdir(), 'eventsource-wasm-lint-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
spawnSync('npm', ['pack', '--pack-destination', folder, pkgDir], { stdio: 'ignore' });
// The wasm itself has no types.
const wasm = Object.keys(manifest.exports).filter((entry) => entry.endsWith('.wasm')).map((entry) => entry.slice(2));
const attw = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json').replace('package.json', 'dist/index.js');
const tarball = path.join(folder, `${manifest.name}-${manifest.version}.tgz`);
const { status } = spawnSync(process.execPath, [attw, tarball, '--format', 'table', '--no-emoji', '--no-color', '--exclude-entrypoints', ...wasm], { stdio: 'inherit' });
console.log(`attw: ${status === 0 ? 'no problems' : `FAILED (${status})`}`);
process.exit(messages.length === 0 && status === 0 ? 0 : 1);
