// The command of the packed tarball, as a shell runs it: what it prints, its exit codes, signals, pipes, terminals.
// `node tests/package/cli.mjs [part of a name]`
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../js/sse-server.mjs';
import { pathOf } from '../hosts/programs.mjs';
import { execute, project, runCases, server } from './project.mjs';

const { origin } = server;
const root = project('cli', { 'question.json': '{"message":"你好"}', 'question.txt': 'a question\n' });
const bin = path.join(root, 'node_modules/.bin/eventsource-wasm');
const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;

/** Starts it; `said` has what it has printed, `line()` waits for a line of stdout, `ended` for its end. */
const start = (words, { input, program = [bin], variables = {} } = {}) => {
  const [file, ...first] = program;
  const child = spawn(file, [...first, ...words], { cwd: root, env: { ...env, ...variables }, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (said[name] += text));
  // What it has started gets signals too, as from a terminal.
  const kill = (signal) => process.kill(-child.pid, signal);
  const timer = setTimeout(() => kill('SIGKILL'), 20_000);
  const ended = once(child, 'close').then(([code, signal]) => {
    clearTimeout(timer);
    return { ...said, code, signal };
  });
  if (typeof input === 'string') child.stdin.end(input);
  const line = async () => {
    while (!said.stdout.includes('\n') && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), ended]);
  };
  return { child, said, line, kill, ended };
};
const run = (words, options) => start(words, options).ended;

let keys = 0;
/** A URL of the test server, with a key of its own for the log. */
const at = (place, parameters = {}) => {
  const url = new URL(place, origin);
  url.searchParams.append('key', `cli-${process.pid}-${(keys += 1)}`);
  for (const [name, value] of Object.entries(parameters)) for (const one of [value].flat()) url.searchParams.append(name, one);
  return url.href;
};
const stream = (body, parameters) => at('/stream', { body, ...parameters });
/** The n-th request gets the n-th of these. */
const script = (...steps) => at('/script', { s: steps.map((step) => `${new URLSearchParams(step)}`) });
const told = async (what, url) => (await fetch(`${origin}/${what}?key=${new URL(url).searchParams.get('key')}`)).json();
const log = (url) => told('log', url);
const openOf = async (url) => (await told('connections', url)).open;
const closed = async (url) => {
  for (let rounds = 0; (await openOf(url)) > 0; rounds += 1) {
    assert(rounds < 40, 'the connection is still open');
    await sleep(50);
  }
};

/** Exit code and stdout, each as it must be; returns stderr. */
const assertEnd = ({ code, signal, stdout, stderr }, expectedCode, expectedStdout) => {
  assert.deepEqual([signal, code], [null, expectedCode], `stderr: ${stderr}`);
  if (expectedStdout !== undefined) assert.equal(stdout, expectedStdout);
  assert.doesNotMatch(stderr, /^\s+at /m);
  return stderr;
};

