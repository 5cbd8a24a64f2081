// The suite of tests/js/run-node.mjs in another program: `node tests/hosts/run.mjs node|deno|bun [part of a name]`
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../js/sse-server.mjs';
import { programOf } from './programs.mjs';

const OPTIONS = { node: [], deno: ['run', '--allow-all'], bun: [] };
const [host, ...filter] = process.argv.slice(2);
const { status, error } = spawnSync(programOf(host), [...OPTIONS[host], path.join(ROOT, 'tests/js/run-node.mjs'), ...filter], { stdio: 'inherit', cwd: ROOT });
if (error) throw error;
process.exit(status ?? 1);
