// The server of tests/server: the one that SSE_SERVER names if it serves what is needed, or one of our own.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `{ origin, second, stop() }`; `mounts` are folders to be served: `{ '/tests': 'tests' }`. */
export async function startServer(pkg, mounts = {}) {
  const { SSE_SERVER, SSE_SERVER_SECOND, SSE_SERVER_BIN } = process.env;
  if (SSE_SERVER && SSE_SERVER_SECOND && (await servesTests(SSE_SERVER, mounts))) {
    return { origin: SSE_SERVER, second: SSE_SERVER_SECOND, stop() {} };
  }
  const options = ['--exit-with-stdin', '--www', 'www', '--pkg', pkg, ...Object.entries(mounts).flatMap(([name, folder]) => ['--mount', `${name}=${folder}`])];
  const [program, ...first] = SSE_SERVER_BIN ? [SSE_SERVER_BIN] : ['cargo', 'run', '-q', '-p', 'sse-server', '--'];
  const child = spawn(program, [...first, ...options], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { origin, second } = JSON.parse(line);
    return { origin, second, stop: () => child.stdin.end() };
  }
  throw new Error('the SSE server did not start');
}

/** Whether a running server has just the one folder that the suite is in. */
async function servesTests(origin, mounts) {
  const wanted = Object.keys(mounts);
  if (wanted.length === 0) return true;
  return wanted.length === 1 && wanted[0] === '/tests' && (await fetch(`${origin}/tests/js/page.html`)).ok;
}