const CLOSED_PORT = await new Promise((resolve) => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

const ONCE = '--no-reconnect';
const ESC = '\x1b';

const cases = {
  async npx() {
    const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules/eventsource-wasm/package.json'), 'utf8'));
    const { stdout } = await execute('npx', ['--offline', 'eventsource-wasm', '--version'], { cwd: root });
    assert.equal(stdout, `${version}\n`);
    return stdout.trim();
  },
  async help() {
    const result = await run(['--help']);
    assert.equal(assertEnd(result, 0), '');
    assert.equal((await run(['-h', 'a', 'b'])).stdout, result.stdout);
    for (const word of ['Usage: eventsource-wasm [options] URL', '--last-event-id ID', 'Exit codes:', '130, 143']) assert(result.stdout.includes(word), word);
    for (const line of result.stdout.split('\n')) assert(line.length <= 160, line);
    return `${result.stdout.split('\n').length} lines`;
  },
  async events() {
    const body = 'data: plain\n\nid: 7\nevent: token\ndata: 你好 👋\n\nevent: token\ndata: one\ndata:  two\n\n: a comment\n\nid\ndata\n\n';
    const expected = ['message  plain', 'token #7  你好 👋', 'token', '  one', '   two', 'message #  (empty)', ''];
    const stderr = assertEnd(await run([stream(body), ONCE]), 0, expected.join('\n'));
    assert.match(stderr, /^\* 200, text\/event-stream, from http:\/\/127\.0\.0\.1.*\n\* the stream is over\n$/);
    expected.splice(5, 0, ': a comment');
    assertEnd(await run(['--comments', ONCE, stream(body)]), 0, expected.join('\n'));
    // A server may use the names of this class's own events.
    const named = ['open', 'error', 'close', 'comment'].map((type) => `event: ${type}\ndata: x\n\n`);
    assertEnd(await run([stream(named.join('')), ONCE]), 0, 'open  x\nerror  x\nclose  x\ncomment  x\n');
    const timed = await run(['-t', ONCE, stream('data: x\n\n')]);
    assert.match(timed.stdout, /^\d\d:\d\d:\d\d\.\d{3} {2}message {2}x\n$/);
    return 'as they came';
  },
  async 'cut characters'() {
    const text = '你好，世界 👩‍👩‍👧 é';
    for (const every of [1, 2, 5]) assertEnd(await run([stream(`data: ${text}\n\n`, { every }), ONCE]), 0, `message  ${text}\n`);
    return text;
  },
  async json() {
    const url = stream('id: 7\nevent: token\ndata: 你\ndata: "b"\\\n\ndata: \x1b\x7f\u009b\u2028\u200f\u202e\n\n: c\n\n', { every: 3 });
    const { stdout } = await run([url, ONCE, '--json', '--comments']);
    assert.doesNotMatch(stdout, /[\0-\x09\x0b-\x1f\x7f-\x9f\u200f\u2028\u202e]/);
    assert.deepEqual(stdout.trimEnd().split('\n').map((line) => JSON.parse(line)), [
      { type: 'token', data: '你\n"b"\\', lastEventId: '7' },
      { type: 'message', data: '\x1b\x7f\u009b\u2028\u200f\u202e', lastEventId: '7' },
      { comment: 'c' },
    ]);
    const start = Date.now();
    const { time, ...event } = JSON.parse((await run([stream('data: x\n\n'), ONCE, '--json', '--time'])).stdout);
    assert(Date.parse(time) >= start && Date.parse(time) <= Date.now(), time);
    assert.deepEqual(event, { type: 'message', data: 'x', lastEventId: '' });
    return '3 lines';
  },
  async raw() {
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x1b, 0x0d, 0x0a, 0x64, 0x61, 0x74, 0x61]);
    const encoded = bytes.reduce((text, byte) => `${text}%${byte.toString(16).padStart(2, '0')}`, '');
    const get = async (url, code, ...words) => {
      const file = path.join(root, 'raw');
      const result = spawnSync(bin, ['--raw', ...words, url], { cwd: root, env });
      assert.equal(result.status, code, `${result.stderr}`);
      writeFileSync(file, result.stdout);
      return result;
    };
    const plain = `${at('/stream', { every: 3 })}&body=${encoded}`;
    assert.deepEqual((await get(plain, 0)).stdout, bytes);
    assert.equal((await log(plain)).length, 1);
    const refused = await get(`${plain}&status=503`, 3);
    assert.deepEqual(refused.stdout, bytes);
    assert.match(`${refused.stderr}`, /^\* 503, text\/event-stream, from .*\n\* an event stream needs status 200 and Content-Type text\/event-stream\n$/);
    const page = await get(stream('<html>', { type: 'text/html' }), 4);
    assert.equal(`${page.stdout}`, '<html>');
    assert.equal(`${(await get(stream('x', { type: '' }), 4)).stderr}`.split(',')[1], ' no Content-Type');
    await get(stream('', { status: 204 }), 0);
    const broken = await get(stream('data: half', { end: 'drop' }), 1);
    assert.equal(`${broken.stdout}`, 'data: half');
    assert.match(`${broken.stderr}`, /^eventsource-wasm: The stream of .* broke off: /m);
    const silent = await get(stream('data: x', { end: 'hang' }), 1, '--idle-timeout', '200ms');
    assert.match(`${silent.stderr}`, /Nothing on the stream of .* for 200 ms\./);
    assert.equal((await run(['--raw', '-d', 'ab', stream('', { from: 'request' })])).stdout, 'ab');
    return `${bytes.length} bytes`;
  },
  async 'exit codes'() {
    const two = 'data: 1\n\nevent: done\ndata: 2\n\n';
    const first = 'message  1\n';
    const both = `${first}done  2\n`;
    assertEnd(await run([stream(two), ONCE]), 0, both);
    assertEnd(await run(['-d', 'x', stream(two)]), 0, both);
    assertEnd(await run([stream(two, { end: 'hang' }), '--close-on', 'other', '--close-on=done']), 0, both);
    assertEnd(await run([stream(two, { end: 'hang' }), '--close-on-data', '1']), 0, first);
    assertEnd(await run([stream(two, { end: 'hang' }), '--max-events', '1']), 0, first);
    assertEnd(await run([stream(two, { end: 'drop' }), ONCE]), 1, both);
    assertEnd(await run([stream(two, { end: 'hang' }), '--max-time', '4']), 124, both);
    assertEnd(await start([stream(two), '--max-time', '500ms', '-d', '@-'], { input: true }).ended, 124, '');
    const blocked = start([at('/flood', { events: 3_000_000, size: 100 }), '--raw', '--max-time', '1']);
    blocked.child.stdout.pause();
    assert.equal(await new Promise((done) => blocked.child.once('exit', done)), 124);
    assertEnd(await run([stream('', { first: 5000 }), '--open-timeout', '200ms', ONCE]), 1, '');
    assertEnd(await run([stream(two, { end: 'hang' }), '--idle-timeout=0.2s', ONCE]), 1, both);
    const refused = assertEnd(await run([stream('{"error":"no token"}\nsecond', { status: 401, type: 'application/json' })]), 3, '');
    assert.match(refused, /^eventsource-wasm: http:.* answered with status 401, .*\n {2}\{"error":"no token"\}\n {2}second\n$/);
    const wrong = assertEnd(await run([stream('<p>\n'.repeat(30), { type: 'text/html' })]), 4, '');
    assert.match(wrong, /Content-Type "text\/html"/);
    assert.equal(wrong.split('\n  <p>').length, 21);
    assert(wrong.endsWith('\n  …\n'), wrong);
    const stop = assertEnd(await run([stream('', { status: 204 })]), 0, '');
    assert.match(stop, /^\* .*asks clients to stop/);
    return 'all';
  },
  async 'no connection'() {
    const url = `http://127.0.0.1:${CLOSED_PORT}/`;
    assert.equal(assertEnd(await run([url, ONCE]), 1, ''), `eventsource-wasm: No response from ${url} (ECONNREFUSED). Nothing listens there: is the server up, and the port right?\n`);
    assert.match(assertEnd(await run([url, '-d', 'x']), 1, ''), / A POST is not repeated by itself; --reconnect does so\.\n$/);
    assert.match(assertEnd(await run([url.replace(`http://127.0.0.1:${CLOSED_PORT}`, origin.replace('http', 'https')), ONCE]), 1, ''), /It does not speak TLS there: is it http:\?/);
    const none = assertEnd(await run([stream('', { status: 0 }), ONCE]), 1, '');
    assert.match(none, /No response from /);
    assert.doesNotMatch(none, /CORS|fetch failed/);
    // A port that fetch refuses can never be connected to, so there is no advice to try again.
    for (const words of [[ONCE], ['-d', 'x', ONCE], ['-d', 'x']]) {
      const blocked = assertEnd(await run(['http://127.0.0.1:6000/', ...words]), 1, '');
      assert.match(blocked, /^eventsource-wasm: .*127\.0\.0\.1:6000.*\bport/);
      assert.doesNotMatch(blocked, /CORS|--reconnect|^\s+at /m);
    }
    return 'said so';
  },
  // A host's own words, whatever they end with.
  async 'one full stop'() {
    writeFileSync(path.join(root, 'reasons.mjs'), `const reason = () => Promise.reject(new Error(process.env.REASON));
globalThis.fetch = async (url) => process.env.PHASE === 'request' ? reason() : {
  status: 200, statusText: '', headers: new Headers({ 'content-type': 'text/event-stream' }), url,
  body: { cancel: reason, getReader: () => ({ cancel: reason, read: reason }) },
};
`);
    for (const [reason, end] of [['no more', 'no more.'], ['No more.', 'No more.'], ['Oh no!', 'Oh no!'], ['why?', 'why?'], ['没有了。', '没有了。']]) {
      const variables = { NODE_OPTIONS: '--import=./reasons.mjs', REASON: reason };
      const raw = assertEnd(await run(['--raw', 'localhost'], { variables }), 1, '');
      assert(raw.endsWith(` broke off: ${end}\n`), raw);
      const missing = assertEnd(await run([ONCE, 'localhost'], { variables: { ...variables, PHASE: 'request' } }), 1, '');
      assert(missing.includes(`: ${reason}`) && missing.endsWith(' Is the server up?\n'), missing);
      const post = assertEnd(await run(['-d', 'x', 'localhost'], { variables }), 1, '');
      assert(post.includes(` broke off: ${reason}`) && post.endsWith(' A POST is not repeated by itself; --reconnect does so.\n'), post);
    }
    return '5 reasons';
  },
  // The hint stands in place of the engine's question, whatever that asks, and beside a message that asks nothing.
  async hints() {
    const { failureText } = await import(pathToFileURL(path.join(root, 'node_modules/eventsource-wasm/bin/failure.js')));
    const cause = new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
    const hint = 'Nothing listens there: is the server up, and the port right?';
    const textOf = (message, lost, retryIn = null) => failureText({ message, cause, retryIn }, lost, 'POST');
    const kept = ' A POST is not repeated by itself; --reconnect does so.';
    for (const question of ['', ', and does it allow this origin (CORS)', ', and is its domain among the request domains']) {
      for (const reason of ['', ': fetch failed', ': Is it?', ': a: b. c']) {
        const message = `No response from http://a/${reason}${reason.endsWith('?') ? '' : '.'} Is the server up${question}?`;
        assert.equal(textOf(message, 'request'), `No response from http://a/ (ECONNREFUSED). ${hint}${kept}`);
        assert.equal(textOf(`${message} Connecting again in 5 ms.`, 'request', 5), `No response from http://a/ (ECONNREFUSED). ${hint} Connecting again in 5 ms.`);
      }
    }
    assert.equal(textOf('http://a/ is not there. Given up: x.', 'request'), `http://a/ is not there. ${hint} Given up: x.${kept}`);
    assert.equal(textOf('http://b/ (from http://a/) broke off. Connecting again in 5 ms.', 'stream', 5), 'http://b/ (from http://a/) broke off. Connecting again in 5 ms.');
    assert.equal(textOf('LineTooLong: a line'), 'LineTooLong: a line');
    return '27 messages';
  },
  async reconnect() {
    const url = at('/resume', { total: 7, per: 3, text: 'x', retry: 20 });
    const { stdout, stderr, code } = await run([url, '--json', '-v']);
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.trimEnd().split('\n').map((line) => JSON.parse(line).lastEventId), ['1', '2', '3', '4', '5', '6', '7']);
    assert.deepEqual((await log(url)).map(({ headers }) => headers['last-event-id']), [undefined, '3', '6', '7']);
    assert.match(stderr, /^\* the reconnection time is 20 ms now$/m);
    assert.match(stderr, /^\* The stream of .* broke off.* has closed the connection\. Connecting again in \d+ ms\.$/m);
    assert.match(stderr, /^> Last-Event-ID: 6$/m);
    assert.equal(stderr.match(/^\* request \d: GET /gm).length, 4);

    const from = at('/resume', { total: 5, per: 5, text: 'x' });
    assertEnd(await run([from, '--last-event-id', '3', ONCE]), 0, 'message #4  4 x\nmessage #5  5 x\n');
    const again = await run([from, '--last-event-id=4', ONCE]);
    assert.equal(again.stdout, 'message #5  5 x\n');
    assert.deepEqual((await log(from)).map(({ headers }) => headers['last-event-id']), ['3', '4']);

    const gone = script({ body: 'retry: 10\ndata: x\n\n', end: 'drop' }, { status: 0 });
    assert.match(assertEnd(await run([gone, '--max-attempts', '2']), 1, 'message  x\n'), /Given up: connected again 2 times in vain/);
    assert.equal((await log(gone)).length, 3);
    return '4 requests';
  },
  async post() {
    const sent = async (words, options) => {
      const { stdout, stderr, code } = await run([at('/echo'), '--json', ONCE, ...words], options);
      assert.equal(code, 0, stderr);
      const { method, headers, body } = JSON.parse(JSON.parse(stdout).data);
      return [method, headers['content-type'], body];
    };
    const JSON_TYPE = 'application/json';
    const TEXT = 'text/plain;charset=UTF-8';
    assert.deepEqual(await sent(['-d', '{"a":1}']), ['POST', JSON_TYPE, '{"a":1}']);
    assert.deepEqual(await sent(['-d[1, 2]']), ['POST', JSON_TYPE, '[1, 2]']);
    assert.deepEqual(await sent(['--body={not json}']), ['POST', TEXT, '{not json}']);
    assert.deepEqual(await sent(['-d', '--x']), ['POST', TEXT, '--x']);
    assert.deepEqual(await sent(['-d', '42', '-X', 'put']), ['PUT', TEXT, '42']);
    assert.deepEqual(await sent(['-d', '']), ['POST', TEXT, '']);
    assert.deepEqual(await sent(['-d', 'a=1', '-H', 'content-type: application/x-www-form-urlencoded']), ['POST', 'application/x-www-form-urlencoded', 'a=1']);
    assert.deepEqual(await sent(['-d', '@question.json']), ['POST', JSON_TYPE, '{"message":"你好"}']);
    assert.deepEqual(await sent(['-d@question.txt']), ['POST', TEXT, 'a question\n']);
    assert.deepEqual(await sent(['--data-raw', '@question.txt']), ['POST', TEXT, '@question.txt']);
    assert.deepEqual(await sent(['-d', '@-'], { input: '{"from": "标准输入"}' }), ['POST', JSON_TYPE, '{"from": "标准输入"}']);
    writeFileSync(path.join(root, 'bytes'), Buffer.from([0xff, 0]));
    assert.equal((await sent(['-d', '@bytes']))[1], 'application/octet-stream');

    const broken = { body: 'data: x\n\n', end: 'drop' };
    const url = script(broken, { body: 'data: y\n\n' });
    assert.match(assertEnd(await run([url, '-d', 'x']), 1, 'message  x\n'), / A POST is not repeated by itself; --reconnect does so\.\n$/);
    assert.equal((await log(url)).length, 1);
    const wanted = script({ ...broken, body: `retry: 10\n${broken.body}` }, { body: 'data: y\n\n', end: 'hang' });
    assertEnd(await run([wanted, '-d', 'x', '--reconnect', '--max-events=2']), 0, 'message  x\nmessage  y\n');
    assert.deepEqual((await log(wanted)).map(({ method, body }) => `${method} ${body}`), ['POST x', 'POST x']);
    return '12 bodies';
  },
  async headers() {
    const url = at('/echo');
    const { stdout } = await run([url, '--json', ONCE, '-H', 'X-A: 1', '-HX-A:2', '--header=Accept: text/plain', '-H', 'X-Empty;', '-b', 'a=1; b=2', '-b', 'c=3', '-H', 'cookie: z=0']);
    const { headers } = JSON.parse(JSON.parse(stdout).data);
    assert.deepEqual([headers['x-a'], headers.accept, headers['x-empty'], headers.cookie], ['1, 2', 'text/plain', '', 'z=0; a=1; b=2; c=3']);
    return '4 headers';
  },
  async 'curl words'() {
    const url = at('/echo');
    const words = ['--request', 'POST', '--location', '-sSNL', '--no-buffer', '--compressed', '-H', 'Connection: keep-alive', '-H', 'TE: trailers', '-H', 'Accept-Encoding: gzip, deflate, br, zstd', '-H', 'Content-Length: 9', url, '--data', 'x', '--json', '--max-events=1'];
    const result = await run(words);
    assert.equal(assertEnd(result, 0), '');
    const { body, headers } = JSON.parse(JSON.parse(result.stdout).data);
    assert.deepEqual([body, headers['accept-encoding'], headers['content-length']], ['x', 'gzip, deflate, br', '1']);
    return 'are taken';
  },
  // Whoever copies a command types what curl has: it works, it makes no difference, or it is refused with a sentence that says what to do.
  async 'curl options'() {
    const folder = path.join(root, 'node_modules/eventsource-wasm/bin');
    const { parse, UsageError } = await import(pathToFileURL(path.join(folder, 'command-line.js')));
    const url = 'http://localhost/';
    const plain = JSON.stringify(parse([url]));
    const needless = '-L -N -S -f -g -q -# -1 --location --no-buffer --show-error --fail --fail-with-body --compressed --compressed-ssh --globoff --disable --progress-bar --no-progress-meter --basic --http1.1 --http2 --http3 --tlsv1.2';
    for (const name of needless.split(' ')) assert.equal(JSON.stringify(parse([name, url])), plain, name);
    const refused = `-k --insecure --cacert -E --cert --key --tlsv1.3 --url -G --get --url-query --data-urlencode -F --form -T --upload-file -I --head -D --dump-header
      -w --write-out --trace -o --output -O --remote-name -J -c --cookie-jar -n --netrc --oauth2-bearer --digest --negotiate --aws-sigv4 -K --config -x --proxy -U --proxy-user
      --noproxy --socks5 -4 -6 --ipv4 --ipv6 --resolve --connect-to --unix-socket -0 --http1.0 --http2-prior-knowledge --connect-timeout --keepalive-time --retry --retry-delay
      --retry-all-errors --location-trusted --max-redirs --post301 -C --continue-at -r --range --path-as-is --proto`.split(/\s+/);
    for (const name of refused) {
      assert.throws(() => parse([name, 'secret', url]), (error) => {
        assert(error instanceof UsageError, `${error.stack}`);
        assert(error.message.startsWith(`${name} is not taken here: `) && error.message.length > name.length + 40, error.message);
        assert.doesNotMatch(error.message, /secret|[.]$/);
        return true;
      });
    }
    const read = (...words) => parse([...words, url]);
    assert.equal(read('-m', '1.5').maxTime, 1500);
    assert.deepEqual(read('--data-ascii', 'x').body, { text: 'x' });
    assert.deepEqual(read('-e', '').headers, []);
    return `${refused.length} answers`;
  },
  async 'user and agent'() {
    const sent = async (...words) => {
      const { stdout, stderr, code } = await run([at('/echo'), '--json', ONCE, '-v', ...words]);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stderr, /hidden|aGlkZGVu/);
      const { authorization, referer, 'user-agent': agent } = JSON.parse(JSON.parse(stdout).data).headers;
      return { authorization, referer, agent };
    };
    const basic = (text) => `Basic ${Buffer.from(text).toString('base64')}`;
    const all = await sent('-u', 'hidden:pass:word', '-A', 'agent/1', '-e', 'https://example.com/from');
    assert.deepEqual(all, { authorization: basic('hidden:pass:word'), referer: 'https://example.com/from', agent: 'agent/1' });
    assert.equal((await sent('-uhidden é:密码 ')).authorization, basic('hidden é:密码 '));
    assert.equal((await sent('--user', 'hidden:', '--user=:')).authorization, basic(':'));
    // As with curl, a header of -H goes first.
    const own = await sent('-u', 'hidden:x', '-A', 'a', '--referer', 'http://a/', '-H', 'authorization: Bearer own', '-H', 'USER-AGENT: own', '-H', 'Referer: own');
    assert.deepEqual(own, { authorization: 'Bearer own', referer: 'own', agent: 'own' });
    const inUrl = at('/echo');
    assertEnd(await run([inUrl.replace('//', '//other:hidden@'), '-u', 'me:x', ONCE]), 0);
    assert.equal((await log(inUrl))[0].headers.authorization, basic('me:x'));
    const refused = await run([stream('', { status: 401 }), '-u', 'hidden:hidden', '-v']);
    assert.doesNotMatch(assertEnd(refused, 3), /hidden|aGlkZGVu/);
    return 'as curl sends them';
  },
  async 'short URLs'() {
    const { port } = new URL(origin);
    const rest = new URL(stream('data: x\n\n'));
    for (const start of [`//127.0.0.1:${port}`, `127.0.0.1:${port}`, `localhost:${port}`, `:${port}`, `HTTP://127.0.0.1:${port}`]) {
      assertEnd(await run([`${start}${rest.pathname}${rest.search}`, ONCE]), 0, 'message  x\n');
    }
    assert.match(assertEnd(await run([`https:127.0.0.1:${CLOSED_PORT}`, ONCE]), 1, ''), /No response from https:/);
    assertEnd(await run([`user:1@127.0.0.1:${port}${rest.pathname}${rest.search}`, ONCE]), 0, 'message  x\n');
    assertEnd(await run([ONCE, '--', `127.0.0.1:${port}${rest.pathname}${rest.search}`]), 0, 'message  x\n');
    return '7';
  },
  async usage() {
    const url = stream('data: x\n\n');
    const wrong = [
      [[], 'there is no URL'],
      [[url, url], 'there are 2 URLs'],
      [[url, '--jsn'], '--jsn is not an option'],
      [[url, '--jsn=secret'], '--jsn is not an option; did you mean --json?'],
      [[url, '--idleTimout', '5'], '--idleTimout is not an option; did you mean --idle-timeout?'],
      [[url, '--events', '5'], '--events is not an option; did you mean --max-events?'],
      [[url, '--colour'], '--colour is not an option\n'],
      [[url, '-verbose'], '-verbose is not an option; did you mean --verbose?'],
      [['-url', url], '-url is not an option; did you mean --url?'],
      [[url, '-W'], '-W is not an option'],
      [[url, '-sz'], '-z is not an option'],
      [[url, '-k'], '-k is not taken here: NODE_EXTRA_CA_CERTS=FILE'],
      [[url, '-sSk'], '-k is not taken here: NODE_EXTRA_CA_CERTS=FILE'],
      [['--url', url], '--url is not taken here: the URL is a word of its own'],
      [['-G', url, '-d', 'q=secret'], "-G is not taken here: write the data into the URL's query"],
      [[url, '-x', 'http://me:secret@localhost'], '-x is not taken here: Node 24 takes a proxy from the environment: NODE_USE_ENV_PROXY=1'],
      [[url, '--proxy-user=me:secret'], '--proxy-user is not taken here'],
      [['curl', url], 'curl is not a URL; leave that word out'],
      [[url, '--json=1'], '--json takes no value'],
      [[url, '--json', '{"key":"secret"}'], "--json takes no value here: it says how events are printed; -d '{…}' gives a body of JSON"],
      [['--json', '["secret"]', url], '--json takes no value here'],
      [['--json', '@secret', url], '--json takes no value here'],
      [['--json', 'secret', url], 'there are 2 URLs; a value with blanks in it wants quotes, and --json takes none'],
      [[url, '-u', 'secret'], "-u wants 'USER:PASSWORD'"],
      [[url, '-A', ''], "-A wants a name: fetch never leaves it out; -H 'User-Agent;' sends an empty one"],
      [[url, '-A', 'secret\n'], 'the value of User-Agent has a control character'],
      [[url, '-e', 'http://localhost/;auto'], '-e wants a URL alone'],
      [[url, '-m', '1 s'], '-m wants a time'],
      [[url, '-X'], '-X wants a value'],
      [[url, '--last-event-id'], '--last-event-id wants a value'],
      [[url, '-X', 'a b'], '-X must be an HTTP method'],
      [[url, '-X', 'TRACE'], '-X must not be TRACE'],
      [[url, '-X', 'GET', '-d', 'x'], "-d can't be sent with GET"],
      [[url, '-d', 'x', '-d', 'y'], "-d is a second body; join the two, such as 'a=1&b=2'"],
      [[url, '-d', '@'], '-d @ wants the name of a file'],
      [[url, '-d', '@no-such-file'], '-d @no-such-file: there is no such file'],
      [[url, '-d', '@node_modules'], '-d @node_modules: it is a folder'],
      [[url, '-H', 'Authorization Bearer secret'], "-H wants 'Name: value'"],
      [[url, '-H', 'Authorization; secret'], 'with a colon behind Authorization'],
      [[url, '-H', 'a b: secret'], 'the name that begins "a"'],
      [[url, '-H', 'Authorization Basic secret:secret'], 'the name that begins "Authorization"'],
      [[url, '-H', 'X-Key=secret:1'], 'the name that begins "X-Key"'],
      [[url, '-H', 'X-A:'], "'X-A;' sends an empty one"],
      [[url, '-H', 'X-A: secret\x01'], 'the value of X-A has a control character'],
      [[url, '-H', 'X-A: secret你'], 'the value of X-A has a control character or one above'],
      [[url, '-H', 'Host: secret'], 'Host is for the HTTP client'],
      [[url, '-b', 'cookies.txt'], "-b wants 'name=value'"],
      ...['\n', '\f', '\x01', '\x7f'].map((control) => [[url, '--last-event-id', `a${control}b`], '--last-event-id: an ID has no control']),
      [[url, '--max-events', '0'], '--max-events wants a whole number from 1'],
      [[url, '--max-attempts', 'x'], '--max-attempts wants a whole number'],
      [[url, '--max-time', '0'], '--max-time wants a time from 1ms'],
      [[url, '--idle-timeout', '5 s'], '--idle-timeout wants a time'],
      [[url, '--open-timeout', '1000h'], '--open-timeout wants a time from 1ms'],
      [[url, '--raw', '--json'], '--json does not go with --raw'],
      [[url, '--raw', '--reconnect'], '--reconnect does not go with --raw'],
      [[url, '--no-reconnect', '--max-attempts=3'], '--max-attempts does not go with --no-reconnect'],
      ...['ftp://localhost/', 'ws://localhost/', 'file:///etc/passwd', 'file:/x', 'mailto:me@localhost', 'javascript:alert(1)', 'about:blank', 'data:text/event-stream,x', 'blob:http://x/1'].map(
        (text) => [[text], `: ${text.split(':')[0]}: is not http: or https:`],
      ),
      [['http://['], '"http://[" is not a URL'],
      [['http://user:secret@host:99999/'], '"http://…@host:99999/" is not a URL'],
      [['user:secret@host:99999/'], '"…@host:99999/" is not a URL'],
      [['http://user:a/secret@host/'], '"http://…@host/" is not a URL'],
      [[''], '"" is not a URL'],
      [[`${ESC}[2J[`], 'is not a URL'],
    ];
    for (const [words, message] of wrong) {
      const stderr = assertEnd(await run(words), 2, '');
      assert(stderr.startsWith('eventsource-wasm: ') && stderr.endsWith('\nSee eventsource-wasm --help.\n'), stderr);
      assert(stderr.includes(message), `${stderr} has no ${message}`);
      assert(!stderr.includes('secret') && !stderr.includes(ESC), stderr);
    }
    assert.deepEqual(await log(url), []);
    return `${wrong.length} mistakes, no request`;
  },
  async secrets() {
    const url = at('/echo', { header: ['set-cookie:session=1', 'x-seen:yes'] });
    const withUser = url.replace('//', '//user:hidden5@');
    const words = ['-H', 'Authorization: Bearer hidden1', '-H', 'X-Api-Key: hidden2', '-b', 'id=hidden3', '-H', 'X-Any: hidden4', '--max-events=1', '--silent', '-v', '-i'];
    const quiet = assertEnd(await run([withUser, ...words]), 0);
    assert.equal(quiet, '');
    const loud = assertEnd(await run([withUser, ...words.filter((word) => word !== '--silent')]), 0);
    assert.doesNotMatch(loud, /hidden/);
    assert.match(loud, /^> Authorization: \(not shown\)$/m);
    assert.match(loud, /^> Accept: text\/event-stream$/m);
    assert.match(loud, /^< set-cookie: \(not shown\)$/m);
    assert.match(loud, /^< x-seen: yes$/m);
    const [{ headers }] = await log(url);
    assert.deepEqual([headers.authorization, headers['x-api-key'], headers.cookie, headers['x-any']], ['Bearer hidden1', 'hidden2', 'id=hidden3', 'hidden4']);
    const refused = assertEnd(await run([stream('', { status: 500 }).replace('//', '//user:hidden5@'), ...words]), 3);
    assert.match(refused, /status 500/);
    assert.doesNotMatch(refused, /hidden/);
    const basic = at('/echo');
    assertEnd(await run([basic.replace('//', '//user:pass@'), ONCE]), 0);
    assert.equal((await log(basic))[0].headers.authorization, `Basic ${btoa('user:pass')}`);
    return '5 of them';
  },
  async 'include and verbose'() {
    const url = at('/redirect', { to: `/stream?${new URLSearchParams({ body: ': ping\n\ndata: x\n\n', header: 'x-a:b' })}` });
    const { stderr, stdout } = await run([url, '-v', '--max-events=1']);
    assert.equal(stdout, 'message  x\n');
    for (const line of [/^\* request 1: GET http/m, /^\* redirected to http:.*\/stream/m, /^< 200 OK$/m, /^< x-a: b$/m, /^\* comment: ping$/m]) assert.match(stderr, line);
    const included = await run([url, '-i', '--max-events=1']);
    assert.match(included.stderr, /^< x-a: b$/m);
    assert.doesNotMatch(included.stderr, /^>|request|comment/m);
    const silent = assertEnd(await run([stream('data: x\n\n', { end: 'drop' }), '-s', ONCE]), 1, 'message  x\n');
    assert.match(silent, /^eventsource-wasm: [^\n]*broke off[^\n]*\n$/);
    return 'to stderr';
  },
  async 'control characters'() {
    const bad = `${ESC}]0;title\x07\u009b31m\u202e\u200f\x7f\b`;
    const shown = '\\x1b]0;title\\x07\\x9b31m\\u202e\\u200f\\x7f\\x08';
    const url = `${stream(`: ${bad}\n\nid: ${bad}\nevent: ${bad}\ndata: ${bad}\ndata: \ttab\n\n`)}&header=x-a:%9b`;
    const { stdout, stderr } = await run([url, ONCE, '--comments', '-v']);
    assert.equal(stdout, `: ${shown}\n${shown} #${shown}\n  ${shown}\n  \ttab\n`);
    const refused = await run([stream(bad, { status: 400, type: 'text/plain' })]);
    assert(refused.stderr.includes(`  ${shown}\n`), refused.stderr);
    assert.match(stderr, /^< x-a: \\x9b$/m);
    for (const text of [stdout, stderr, refused.stderr]) assert.doesNotMatch(text, /[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    return shown;
  },
  async signals() {
    for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
      for (const words of [[], ['--json'], ['--raw']]) {
        const url = stream('data: 你\n\n', { end: 'hang' });
        const { child, line, ended } = start([url, ...words]);
        await line();
        assert.equal(await openOf(url), 1);
        child.kill(signal);
        const stderr = assertEnd(await ended, code);
        assert.match(stderr, /^\* 200, [^\n]*\n$/);
        await closed(url);
      }
    }
    // Waiting to connect again, and for the body.
    const url = script({ body: 'retry: 60000\ndata: x\n\n' });
    const waiting = start([url]);
    while (!waiting.said.stderr.includes('Connecting again')) await once(waiting.child.stderr, 'data');
    waiting.child.kill('SIGINT');
    assertEnd(await waiting.ended, 130, 'message  x\n');
    const reading = start([url, '-d', '@-', '-v'], { input: true });
    // More than a pipe holds: it is being read.
    await new Promise((done) => reading.child.stdin.write('x'.repeat(1 << 20), done));
    reading.child.kill('SIGINT');
    assert.equal(assertEnd(await reading.ended, 130, ''), '');
    // A name that no file's bytes are behind.
    await execute('mkfifo', [path.join(root, 'pipe')]);
    const waitingForFile = start([url, '-d', '@pipe']);
    await sleep(500);
    waitingForFile.child.kill('SIGINT');
    assert.deepEqual((({ code, signal, stdout }) => [code, signal, stdout])(await waitingForFile.ended), [null, 'SIGINT', '']);
    return '130, 143';
  },
  async 'IDs that no header takes'() {
    const url = script({ body: 'retry: 10\nid: a\x01b\ndata: x\n\n', end: 'drop' }, { body: 'data: y\n\n', end: 'hang' });
    assertEnd(await run([url, '--max-events=2']), 0, 'message #a\\x01b  x\nmessage  y\n');
    assert.deepEqual((await log(url)).map(({ headers }) => headers['last-event-id']), [undefined, undefined]);
    return 'not sent';
  },
  async 'a reader that has gone'() {
    const url = stream('data: x\n\n', { repeat: 1000, every: 9, delay: 20 });
    const { child, line, ended } = start([url, '--json']);
    await line();
    child.stdout.destroy();
    assert.match(assertEnd(await ended, 0), /^\* 200, [^\n]*\n$/);
    await closed(url);
    for (const words of ['', '--json', '--raw']) {
      const flood = at('/flood', { events: 3_000_000, size: 100 });
      const { stdout } = await execute('bash', ['-c', `"${bin}" -s ${words} '${flood}' | head -n 1 | wc -l; echo "\${PIPESTATUS[0]}"`], { cwd: root, env });
      assert.equal(stdout.replace(/ /g, ''), '1\n0\n');
      await closed(flood);
    }
    for (const words of [['--max-events', '1'], ['--close-on', 'message']]) {
      const { code, stderr } = await execute('bash', ['-c', `"${bin}" ${words.join(' ')} '${stream('data: x\n\n', { end: 'hang' })}' > /dev/full`], { cwd: root, env }).catch((error) => error);
      assert.equal(code, 1);
      assert.match(stderr, /standard output can not be written/);
    }
    return 'exit code 0';
  },
  async 'a slow reader'() {
    for (const words of [[], ['--raw']]) {
      const url = at('/flood', { events: 1000, size: 100_000 });
      const slow = spawn(bin, [url, '-s', '--idle-timeout', '300ms', ...words], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(slow, 'exit');
      await once(slow.stdout, 'readable');
      await sleep(3000);
      // 100 MB, which a reader that takes all has in that time.
      assert.deepEqual(await told('connections', url), { open: 1, total: 1 });
      // Blocked in the middle of it, it is still to be ended.
      slow.kill('SIGINT');
      assert.deepEqual(await ended, [130, null]);
      slow.stdout.destroy();
      await closed(url);
    }
    for (const [events, size] of [[20_000, 100], [1, 1_000_000]]) {
      const whole = at('/flood', { events, size });
      const { stdout } = await execute('bash', ['-c', `"${bin}" -s --max-events ${events} '${whole}' | { sleep 1; cat; }`], { cwd: root, env, maxBuffer: 1e8 });
      assert(stdout === `message  ${'x'.repeat(size)}\n`.repeat(events), `${stdout.length} characters`);
    }
    return 'holds the server back, and gets all';
  },
  async 'a terminal'() {
    const url = stream('id: 7\ndata: x\n\n');
    const coloured = `${ESC}[36m${ESC}[1mmessage${ESC}[22m${ESC}[39m${ESC}[2m #7${ESC}[22m  x\n`;
    assert.equal((await run([url, ONCE], { variables: { FORCE_COLOR: '1' } })).stdout, coloured);
    assert.equal((await run([url, ONCE], { variables: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout, coloured);
    assert.equal((await run([url, ONCE], { variables: { FORCE_COLOR: '0' } })).stdout, 'message #7  x\n');
    if (spawnSync('script', ['--version']).status !== 0) {
      console.log('skipped: a pseudo terminal, since there is no `script` of util-linux');
      return 'FORCE_COLOR only';
    }
    const inTerminal = async (variables, ...words) => {
      const command = [bin, url, ONCE, '-s', ...words].map((word) => `'${word}'`).join(' ');
      const { stdout } = await execute('script', ['-qec', command, '/dev/null'], { cwd: root, env: { ...env, TERM: 'xterm', ...variables } });
      return stdout.replaceAll('\r\n', '\n');
    };
    assert.equal(await inTerminal({}), coloured);
    assert.equal(await inTerminal({ NO_COLOR: '1' }), 'message #7  x\n');
    assert.equal(await inTerminal({ TERM: 'dumb' }), 'message #7  x\n');
    assert.equal(await inTerminal({}, '--json'), '{"type":"message","data":"x","lastEventId":"7"}\n');
    return 'has colours';
  },
  async 'no output'() {
    const { status, stderr } = spawnSync('bash', ['-c', `"${bin}" -s ${ONCE} '${stream('data: x\n\n')}' > /dev/full`], { cwd: root, env, encoding: 'utf8' });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^eventsource-wasm: standard output can not be written: .*ENOSPC/);
    return stderr.trim();
  },
};

for (const [host, ...words] of [['node'], ['deno', 'run', '--allow-all'], ['bun']]) {
  cases[`in ${host}`] = async () => {
    const file = pathOf(host);
    if (!file) return console.log(`skipped: there is no ${host} in tests/hosts/node_modules`) ?? 'skipped';
    const program = [file, ...words, path.join(root, 'node_modules/eventsource-wasm/bin/eventsource-wasm.js')];
    const echo = await run([at('/echo'), '-d', '@-', '--json', ONCE], { program, input: '你好' });
    assertEnd(echo, 0);
    assert.equal(JSON.parse(JSON.parse(echo.stdout).data).body, '你好');
    assertEnd(await run([stream('no', { status: 401 })], { program }), 3, '');
    assertEnd(await run([stream('data: x', { type: 'text/plain' }), '--raw'], { program }), 4, 'data: x');
    assert.match(assertEnd(await run([`127.0.0.1:${CLOSED_PORT}`, ONCE], { program }), 1, ''), /No response from http:\/\/127/);
    const { stdout } = await run([at('/echo'), '-u', 'me:密码', '-A', 'agent/1', '-e', 'http://a/', '--json', ONCE], { program });
    const { authorization, referer, 'user-agent': agent } = JSON.parse(JSON.parse(stdout).data).headers;
    assert.deepEqual([authorization, referer, agent], [`Basic ${Buffer.from('me:密码').toString('base64')}`, 'http://a/', 'agent/1']);
    assertEnd(await run(['--jsn'], { program }), 2, '');
    const { child, line, ended } = start([stream('data: x\n\n', { end: 'hang' })], { program });
    await line();
    child.kill('SIGINT');
    assertEnd(await ended, 130, 'message  x\n');
    return 'the same';
  };
}

/** What stands behind https://example.com/… in the README. */
const delta = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const ENDPOINTS = {
  '/clock': () => stream('data: 12:00:00\n\ndata: 12:00:01\n\n', { end: 'hang' }),
  '/v1/chat/completions': () => stream(`${['Hello, ', '你好', ' 👋'].map(delta).join('')}data: [DONE]\n\n`, { every: 7, end: 'hang' }),
  '/chat': () => stream('event: token\ndata: 你\n\nevent: token\ndata: 好\n\nevent: done\ndata: 2 tokens\n\n', { every: 5 }),
  '/quota': () => stream('event: error\ndata: quota exceeded\n\n'),
};
const examples = (name) =>
  [...readFileSync(path.join(ROOT, name), 'utf8').matchAll(/(?:<!-- test: (.*) -->\n)?```sh\n([^]*?)```/g)].filter(([, , code]) => /eventsource-wasm.*https?:/.test(code));

for (const name of ['README.md', 'README.zh-CN.md']) {
  cases[name] = async () => {
    const found = examples(name);
    for (const [, comment, code] of found) {
      assert(comment, `no comment <!-- test: … --> says what to expect of ${code}`);
      const { prints, endless } = JSON.parse(comment);
      const urls = [];
      const local = code.replace(/https:\/\/example\.com([\w/]*)/g, (_, place) => {
        assert(place in ENDPOINTS, place);
        urls.push(ENDPOINTS[place]());
        return `'${urls.at(-1)}'`;
      });
      const { child, said, kill, ended } = start(['-c', endless ? `exec ${local}` : local], { program: ['sh'], variables: { npm_config_offline: 'true', API_KEY: 'key' } });
      while (endless && said.stdout.split('\n').length <= prints.length && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), ended]);
      if (endless) kill('SIGINT');
      const result = await ended;
      // npx ends as its child does, or of the signal itself.
      const isStopped = endless && result.signal === 'SIGINT';
      assertEnd(isStopped ? { ...result, signal: null, code: 130 } : result, endless ? 130 : 0, `${prints.join('\n')}\n`);
      assert.equal((await log(urls[0])).length, 1);
    }
    assert(found.length >= 5, `${found.length} examples`);
    return `${found.length} examples`;
  };
}

// Each option and exit code of the help is in the README's tables, and in both languages.
cases['the tables'] = async () => {
  const { stdout } = await run(['--help']);
  const options = stdout.match(/^ .*? (?=- |--|-\w).*$/gm) ?? [];
  const names = new Set(options.flatMap((line) => line.slice(0, 30).match(/--?[a-zA-Z][\w-]*/g) ?? []));
  assert(names.size > 25, `${[...names]}`);
  const codes = stdout.split('Exit codes:')[1].match(/^ {2}\d+(, \d+)?/gm).flatMap((text) => text.match(/\d+/g));
  assert.deepEqual(codes, ['0', '1', '2', '3', '4', '124', '130', '143']);
  for (const name of ['README.md', 'README.zh-CN.md']) {
    const rows = readFileSync(path.join(ROOT, name), 'utf8').split('\n').filter((line) => /^\| (`-|[\d、, ]+ \|)/.test(line)).join('\n');
    for (const option of names) assert(new RegExp(`\`${option}[ \`]`).test(rows), `${name} has no ${option}`);
    for (const code of codes) assert(new RegExp(`^\\|[\\d、, ]*\\b${code}\\b[\\d、, ]*\\|`, 'm').test(rows), `${name} has no exit code ${code}`);
  }
  return `${names.size} options, ${codes.length} codes`;
};

await runCases(cases);
