// Runs the examples of README.md and README.zh-CN.md against the test server, and checks that both say the same.
// An HTML comment before a block says what to expect, as JSON:
//   <!-- test: { "prints": [lines of stdout], "sent": [parts of its requests], "endless": true, "skip": "why" } -->
// "endless": the example goes on after what it prints, and is ended then. "app": it is a mini program's, see tests/mini/readme-app.mjs.
// "plugins": it is Taro's configuration, whose plugins the Taro examples behind it are built with. "template": its names are in the page before it.
// "file": it is a part of that file, which another suite runs. JSON is parsed. Not run: sh, http, nginx, text, html without "template".
// PKG_DIR: the built package (default pkg/). SSE_SERVER: origin of a running sse-server; without it, one is started.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertTemplate, plugged, runApp } from '../mini/readme-app.mjs';
import { ROOT, startServer } from './sse-server.mjs';

const PKG = path.resolve(process.env.PKG_DIR ?? path.join(ROOT, 'pkg'));
const LANGUAGES = ['README.md', 'README.zh-CN.md'];
const MOST_TIME = 15_000;

const delta = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const stream = (body, parameters = {}) => ['/stream', { body, ...parameters }];
const percent = (parameters) => new URLSearchParams(parameters).toString();

const HELLO = percent({ body: 'data: hello\n\n', end: 'hang' });

/** What stands behind https://example.com/…: the test server's path and query. */
const ENDPOINTS = {
  '/clock': stream('data: 12:00:00\n\ndata: 12:00:01\n\n', { end: 'hang' }),
  '/v1/chat/completions': stream(delta('Hello, ') + delta('你好') + delta(' 👋') + 'data: [DONE]\n\n', { every: 7, end: 'hang' }),
  '/chat': stream('event: token\ndata: 你\n\nevent: token\ndata: 好\n\nevent: done\ndata: 2 tokens\n\n', { every: 5 }),
  '/quota': stream('event: error\ndata: quota exceeded\n\n'),
  '/jobs': [
    '/script',
    [
      ['s', percent({ body: 'retry: 50\ndata: job 1\n\n', end: 'drop' })],
      ['s', percent({ body: 'data: job 2\n\n' })],
      ['s', percent({ status: 204 })],
    ],
  ],
  '/private': stream('{"error":"no token"}', { status: 401, type: 'application/json', header: 'www-authenticate:Bearer realm="news"' }),
  '/commented': stream(': ping\n\ndata: hello\n\n', { end: 'hang' }),
  '/busy': ['/script', [['s', percent({ status: 503, header: 'retry-after:1' })], ['s', HELLO]]],
  '/token': ['/script', [['s', percent({ status: 401 })], ['s', HELLO]]],
  '/overloaded': ['/script', [['s', percent({ status: 503, body: 'busy' })], ['s', `${HELLO}&type=text/plain`]]],
  '/moved': ['/redirect', { to: `/stream?${HELLO}` }],
  // The first connection hangs after its event, the second is asked to go on there.
  '/tasks': [
    '/script',
    [
      ['s', percent({ body: 'id: 1\ndata: task 1\n\n', end: 'hang' })],
      ['s', percent({ body: 'id: 2\ndata: task 2\n\n', end: 'hang' })],
    ],
  ],
  '/news': ['/resume', { total: 50, per: 50, text: 'news', end: 'drop' }],
  // Cut within the first character.
  '/chinese': stream('data: 你好 👋\n\n', { cut: 'data: '.length + 1, delay: 250 }),
  '/hello': stream('data: hello\n\n', { end: 'hang' }),
  '/long': stream(`data: short\n\ndata: ${'x'.repeat(2000)}\n\n`),
  // A byte that is not UTF-8 can't be written by URLSearchParams.
  '/latin1': ['/stream', {}, '&body=data:%20good%0A%0Adata:%20caf%E9%0A%0A'],
};

const endpoint = (origin, key, name) => {
  assert(name in ENDPOINTS, `no endpoint stands behind https://example.com${name}`);
  const [where, parameters, rest = ''] = ENDPOINTS[name];
  const query = new URLSearchParams(parameters);
  query.append('key', key);
  return `${origin}${where}?${query}${rest}`;
};

