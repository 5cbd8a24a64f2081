// What wasm-bindgen writes, with its functions as one table: as a namespace the bundler would give each a getter, which is a function more
// to be read at each start.

export const withTable = (glue) => {
  const names = [...glue.matchAll(/^export function (\$\w+)\(/gm)].map(([, name]) => name);
  if (names.length === 0) throw new Error('the glue is not as it was');
  return `${glue.replaceAll('export function $', 'function $')}
export const glue = { imports: { './eventsource_wasm_bg.js': { ${names.join(', ')} } }, use: __wbg_set_wasm, Client, Parser };
`;
};
