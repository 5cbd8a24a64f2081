// What wasm-bindgen writes, made leaner: each function is read at every start, called or not.

/**
 * What futures run by: not by `queueMicrotask`, which tests replace together with the timers (Jest does), but by a promise, which is what they
 * fall back to. The global object has then one name.
 */
const withPromisesAlone = (glue) =>
  glue
    .replace('getObject(arg0).queueMicrotask', 'undefined')
    .replace(/^ *queueMicrotask\(getObject\(arg0\)\);\n/m, '')
    .replace(/typeof (global|self|window) === 'undefined' \? undefined : \1;/g, 'undefined;');

/**
 * Its functions as one table; as a namespace, the bundler would give each a getter. Those whose errors the engine takes are made once, not at
 * each call. A client is always freed by its connection, so that nothing needs to watch it. And the decoder is not made anew before
 * Safari's limit of 2 GB: only short texts go through it (data is decoded in batch.js).
 */
export const leanGlue = (glue) => {
  const names = [...glue.matchAll(/^export function (\$\w+)\(/gm)].map(([, name]) => name);
  const changed = withPromisesAlone(glue)
    .replace(/^export function (\$\w+)\(\) \{ return handleError\((function [^]*?\n\}), arguments\); \}$/gm, 'const $1 = caught($2);')
    .replace(/^function handleError\(f, args\) \{[^]*?^\}/m, (text) => text.replace('handleError(f, args) {', 'caught(f) {\n    return function () {').replace('args', 'arguments').replace(/\}$/, '};\n}'))
    .replaceAll('export function $', 'function $')
    // Nobody else reads these.
    .replaceAll('__wbg_ptr', 'pointer_')
    .replaceAll('__destroy_into_raw', 'intoPointer_')
    .replace(/^const MAX_SAFARI_DECODE_BYTES[^]*?^function decodeText\(bytes\) \{[^]*?^\}/m, 'function decodeText(bytes) {\n    return cachedTextDecoder.decode(bytes);\n}')
    .replace(/^if \(Symbol\.dispose\).*\n/gm, '')
    .replace(/^ *ClientFinalization\.(un)?register\(.*\n/gm, '')
    .replace(/^const ClientFinalization = [^;]*;\n/m, '');
  if (names.length === 0 || /ClientFinalization|SAFARI|handleError|queueMicrotask/.test(changed)) throw new Error('the glue is not as it was');
  return `${changed}
export const glue = { imports: { './eventsource_wasm_bg.js': { ${names.join(', ')} } }, use: __wbg_set_wasm, Client, Parser };
`;
};