/** Headings, and code blocks with their expectation. */
const parse = (text) => {
  const headings = [];
  const blocks = [];
  let block;
  let expectation;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (block) {
      if (fence) block = undefined;
      else block.code += `${line}\n`;
    } else if (fence) {
      block = { language: fence[1], line: index + 1, code: '', expectation };
      blocks.push(block);
      expectation = undefined;
    } else if (/^#+ /.test(line)) {
      headings.push(line);
    } else {
      const comment = /^<!-- test: (.*) -->$/.exec(line);
      if (comment) expectation = JSON.parse(comment[1]);
    }
  }
  assert.equal(block, undefined, 'a code block does not end');
  return { headings, blocks };
};

const COMMENTS = {
  js: /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)|\/\/.*|\/\*[^]*?\*\//g,
  sh: /("[^"]*"|'[^']*')|#.*/g,
  nginx: /("[^"]*"|'[^']*')|#.*/g,
  html: /()<!--[^]*?-->/g,
  rust: /("(?:\\.|[^"\\])*")|\/\/.*/g,
};
COMMENTS.mjs = COMMENTS.js;
COMMENTS.jsx = COMMENTS.js;
COMMENTS.vue = COMMENTS.js;

/** The code alone: comments, and the blanks before them, are the translator's. */
const withoutComments = ({ language, code }) => {
  const comments = COMMENTS[language];
  // What an example of the wire has after a colon at the start of a line is a comment as well.
  const text = comments ? code.replace(comments, (whole, kept) => kept ?? '') : code.replace(/^:.*$/gm, ':');
  return text.replace(/[ \t]+$/gm, '');
};

/** A text without its comments, blank lines and indentation, with a line end before each line and behind the last. */
const bare = (language, code) => {
  const lines = withoutComments({ language, code }).split('\n');
  return `\n${lines.map((line) => line.trim()).filter(Boolean).join('\n')}\n`;
};

/** Checks that an example is a part of the file which is compiled and run. */
const assertPart = async ({ language, code, expectation }) => {
  assert(expectation?.file, 'no comment <!-- test: … --> says of which file it is a part');
  const part = bare(language, code);
  assert.notEqual(part, '\n\n');
  const whole = bare(language, await readFile(path.join(ROOT, expectation.file), 'utf8'));
  assert(whole.includes(part), `${expectation.file} has it otherwise`);
};

/** The fragment that a heading is reached by on GitHub and npm. */
const fragment = (heading) =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');

/** Runs a file; resolves to what it printed and how it ended. */
const run = (file, { prints, endless }) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
    const result = { stdout: '', stderr: '', ending: undefined };
    const end = (ending) => {
      result.ending ??= ending;
      child.kill();
    };
    const timer = setTimeout(() => end(`had not ended after ${MOST_TIME} ms`), MOST_TIME);
    child.stderr.setEncoding('utf8').on('data', (text) => (result.stderr += text));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      result.stdout += text;
      if (endless && result.stdout.split('\n').length > prints.length) end('ended');
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      result.ending ??= code === 0 && !endless ? 'ended' : `ended with code ${code}`;
      resolve(result);
    });
  });

let passed = 0;
let failed = 0;

const test = async (name, body) => {
  try {
    await body();
    passed += 1;
    console.log(`ok - ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - ${name}\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}`);
  }
};

/** Checks an example's requests: those fields, headers and parameters that are given; null: there is none. */
const assertSent = (log, expected) => {
  const requests = log.filter((request) => !request.preflight);
  assert.equal(requests.length, expected.length, `${requests.length} requests were sent`);
  for (const [index, { headers = {}, query = {}, ...fields }] of expected.entries()) {
    const request = requests[index];
    const parameters = new URL(request.url, 'http://localhost').searchParams;
    for (const [name, value] of Object.entries(fields)) assert.deepEqual(request[name], value, name);
    for (const [name, value] of Object.entries(headers)) assert.equal(request.headers[name] ?? null, value, name);
    for (const [name, value] of Object.entries(query)) assert.equal(parameters.get(name), value, name);
  }
};

const logOf = async (origin, key) => (await fetch(`${origin}/log?key=${key}`)).json();
const withEndpoints = (code, origin, key) => code.replace(/https:\/\/example\.com(\/[\w/]*)/g, (_, name) => endpoint(origin, key, name));

