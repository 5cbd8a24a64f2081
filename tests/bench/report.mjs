// What run.mjs has measured as Markdown and as a plot.

const cell = ({ error, ratio, low, high, isWrong }) => (error ? error : `${ratio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})${isWrong ? ' ≠' : ''}`);

/** The head of a table of results that have these columns; the first is the baseline. */
export const head = ([base, ...others]) => `| ${['chunks', 'wanted', ...others.map(({ name }) => name), `${base.name}, ms`].join(' | ')} |\n|${'---|'.repeat(others.length + 3)}`;

/** A row; `target` is what the first two of ours are to reach. */
export const row = ({ label }, target, [base, ...others]) => `| ${[label, target ?? '', ...others.map(cell), base.error ?? base.ms.toFixed(2)].join(' | ')} |`;

export const LEGEND = `Times as fast as the baseline, above 1 is faster: the ratio of the medians and, in brackets, the quartiles of the rounds' ratios. ≠: its events
differ from the baseline's. The last column is the baseline's time for one pass. Each parser pays for its own decoding.`;

/** What is short of its target, and the least that ours is ahead of fetch-event-source. */
export function summary(results, targetOf) {
  const short = [];
  let least;
  for (const { one, results: [, ...others] } of results.filter(({ one }) => !one.isStream)) {
    // The better of the engines where there are two.
    const feeds = others.filter(({ name, ratio }) => name.startsWith('ours, feed') && !name.includes('Batch') && ratio);
    if (feeds.length === 0) continue;
    const best = Math.max(...feeds.map(({ ratio }) => ratio));
    const target = targetOf(one);
    if (best < target) short.push(`${one.label} ${best.toFixed(2)} of ${target}`);
    const theirs = others.find(({ name }) => name === 'fetch-event-source');
    if (theirs?.ratio && !(least?.ratio < best / theirs.ratio)) least = { ratio: best / theirs.ratio, label: one.label };
  }
  const lines = [];
  if (short.length > 0) lines.push(`Short of what is wanted: ${short.join('; ')}.`);
  else if (results.some(({ one }) => targetOf(one))) lines.push('All that is wanted is reached.');
  if (least) lines.push(`Against fetch-event-source at least ${least.ratio.toFixed(2)} (${least.label}).`);
  return lines.join('\n');
}

const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;');

const SERIES = [
  { name: 'ours, feed', label: 'eventsource-wasm', color: '#d9480f', radius: 5.5 },
  { name: 'fetch-event-source', label: '@microsoft/fetch-event-source', color: '#1971c2', radius: 4 },
  { name: 'event-source-polyfill', label: 'event-source-polyfill', color: '#2f9e44', radius: 4 },
  { name: 'floor: a decode per chunk', label: 'only TextDecoder.decode, a chunk at a time', color: '#868e96', radius: 3 },
];
const ROW = 19;
const LEFT = 210;
const PANEL = 330;
const GAP = 26;
const TOP = 74;
const LOW = 1 / 32;
const HIGH = 16;

/** `hosts`: `[{ name, results: [{ one, results }] }]`, a panel for each; a row for each case, a dot for each parser. */
export function plot(hosts) {
  const rows = hosts[0].results.filter(({ one }) => one.isQuick && !one.isStream).map(({ one }) => one);
  const height = TOP + rows.length * ROW + 40;
  const width = LEFT + hosts.length * (PANEL + GAP);
  const x = (ratio) => (Math.log2(Math.min(Math.max(ratio, LOW), HIGH) / LOW) / Math.log2(HIGH / LOW)) * PANEL;
  const out = [];
  const text = (at, y, content, more = '') => out.push(`<text x="${at}" y="${y}" ${more}>${escaped(content)}</text>`);
  text(12, 20, 'Times as fast as eventsource-parser 4 behind a TextDecoder', 'class="title"');
  let at = 12;
  for (const { label, color, radius } of SERIES) {
    out.push(`<circle cx="${at + 5}" cy="37" r="${radius}" fill="${color}"/>`);
    text(at + 15, 41, label);
    at += 32 + label.length * 6.1;
  }
  rows.forEach(({ label }, index) => {
    const y = TOP + index * ROW;
    if (index % 2 === 0) out.push(`<rect x="0" y="${y}" width="${width}" height="${ROW}" class="band"/>`);
    text(LEFT - 10, y + 13, label, 'text-anchor="end"');
  });
  hosts.forEach(({ name, results }, panel) => {
    const left = LEFT + panel * (PANEL + GAP);
    text(left + PANEL / 2, TOP - 10, name, 'text-anchor="middle" class="title"');
    for (let ratio = LOW; ratio <= HIGH; ratio *= 2) {
      out.push(`<line x1="${left + x(ratio)}" x2="${left + x(ratio)}" y1="${TOP}" y2="${TOP + rows.length * ROW}" class="${ratio === 1 ? 'one' : 'grid'}"/>`);
      if (Math.log2(ratio) % 2 === 0) text(left + x(ratio), height - 22, ratio < 1 ? `1/${1 / ratio}` : ratio, 'text-anchor="middle"');
    }
    rows.forEach(({ id }, index) => {
      const measured = results.find(({ one }) => one.id === id)?.results ?? [];
      const y = TOP + index * ROW + ROW / 2;
      for (const { name: series, color, radius } of [...SERIES].reverse()) {
        const found = measured.find((result) => result.name === series);
        if (!found || found.error) continue;
        out.push(`<circle cx="${(left + x(found.ratio)).toFixed(1)}" cy="${y}" r="${radius}" fill="${color}"><title>${escaped(`${series}: ${found.ratio.toFixed(2)}`)}</title></circle>`);
      }
    });
  });
  text(LEFT + (width - LEFT) / 2, height - 6, 'slower ← 1 → faster', 'text-anchor="middle"');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11.5">
<style>text { fill: #343a40 } .title { font-weight: 600; font-size: 13px } .band { fill: #f1f3f5 } .grid { stroke: #dee2e6 } .one { stroke: #495057; stroke-width: 1.5 } </style>
<rect width="100%" height="100%" fill="#fff"/>
${out.join('\n')}
</svg>
`;
}
