// The server of tests/server: the one that SSE_SERVER names, or one of our own.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `{ origin, second, stop() }` */
export async function startServer(pkg) {
  const { SSE_SERVER, SSE_SERVER_SECOND } = process.env;
  if (SSE_SERVER && SSE_SERVER_SECOND) return { origin: SSE_SERVER, second: SSE_SERVER_SECOND, stop() {} };
  const program = process.env.SSE_SERVER_BIN;
  const options = ['--exit-with-stdin', '--www', 'www', '--pkg', pkg];
  const child = program
    ? spawn(program, options, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] })
    : spawn('cargo', ['run', '-q', '-p', 'sse-server', '--', ...options], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { origin, second } = JSON.parse(line);
    return { origin, second, stop: () => child.stdin.end() };
  }
  throw new Error('the SSE server did not start');
}
