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
  const [marked] = types.replace(/\/\*[^]*?\*\/|\/\/.*/g, '').match(/[A-Za-z]\w*_(?=\??\s*[:(])/) ?? [];
  if (marked) throw new Error(`${marked} in a .d.ts has the mark of what is not public`);
};

/** A host shows the line that an error was thrown in: not all of the engine's digits with it. */
export const withLineOfDigits = (source) => source.replace(/(?<==)"[0-9a-f]{9999,}"/, '\n$&\n');
