// Properties that only the package's own scripts read, glue included: their names end with an underscore, and become shorter.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const MARKED = /[A-Za-z]\w*_(?!\w)/g;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The scripts of a folder, and of those in it. */
const scripts = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return scripts(path);
    return /\.c?js$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });

/**
 * For esbuild: the marked names of a folder's scripts get the same short names in all bundles, since these share objects. The most
 * frequent ones get a letter.
 */
export const mangled = (folder) => {
  const counts = new Map();
  for (const [name] of scripts(folder).join('\n').matchAll(MARKED)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].sort(([one, count], [other, others]) => others - count || (one < other ? -1 : 1));
  const shortNames = [...LETTERS, ...LETTERS.map((letter) => `$${letter}`), ...LETTERS.map((letter) => `_${letter}`)];
  if (names.length > shortNames.length) throw new Error(`there are ${names.length} marked names: give them more short ones`);
  return { mangleProps: /[^_]_$/, mangleCache: Object.fromEntries(names.map(([name], at) => [name, shortNames[at]])) };
};

/** No public name is marked: it would become another. */
export const checkTypes = (types) => {
  const [marked] = types.replace(/\/\*[^]*?\*\//g, '').match(/\b[A-Za-z]\w*_\b/) ?? [];
  if (marked) throw new Error(`${marked} in a .d.ts has the mark of what is not public`);
};

/** Written by tools, or not bundled. */
const NOT_MARKED = /^(eventsource_wasm_bg|script-glue|wasm-inline)\.js$|^(bin|generated|taro-plugin)$|\.cjs$|^(taro|uni)\.js$/;

/** The names of properties in a folder's scripts. */
const propertiesIn = (folder, ts) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (NOT_MARKED.test(entry.name)) return [];
    if (entry.isDirectory()) return propertiesIn(path, ts);
    if (!entry.name.endsWith('.js')) return [];
    const names = [];
    const visit = (node) => {
      const isBound = ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && !node.dotDotDotToken;
      const isMember = ts.isPropertyAccessExpression(node) || ts.isObjectLiteralElement(node) || ts.isClassElement(node);
      const name = isBound ? (node.propertyName ?? node.name) : isMember ? node.name : undefined;
      if (name?.text) names.push(name.text);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS));
    return names;
  });

/** No property is marked in one place and not in another: what is read there would be undefined. */
export const checkMarks = (folder, ts) => {
  const names = new Set(propertiesIn(folder, ts));
  const mixed = [...names].filter((name) => /[^_]_$/.test(name) && names.has(name.slice(0, -1)));
  if (mixed.length > 0) throw new Error(`${mixed.join(', ')}: marked in one place, and not in another`);
};

/** A host shows the line that an error was thrown in: not all of the engine's digits with it. */
export const withLineOfDigits = (source) => source.replace(/(?<==)"[0-9a-f]{9999,}"/, '\n$&\n');
