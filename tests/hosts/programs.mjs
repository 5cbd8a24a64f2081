// The programs that come inside npm packages, for the machine that this is.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { platform, arch } = process;
const isMusl = platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
const exe = platform === 'win32' ? '.exe' : '';
const abi = platform === 'linux' ? (isMusl ? '-musl' : '-glibc') : platform === 'win32' ? '-msvc' : '';
const os = { win32: 'windows' }[platform] ?? platform;
const cpu = { arm64: 'aarch64' }[arch] ?? arch;
const FILES = {
  node: [`node-${{ win32: 'win' }[platform] ?? platform}-${arch}`, platform === 'win32' ? 'bin/node.exe' : 'bin/node'],
  deno: [`@deno/${platform}-${arch}${abi}`, `deno${exe}`],
  bun: [`@oven/bun-${os}-${cpu}${isMusl ? '-musl' : ''}`, `bin/bun${exe}`],
  workerd: [`@cloudflare/workerd-${os}-${{ x64: '64' }[arch] ?? arch}`, `bin/workerd${exe}`],
  hermes: ['hermes-engine-cli', { linux: 'linux64-bin/hermes', darwin: 'osx-bin/hermes', win32: 'win64-bin/hermes.exe' }[platform]],
};
const folder = new URL('node_modules/', import.meta.url);

/** Its path, or undefined where there is none. */
export const pathOf = (host) => {
  const url = new URL(FILES[host].join('/'), folder);
  return existsSync(url) ? fileURLToPath(url) : undefined;
};

/** Its path. Where there is none, says that the host is absent, as `cargo xtask test` reads it, and ends the process. */
export function programOf(host) {
  const [name] = FILES[host];
  const found = pathOf(host);
  if (found) return found;
  console.log(`ABSENT ${host}: npm has no ${name} for ${platform} ${arch}, or it is not installed: npm install --no-save --prefix tests/hosts`);
  process.exit(0);
}

/** The version of the package that it comes in. */
export const versionOf = (host) => JSON.parse(readFileSync(new URL(`${FILES[host][0]}/package.json`, folder), 'utf8')).version;
