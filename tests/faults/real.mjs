// Express behind nginx, as the README has it, and as it should not be.
import { fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const TOTAL = 40;
const PERIOD = 50;
/** What an event may take through a proxy that passes it on, on a busy machine. */
const AT_ONCE = 400;
/** nginx's patience with a silent server, here; the shortest that it can be told is a second. */
const READ_TIMEOUT = 1;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function nginxProgram() {
  const program = process.env.NGINX_BIN || [...process.env.PATH.split(path.delimiter).map((folder) => path.join(folder, 'nginx')), '/usr/sbin/nginx'].find(existsSync);
  if (!program) throw new Error('nginx was not found: name it with NGINX_BIN=');
  return program;
}

/** The `location` block of the README, with another upstream and path. */
function locationOfReadme(port, name) {
  const readme = readFileSync(here('../../README.md'), 'utf8');
  const [, block] = /```nginx\n(location \/events \{\n[^}]*\})\n```/.exec(readme);
  if (!block.includes('http://127.0.0.1:8080') || !block.includes('proxy_buffering off')) throw new Error('the README has another nginx configuration');
  return block.replace('/events', name).replace('http://127.0.0.1:8080', `http://127.0.0.1:${port}/events`);
}

const configuration = (port, upstream, folder) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    ${locationOfReadme(upstream, '/readme')}
    location /buffered { proxy_pass http://127.0.0.1:${upstream}/events; }
    location /gzipped {
      proxy_pass http://127.0.0.1:${upstream}/events;
      proxy_buffering off;
      gzip on;
      gzip_types text/event-stream;
    }
    location /impatient {
      proxy_pass http://127.0.0.1:${upstream}/events;
      proxy_buffering off;
      proxy_read_timeout ${READ_TIMEOUT}s;
    }
  }
}
`;

const freePort = () => new Promise((resolve) => {
  const listener = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = listener.address();
    listener.close(() => resolve(port));
  });
});

async function startExpress(port) {
  const child = fork(here('express-server.mjs'), [`${port}`]);
  const answer = () => new Promise((resolve) => child.once('message', resolve));
  const ready = await answer();
  return {
    port: ready.port,
    async running() {
      child.send({});
      return (await answer()).running;
    },
    stop: () => new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill();
    }),
  };
}

async function startNginx(upstream) {
  const folder = mkdtempSync(path.join(tmpdir(), 'faults-nginx-'));
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(file, configuration(port, upstream, folder));
  const program = nginxProgram();
  const child = spawn(program, ['-p', folder, '-c', file, '-e', path.join(folder, 'error.log')], { stdio: 'ignore' });
  const end = () => child.kill();
  process.once('exit', end);
  let hasEnded = false;
  const ended = new Promise((resolve) => child.once('exit', resolve)).then(() => {
    hasEnded = true;
  });
  for (let tries = 0; ; tries++) {
    const isUp = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isUp) break;
    if (hasEnded || tries === 100) throw new Error(`nginx did not start: ${readFileSync(path.join(folder, 'error.log'), 'utf8')}`);
    await sleep(50);
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      end();
      await ended;
      process.off('exit', end);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Until all events are there, it has closed, or the time is up. */
async function meet(EventSource, url, init, { during, most = 15_000 } = {}) {
  const source = new EventSource(url, init);
  const seen = [];
  const errors = [];
  let longestDelay = 0;
  const start = Date.now();
  const arrivals = [];
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, most);
    const finish = () => {
      clearTimeout(timer);
      resolve();
    };
    source.onmessage = ({ data, lastEventId }) => {
      const [id, sent] = data.split(' ').map(Number);
      seen.push(`${id}` === lastEventId ? id : NaN);
      arrivals.push(Date.now() - start);
      longestDelay = Math.max(longestDelay, Date.now() - sent);
      if (id === TOTAL) finish();
      during?.(id);
    };
    source.onerror = ({ message, code }) => {
      errors.push({ message, code, at: Date.now() - start });
      if (source.readyState === 2) finish();
    };
  });
  const isWhole = seen.length === TOTAL && seen.every((id, index) => id === index + 1);
  const { readyState } = source;
  source.close();
  const gaps = arrivals.slice(1).map((at, index) => at - arrivals[index]).sort((a, b) => a - b);
  return { isWhole, count: seen.length, errors, longestDelay, first: arrivals[0], gap: gaps[gaps.length >> 1], readyState };
}

/** What came of it, as a table and as what was not as expected. */
export async function runReal(pkg) {
  const { EventSource } = await import(pathToFileURL(path.join(pkg, 'esm/index.js')));
  let express = await startExpress(0);
  const nginx = await startNginx(express.port);
  const rows = [];
  const problems = [];
  const check = (name, seen, claims) => {
    rows.push([name, seen]);
    for (const [claim, holds] of Object.entries(claims)) {
      if (!holds) problems.push(`nginx, ${name}: not so: ${claim}; ${JSON.stringify(seen)}`);
    }
  };
  const whole = (seen) => ({ 'each event once, in order': seen.isWhole });
  const timely = (seen) => ({ ...whole(seen), 'events arrive as they are sent': seen.longestDelay < AT_ONCE, 'no error': seen.errors.length === 0 });
  const url = (place, query = '') => `${nginx.origin}${place}?total=${TOTAL}${query}`;
  try {
    // Not beside each other: they are timed.
    let seen = await meet(EventSource, `http://127.0.0.1:${express.port}/events?total=${TOTAL}`);
    check('Express alone', seen, timely(seen));
    seen = await meet(EventSource, url('/readme'));
    check("the README's location: proxy_buffering off", seen, timely(seen));
    seen = await meet(EventSource, url('/buffered', '&ends=1'));
    check('buffering on', seen, { ...whole(seen), 'all arrives at once, at the end': seen.longestDelay > (TOTAL - 2) * PERIOD && seen.gap <= 1 });
    seen = await meet(EventSource, url('/buffered'), { openTimeout: 1000, reconnect: { maxAttempts: 1, baseMs: 100 } });
    check('buffering on, openTimeout: 1000', seen, { 'the error says that nothing came': seen.count === 0 && / within 1000 ms/.test(seen.errors[0]?.message) && seen.readyState === 2 });
    seen = await meet(EventSource, url('/buffered', '&unbuffered=1'));
    check('buffering on, but X-Accel-Buffering: no', seen, timely(seen));
    seen = await meet(EventSource, url('/gzipped'));
    check('buffering off, gzip on for event streams', seen, whole(seen));
    seen = await meet(EventSource, url('/impatient', '&silence=2500'));
    check(`proxy_read_timeout ${READ_TIMEOUT}s, 2.5 s of silence`, seen, { ...whole(seen), 'it broke': seen.errors.length > 0 });
    seen = await meet(EventSource, url('/impatient', '&silence=2500&comments=1'), { idleTimeout: 1000 });
    check(`the same with comments, idleTimeout: 1000`, seen, { ...whole(seen), 'no error': seen.errors.length === 0 });

    const { port } = express;
    let restarting;
    const restart = (id) => {
      if (id !== 10) return;
      restarting = express.stop().then(() => sleep(1000)).then(async () => {
        express = await startExpress(port);
      });
    };
    seen = await meet(EventSource, url('/readme'), undefined, { during: restart });
    check('Express restarts: 502 meanwhile', seen, { 'the error says 502': seen.errors.at(-1)?.code === 502 && seen.readyState === 2 });
    await restarting;
    seen = await meet(EventSource, url('/readme'), { reconnect: { statuses: [502] } }, { during: restart });
    await restarting;
    check('Express restarts, reconnect: { statuses: [502] }', seen, whole(seen));
    await sleep(500);
    const running = await express.running();
    if (running !== 0) problems.push(`nginx: ${running} requests are still running behind the closing`);
  } finally {
    await nginx.stop();
    await express.stop();
  }
  const lines = rows.map(([name, { count, isWhole, longestDelay, first, gap, errors }]) => `| ${name} | ${count} of ${TOTAL}${isWhole ? '' : ', not all once'} | ${count ? longestDelay : ''} | ${first ?? ''} | ${gap ?? ''} | ${errors.map(({ message }) => message.replaceAll(/https?:\/\/127\.0\.0\.1:\d+/g, '')).join(' ')} |`);
  const table = [`## Express behind nginx, in Node ${process.versions.node}`, '', `An event every ${PERIOD} ms.`, '', '| set-up | received | longest delay, ms | the first after, ms | between two, ms (median) | says |', '|---|---:|---:|---:|---:|---|', ...lines].join('\n');
  return { table, problems };
}
