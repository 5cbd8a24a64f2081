// One case in JavaScriptCore's shell, with what a mini program is given: bundled by run.mjs, which defines SETTINGS. The shell knows
// no CPU time, and has no TextDecoder: the bundle's is utf8.mjs.
import { createParser } from 'eventsource-parser';
import { getLines, getMessages } from '@microsoft/fetch-event-source/lib/esm/parse.js';
import { drivers } from './drivers.mjs';
import { measure, ratios } from './measure.mjs';
import { LoopDecoder } from './utf8.mjs';
import { cases, chunksOf } from './workloads.mjs';

/** Bytes: interpreters take their time. */
const MOST = 1 << 17;

/** The parser of mini programs, with one of its two engines: CommonJS, as the platforms load it. */
async function ourParser(folder, entry, engine) {
  const modules = {};
  const host = { instantiate: (path, imports) => WebAssembly.instantiate(readFile(`${folder}/eventsource_wasm.wasm`, 'binary'), imports) };
  const require = (name) => {
    const file = name.replace(/^\.\//, '');
    if (!modules[file]) {
      modules[file] = { exports: {} };
      const run = new Function('require', 'module', 'exports', 'WXWebAssembly', 'wx', readFile(`${folder}/${file}`));
      run(require, modules[file], modules[file].exports, engine === 'wasm' ? host : undefined, {});
    }
    return modules[file].exports;
  };
  const parser = require(entry);
  await parser.init({ engine });
  return parser;
}

async function run({ folder, entry, id, isQuick, ...settings }) {
  const chunks = chunksOf(cases.find((one) => one.id === id), MOST);
  const list = [];
  const withLoop = () => {
    let count = 0;
    let sum = 0;
    const decoder = new LoopDecoder();
    const parser = createParser({
      onEvent: ({ data }) => {
        count++;
        sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
      },
    });
    for (const chunk of chunks) parser.feed(decoder.decode(chunk));
    return [count, sum];
  };
  for (const engine of ['js', 'wasm']) {
    const all = drivers({ createParser, getLines, getMessages }, await ourParser(folder, entry, engine), chunks, () => preciseTime() * 1000);
    if (engine === 'js') list.push(...all.filter(({ name, isExtra }) => !name.startsWith('ours') && (!isExtra || (!isQuick && name === 'fetch-event-source'))));
    list.push(...all.filter(({ name, isExtra }) => name.startsWith('ours') && !isExtra).map(({ name, pass }) => ({ name: `${name} (${engine})`, pass })));
  }
  list.push({ name: 'eventsource-parser, decoding a byte at a time', pass: withLoop });
  const sample = async (index, count) => {
    try {
      const start = preciseTime();
      let result;
      for (; count > 0; count--) result = list[index].pass();
      return { ms: (preciseTime() - start) * 1000, result };
    } catch (error) {
      return { error: String(error.message) };
    }
  };
  print(JSON.stringify(ratios(await measure(list.map(({ name }) => name), sample, settings))));
}

run(SETTINGS).catch((error) => print(JSON.stringify([{ name: 'all', error: String(error.stack ?? error) }])));
drainMicrotasks();