/** An example of a mini program. `earlier` is what examples before it have left: Taro's plugins, the page. */
const runAppExample = async (folder, origin, block, key, earlier) => {
  const { expectation } = block;
  if (expectation.template) return assertTemplate(block.code, earlier.page);
  if (expectation.plugins) {
    const file = path.join(folder, `${key}.mjs`);
    await writeFile(file, block.code);
    earlier.plugin = plugged((await import(pathToFileURL(file))).default, folder, folder);
    return;
  }
  const isClosed = async () => (await (await fetch(`${origin}/connections?key=${key}`)).json()).open === 0;
  const app = path.join(folder, key);
  await mkdir(app);
  earlier.page = await runApp(withEndpoints(block.code, origin, key), expectation, { pkg: PKG, folder: app, plugin: earlier.plugin, isClosed });
  if (expectation.sent) assertSent(await logOf(origin, key), expectation.sent);
};

const runExample = async (folder, origin, block, key) => {
  const { expectation } = block;
  assert(expectation, 'no comment <!-- test: … --> says what to expect');
  const code = withEndpoints(block.code, origin, key);
  const file = path.join(folder, `${key}.${/\brequire\(/.test(code) ? 'cjs' : 'mjs'}`);
  await writeFile(file, code);
  const { stdout, stderr, ending } = await run(file, expectation);
  assert.deepEqual(stdout.split('\n').slice(0, -1), expectation.prints, `${ending}; stderr: ${stderr}`);
  assert.equal(ending, 'ended', stderr);
  assert.equal(stderr, '');
  if (expectation.sent) assertSent(await logOf(origin, key), expectation.sent);
};

const { origin, stop } = process.env.SSE_SERVER ? { origin: process.env.SSE_SERVER, stop() {} } : await startServer(PKG);
const folder = await mkdtemp(path.join(tmpdir(), 'readme-'));
try {
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(PKG, path.join(folder, 'node_modules', 'eventsource-wasm'), 'junction');

  const texts = await Promise.all(LANGUAGES.map((name) => readFile(path.join(ROOT, name), 'utf8')));
  const parsed = texts.map(parse);

  await test('both languages have the same headings in number and depth', () => {
    const [depths, others] = parsed.map(({ headings }) => headings.map((heading) => heading.indexOf(' ')));
    assert.deepEqual(others, depths);
  });
  await test('both languages have the same code', () => {
    const [blocks, others] = parsed.map(({ blocks }) => blocks.map((block) => `${block.language}\n${withoutComments(block)}`));
    assert.deepEqual(others, blocks);
    const [expectations, otherExpectations] = parsed.map(({ blocks }) => blocks.map(({ expectation }) => expectation));
    assert.deepEqual(otherExpectations, expectations);
  });
  await test('both languages have the same sizes', () => {
    for (const name of ['sizes', 'mini-sizes']) {
      const [sizes, others] = texts.map((text) => text.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0].match(/\b[\d,]+\b/g));
      assert(sizes?.length > 0, name);
      assert.deepEqual(others, sizes);
    }
  });
  for (const [index, name] of LANGUAGES.entries()) {
    await test(`${name}: links to headings lead somewhere`, () => {
      const fragments = new Set(parsed[index].headings.map(fragment));
      for (const [, target] of texts[index].matchAll(/\]\(#([^)]*)\)/g)) {
        assert(fragments.has(decodeURIComponent(target)), `#${target}`);
      }
    });
    const earlier = {};
    for (const block of parsed[index].blocks) {
      const { language, line, code, expectation = {} } = block;
      const key = `readme-${process.pid}-${index}-${line}`;
      const isApp = expectation.app || expectation.plugins || expectation.template;
      if (expectation.skip) continue;
      else if (isApp) await test(`${name}:${line}`, () => runAppExample(folder, origin, block, key, earlier));
      else if (['js', 'mjs', 'jsx', 'vue'].includes(language)) await test(`${name}:${line}`, () => runExample(folder, origin, block, key));
      else if (language === 'rust') await test(`${name}:${line}`, () => assertPart(block));
      else if (language === 'json') await test(`${name}:${line}`, () => void JSON.parse(code));
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
  stop();
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
