// Headless Chromium, which also gets files of this checkout from the server's own origin.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const TYPES = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.html': 'text/html; charset=utf-8', '.json': 'application/json', '.wasm': 'application/wasm', '.css': 'text/css' };

export function launchChromium() {
  const executablePath = process.env.CHROMIUM || ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!executablePath) throw new Error('Chromium was not found: name it with CHROMIUM=');
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Serves the files of `folder` at `prefix` (an address) to everything in the context. */
export async function serveFolder(context, prefix, folder) {
  await context.route((url) => url.href.startsWith(`${prefix}/`), (route) => {
    const inside = decodeURIComponent(new URL(route.request().url()).pathname.slice(new URL(prefix).pathname.length));
    const file = path.join(folder, path.normalize(inside));
    if (!existsSync(file)) return route.fulfill({ status: 404, body: `${inside} is not there` });
    return route.fulfill({ status: 200, contentType: TYPES[path.extname(file)] ?? 'application/octet-stream', body: readFileSync(file) });
  });
}
