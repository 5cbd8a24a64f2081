// Compares what each entry of the built package exports at run time, by import and by require, with the values that
// its declarations promise.
// node exports.mjs <folder of node_modules> <package folder>
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [tools, folder] = process.argv.slice(2);
const ts = createRequire(join(resolve(tools), 'package.json'))('typescript');
const pkg = resolve(folder);
const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));

// The package imports itself by name, so that `exports` is what decides. One process for each entry and way in.
function runtimeNames(specifier, way) {
  const load = way === 'import' ? `await import(${JSON.stringify(specifier)})` : `require(${JSON.stringify(specifier)})`;
  // The default export of a CommonJS file is all of them, and no name of its own.
  const isName = `(name) => name !== '__esModule' && (name !== 'default' || typeof found.default !== 'object')`;
  const code = `(async () => { const found = ${load}; console.log(JSON.stringify(Object.keys(found).filter(${isName}))); })()
    .catch((error) => { console.error(error); process.exit(1); });`;
  const type = way === 'import' ? 'module' : 'commonjs';
  const output = execFileSync(process.execPath, [`--input-type=${type}`, '-e', code], { cwd: pkg, encoding: 'utf8' });
  return JSON.parse(output).filter((name) => name !== 'module.exports').sort();
}

function declaredNames(file, way) {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2020,
    lib: ['lib.es2020.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    noEmit: true,
    strict: true,
  });
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(file));
  if (!symbol) throw new Error(`${file} is not a module`);
  // The module is a function, which an import sees as its default.
  if (symbol.exports.has('export=')) return way === 'import' ? ['default'] : [];
  return checker
    .getExportsOfModule(symbol)
    .filter((found) => !isTypeOnly(found))
    .filter((found) => (found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found).flags & ts.SymbolFlags.Value)
    .map((found) => found.name)
    .sort();
}

function isTypeOnly(symbol) {
  return symbol.declarations?.some((found) => ts.isExportSpecifier(found) && (found.isTypeOnly || found.parent.parent.isTypeOnly));
}

let failed = false;
for (const [entry, conditions] of Object.entries(manifest.exports)) {
  if (typeof conditions === 'string') continue;
  const specifier = manifest.name + entry.slice(1);
  for (const way of ['import', 'require']) {
    const types = conditions[way]?.types ?? conditions.types;
    if (!types || !(conditions[way] ?? conditions.default)) {
      console.error(`${specifier}: exports has no types or no code for ${way}`);
      failed = true;
      continue;
    }
    const declared = declaredNames(join(pkg, types), way).join(', ');
    const runtime = runtimeNames(specifier, way).join(', ');
    if (declared === runtime) {
      console.log(`${way} ${specifier}: ${runtime}`);
    } else {
      console.error(`${way} ${specifier} exports ${runtime || 'nothing'}; ${types} declares ${declared || 'nothing'}`);
      failed = true;
    }
  }
}
process.exitCode = failed ? 1 : 0;
