// Chinese text and emoji cut at every byte, through the platform's request: our class, and what people write in a callback by hand.

const DATA = '你好，世界😀：一个字符，三到四个字节👩‍👩‍👧‍👦𠀀';
const EVENT = `data: ${DATA}\n\n`;

const garbledIn = (text) => (text.match(/\ufffd/g) || []).length;

/** The n-th time it comes, the event is cut behind its n-th byte. */
const urlOf = (server) => {
  const bytes = new TextEncoder().encode(EVENT);
  const cuts = Array.from(bytes.keys()).slice(1).map((at) => (at - 1) * bytes.length + at);
  const body = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return { url: `${server}/stream?body=${body}&repeat=${cuts.length}&cut=${cuts.join()}&delay=4`, count: cuts.length };
};

const ours = (EventSource, url) => new Promise((resolve) => {
  const texts = [];
  const source = new EventSource(url, { reconnect: false });
  source.onmessage = ({ data }) => texts.push(data);
  source.onclose = () => resolve(texts);
});

/** The seed's way: a decoder for each chunk, and blocks by what lies between blank lines. */
const byHand = (url) => new Promise((resolve, reject) => {
  const texts = [];
  let rest = '';
  const task = wx.request({ url, enableChunked: true, responseType: 'arraybuffer', success: () => resolve(texts), fail: reject });
  task.onChunkReceived(({ data }) => {
    const blocks = (rest + new TextDecoder('utf-8').decode(new Uint8Array(data).slice())).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) texts.push(block.slice('data: '.length));
  });
});

/** Resolves to `[{ name, ok, error, ms, note }]`, as the harness gives results. */
export async function runContrast({ EventSource }, { server }) {
  const began = Date.now();
  const { url, count } = urlOf(server);
  const [mine, theirs] = await Promise.all([ours(EventSource, url), byHand(url)]);
  const wrong = mine.filter((text) => text !== DATA).length;
  const sum = (texts) => texts.reduce((total, text) => total + garbledIn(text), 0);
  const note = `${count} events, each cut at another byte: ${sum(mine)} garbled characters, ${mine.length - wrong} events as sent; by TextDecoder and split: ${sum(theirs)} garbled characters, `
    + `${theirs.filter((text) => text === DATA).length} events as sent`;
  const ok = mine.length === count && wrong === 0 && sum(mine) === 0 && sum(theirs) > 0;
  return [{ name: 'contrast: text cut at every byte', ok, error: ok ? undefined : note, note, ms: Date.now() - began }];
}
