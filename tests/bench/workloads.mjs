// What is fed: streams of bytes, made the same way at each run, and how they are cut. Runs in every host, also in those without TextEncoder.

const KIB = 1024;
const MIB = 1024 * KIB;

/** UTF-8 of a string without lone surrogates. */
const encode = (text) => {
  const binary = unescape(encodeURIComponent(text));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
};

/** Numbers that look random and are the same at each run. */
export const generator = (seed = 1) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

const ENGLISH = ' the| of| stream|ing| event| source|,|.| a| chunk| token| WebAssembly| by|te|s| and| reads| is| in|\\n\\n| model'.split('|');
const CHINESE = '你好|世界|，|。|流式|输出|事件|字节|的|模型|回答|我们|可以|浏览器|一个'.split('|');
const EMOJI = ' 👋| 🚀✨| ok| 👩‍💻| done| 🎉| and| 😀😃'.split('|');

const openai = (words, end = '\n') => (random) => `data: {"id":"chatcmpl-BxQ2mV0aZkYtLr7cPq9sWnEf","object":"chat.completion.chunk","created":1763700000,"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_07871e2ad8",`
  + `"choices":[{"index":0,"delta":{"content":"${words[Math.floor(random() * words.length)]}"},"logprobs":null,"finish_reason":null}]}${end}${end}`;
const anthropic = (random) => (random() < 0.01
  ? 'event: ping\ndata: {"type": "ping"}\n\n'
  : `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${ENGLISH[Math.floor(random() * ENGLISH.length)]}"}}\n\n`);
const chinese = (random) => `data: ${Array.from({ length: 24 }, () => CHINESE[Math.floor(random() * CHINESE.length)]).join('')}\n\n`;
const letters = (length) => 'The quick brown fox jumps over the lazy dog. '.repeat(Math.ceil(length / 45)).slice(0, length);
const lines = () => `${`data: ${letters(74)}\n`.repeat((64 * KIB) / 81)}\n`;
const numbered = (random) => `id: ${Math.floor(random() * 1e9)}\ndata: {"price":${(random() * 1000).toFixed(2)},"symbol":"ACME"}\n\n`;

/** One event, or one comment, at a time; `bytes`: what is fed in one pass. */
const WORKLOADS = {
  openai: { what: 'OpenAI tokens', bytes: MIB, next: openai(ENGLISH) },
  anthropic: { what: 'Anthropic tokens', bytes: MIB, next: anthropic },
  tiny: { what: 'tiny events', bytes: 256 * KIB, next: () => 'data: x\n\n' },
  ids: { what: 'events with an id', bytes: 512 * KIB, next: numbered },
  comments: { what: 'comments', bytes: MIB, next: (random) => (random() < 0.02 ? openai(ENGLISH)(random) : ': OPENROUTER PROCESSING\n\n') },
  crlf: { what: 'OpenAI tokens, CRLF', bytes: MIB, next: openai(ENGLISH, '\r\n') },
  emoji: { what: 'emoji in JSON', bytes: MIB, next: openai(EMOJI) },
  'cjk-json': { what: 'Chinese in JSON', bytes: MIB, next: openai(CHINESE) },
  cjk: { what: 'Chinese alone', bytes: MIB, next: chinese },
  '64k': { what: '64 KiB event', bytes: MIB, next: () => `data: ${letters(64 * KIB)}\n\n` },
  '64k-lines': { what: '64 KiB event, many lines', bytes: MIB, next: lines },
  '4m': { what: '4 MiB event', bytes: 8 * MIB, next: () => `data: ${letters(4 * MIB)}\n\n` },
  '64m': { what: '64 MiB line', bytes: 64 * MIB, next: () => `data: ${letters(64 * MIB)}\n\n` },
};

const CUTS = {
  event: 'one event',
  1400: '1,400 B',
  16384: '16 KiB',
  65536: '64 KiB',
  fragments: '1–7 B',
};

/** [workload, cut, the ratio to eventsource-parser 4 that must be shown, and Node's where it is another]. */
const CASES = [
  ['openai', 'event', 1.2, 1.3], ['openai', '1400', 1.6], ['openai', '16384', 1.3], ['openai', '65536', 1.3], ['openai', 'fragments', 3],
  ['anthropic', 'event', 1.2, 1.3], ['anthropic', '1400', 1.6], ['anthropic', '16384', 1.3], ['anthropic', '65536', 1.3], ['anthropic', 'fragments', 3],
  ['tiny', 'event', 3], ['tiny', '1400'], ['tiny', '16384'], ['tiny', 'fragments', 3],
  ['ids', 'event'], ['ids', '16384'],
  ['comments', 'event', 2], ['comments', '1400', 2], ['comments', '16384', 2],
  ['crlf', 'event', 1.2, 1.3], ['crlf', '1400', 1.6], ['crlf', '16384', 1.6],
  ['emoji', 'event', 1], ['emoji', '1400', 1], ['emoji', '16384', 1], ['emoji', 'fragments', 3],
  ['cjk-json', 'event', 1], ['cjk-json', '1400', 1], ['cjk-json', '16384', 1],
  ['cjk', 'event', 1], ['cjk', '1400', 1], ['cjk', '16384', 1], ['cjk', 'fragments', 1],
  ['64k', 'event', 0.95], ['64k', '1400', 1.8], ['64k', '16384', 1.8], ['64k', 'fragments', 3],
  ['64k-lines', 'event', 2], ['64k-lines', '1400', 2], ['64k-lines', '16384', 2],
  ['4m', 'event', 0.95], ['4m', '1400', 1.8], ['4m', '16384', 1.8], ['4m', '65536', 1.8],
  ['64m', '65536', 1],
];
/** Through a ReadableStream. */
const STREAMS = [['openai', 'event'], ['openai', '1400'], ['openai', '16384'], ['anthropic', 'event'], ['anthropic', '16384'], ['tiny', 'event'], ['tiny', '16384'], ['64k', '16384']];
const QUICK = ['openai/event', 'openai/1400', 'openai/16384', 'openai/65536', 'openai/fragments', 'anthropic/event', 'tiny/event', 'comments/16384', 'crlf/16384',
  'cjk-json/16384', 'cjk/16384', '64k/event', '64k/1400', '64k-lines/16384', 'stream/openai/event', 'stream/openai/16384'];

const caseOf = (isStream) => ([workload, cut, target, nodeTarget = target]) => {
  const id = `${isStream ? 'stream/' : ''}${workload}/${cut}`;
  return { id, isStream, workload, cut, label: `${WORKLOADS[workload].what}, ${CUTS[cut]}`, target, nodeTarget, isQuick: QUICK.includes(id) };
};
export const cases = [...CASES.map(caseOf(false)), ...STREAMS.map(caseOf(true))];

/** The chunks of a case, of about `most` bytes at most: each has a buffer of its own, as a network's have. */
export function chunksOf({ workload, cut }, most = Infinity) {
  const { bytes, next } = WORKLOADS[workload];
  // Fragments take long to be fed.
  const wanted = Math.min(bytes, most, cut === 'fragments' ? 128 * KIB : Infinity);
  const random = generator();
  const events = [];
  for (let size = 0; size < wanted; ) {
    const event = encode(next(random));
    events.push(event);
    size += event.length;
  }
  if (cut === 'event') return events;
  const whole = join(events);
  const chunks = [];
  for (let at = 0; at < whole.length; ) {
    const size = cut === 'fragments' ? 1 + Math.floor(random() * 7) : Number(cut);
    chunks.push(whole.slice(at, at + size));
    at += size;
  }
  return chunks;
}

export function join(chunks) {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
