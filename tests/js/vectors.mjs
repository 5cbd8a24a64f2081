// The vectors, read from the disk.
import { readFileSync, readdirSync } from 'node:fs';

const FOLDER = new URL('../vectors/', import.meta.url);

/** `[{ file, section, vectors }]` */
export function readVectors() {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json')).sort();
  return files.map((name) => ({ file: name.replace('.json', ''), ...JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) }));
}
