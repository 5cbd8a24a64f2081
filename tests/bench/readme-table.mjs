// Puts what results.md has of the plot's cases into both READMEs: `node tests/bench/readme-table.mjs`. run.mjs does it after a whole run.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cases } from './workloads.mjs';

const HOSTS = ['Chromium', 'Node 24', 'Node 20'];
const TO = 'fetch-event-source';
const MARKS = ['<!-- speed -->\n', '<!-- /speed -->'];
const WORDS = {
  'README.md': { chunks: 'chunks', labels: {} },
  'README.zh-CN.md': {
    chunks: '数据块',
    labels: {
      'OpenAI tokens': 'OpenAI 的 token', 'Anthropic tokens': 'Anthropic 的 token', 'tiny events': '极小的事件', comments: '注释', 'Chinese in JSON': 'JSON 里的中文', 'Chinese alone': '纯中文',
      '64 KiB event': '64 KiB 的事件', 'many lines': '多行', 'one event': '每块一个事件', '1–7 B': '每块 1–7 B',
    },
  },
};

const root = new URL('../../', import.meta.url);
const cells = (line) => line.split('|').slice(1, -1).map((cell) => cell.trim());
const plain = (cell) => (/^\d/.test(cell ?? '') ? cell.split(' ')[0] : '–');

/** `{ host: { label: { ours, theirs } } }` */
const found = {};
let host;
let columns;
for (const line of readFileSync(new URL('tests/bench/results.md', root), 'utf8').split('\n')) {
  if (line.startsWith('## ')) host = HOSTS.find((name) => line.startsWith(`## ${name}`));
  else if (line.startsWith('| chunks')) columns = cells(line);
  else if (line.startsWith('Through a')) host = undefined;
  else if (host && line.startsWith('| ')) {
    const row = cells(line);
    (found[host] ??= {})[row[0]] = { ours: plain(row[columns.indexOf('ours, feed')]), theirs: plain(row[columns.indexOf(TO)]) };
  }
}
const hosts = HOSTS.filter((name) => found[name]);
const rows = cases.filter(({ isQuick, isStream }) => isQuick && !isStream);
for (const [name, { chunks, labels }] of Object.entries(WORDS)) {
  const file = new URL(name, root);
  const text = readFileSync(file, 'utf8');
  const [from, to] = MARKS.map((mark) => text.indexOf(mark));
  if (from < 0 || to < from) throw new Error(`${name} has no ${MARKS.join(' … ')}`);
  const label = (one) => one.label.split(', ').map((part) => labels[part] ?? part).join(labels['one event'] ? '，' : ', ');
  const head = [chunks, ...hosts.flatMap((each) => [each, `*${TO}*`])];
  const table = [`| ${head.join(' | ')} |`, `|---|${'---:|'.repeat(head.length - 1)}`];
  for (const one of rows) table.push(`| ${[label(one), ...hosts.flatMap((each) => [found[each][one.label]?.ours ?? '–', found[each][one.label]?.theirs ?? '–'])].join(' | ')} |`);
  writeFileSync(file, `${text.slice(0, from)}${MARKS[0]}${table.join('\n')}\n${text.slice(to)}`);
}
console.log(`${fileURLToPath(root)}README*.md: the table of speed is that of results.md`);
