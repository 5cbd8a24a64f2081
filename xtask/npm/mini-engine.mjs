// From wasm-bindgen's module for mini programs: the wasm, its .br, and the engine in JavaScript. Its glue is changed in its place.
// node mini-engine.mjs <folder of node_modules> <bindgen.wasm> <folder for the results> <name of the wasm>
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { leanGlue } from './glue.mjs';

const [tools, bindgen, folder, name] = process.argv.slice(2);
const require = createRequire(join(resolve(tools), 'package.json'));
const esbuild = require('esbuild');
const ts = require('typescript');
const binaryen = (program, ...words) =>
  execFileSync(process.execPath, [join(resolve(tools), 'node_modules/.bin', program), ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });

// The memory of the engine in JavaScript grows by another buffer, and the old one is never detached.
const glue = bindgen.replace(/\.wasm$/, '.js');
const changed = leanGlue(readFileSync(glue, 'utf8'))
  .replace(/(cachedUint\d+ArrayMemory0)\.byteLength === 0/g, '$1.buffer !== wasm.memory.buffer')
  .replace(/cachedDataViewMemory0\.buffer\.detached === true \|\| \(cachedDataViewMemory0\.buffer\.detached === undefined && ([^()]+)\)/g, '$1');
if (/\.detached|byteLength === 0/.test(changed)) throw new Error('the glue is not as it was');
writeFileSync(glue, changed);

const lowered = join(folder, 'lowered.wasm');
const engine = 'engine.js';
const small = join(folder, 'small.wasm');
const wasm = join(folder, name);
// Features are said here alone, so that no later pass brings one back.
const strip = ['--strip-target-features', '--strip-debug', '--strip-producers'];
binaryen('wasm-opt', bindgen, '--signext-lowering', '--llvm-nontrapping-fptoint-lowering', ...strip, '-o', lowered);
// Bulk memory is lowered for the wasm, and becomes methods of typed arrays in JavaScript.
const features = ['--mvp-features', '--enable-bulk-memory', '--enable-bulk-memory-opt'];
binaryen('wasm-opt', lowered, ...features, '-Oz', '--flatten', '--rereloop', '-Oz', '-Oz', '-o', small);
binaryen('wasm-opt', small, ...features, '--llvm-memory-copy-fill-lowering', '-Oz', ...strip, '-o', wasm);

const bytes = readFileSync(wasm);
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
writeFileSync(`${wasm}.br`, brotliCompressSync(bytes, { params }));

const asm = binaryen('wasm2js', '-Oz', ...features, small);

/** The text between two marks; without them the build fails, since wasm2js has changed. */
const between = (text, from, to) => {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start + from.length);
  if (start < 0 || end < 0) throw new Error(`wasm2js has written no ${JSON.stringify(from)} … ${JSON.stringify(to)}`);
  return text.slice(start + from.length, end);
};

// wasm2js writes data as base64; as a string of its bytes it is smaller, and needs no decoder.
const escape = (byte, next) => {
  if (byte === 0) return next >= 0x30 && next <= 0x39 ? '\\x00' : '\\0';
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
};
const segments = [...asm.matchAll(/^ *base64DecodeToExistingUint8Array\(bufferView, (\d+), "([^"]*)"\);$/gm)];
const data = segments.filter(([, , base64]) => base64 !== '').map(([, address, base64]) => {
  const bytes = [...Buffer.from(base64, 'base64')];
  return ` put(${address}, "${bytes.map((byte, at) => escape(byte, bytes[at + 1])).join('')}");\n`;
});

const VIEWS = { HEAP8: 'Int8', HEAP16: 'Int16', HEAP32: 'Int32', HEAPU8: 'Uint8', HEAPU16: 'Uint16', HEAPU32: 'Uint32', HEAPF32: 'Float32', HEAPF64: 'Float64' };
const START = ' bufferView = HEAPU8;\n initActiveSegments(imports);\n';
const memory = Number(between(asm, ' var buffer = new ArrayBuffer(', ')'));
const functions = between(asm, ' var HEAPF64 = new Float64Array(buffer);\n', START).replace(/\bMath_(?=\w+\()/g, 'Math.').replace(/^ var Math_.*\n/gm, '');
const exported = between(asm.slice(asm.indexOf(START)), ' return {\n', '\n };\n}').replace(/^ *"memory": Object\.create\([^]*?\n {2}\}\)/, ' "memory": { get buffer() { return HEAPU8.buffer; } }');
// Functions that are called by their address; the smallest engine has none.
const table = /^ var FUNCTION_TABLE = \[[^\]]*\];\n/m.exec(asm)?.[0] ?? '';
const views = Object.entries(VIEWS).filter(([name]) => name === 'HEAPU8' || new RegExp(`\\b${name}\\b`).test(functions));
const imports = [...functions.matchAll(/^ var \w+ = imports.*\n/gm)].map(([line]) => line);

// `memory` is as in WebAssembly, but that growing leaves the old buffer as it was. It stays below 2 ** 31, so that no address is negative.
const script = `exports.instantiate = function (imports) {
 var ${views.map(([name]) => name).join(', ')};
 function use(buffer) {
  ${views.map(([name, type]) => `${name} = new ${type}Array(buffer);`).join('\n  ')}
 }
 function put(address, text) {
  for (var at = 0; at < text.length; at++) HEAPU8[address + at] = text.charCodeAt(at);
 }
 function __wasm_memory_size() {
  return HEAPU8.length >> 16;
 }
 function __wasm_memory_grow(pages) {
  var old = HEAPU8;
  var size = old.length + pages * 65536;
  if (pages > 0) {
   if (size > 2147418112) return -1;
   try {
    use(new ArrayBuffer(size));
   } catch (error) {
    return -1;
   }
   HEAPU8.set(old);
  }
  return old.length >> 16;
 }
 function wasm2js_memory_fill(to, value, size) {
  HEAPU8.fill(value, to, to + size);
 }
 function wasm2js_memory_copy(to, from, size) {
  HEAPU8.copyWithin(to, from, from + size);
 }
 function wasm2js_trap() {
  throw new Error('unreachable');
 }
 use(new ArrayBuffer(${memory}));
${data.join('')}${functions}${table} return {
${exported}
 };
};
`;
/**
 * wasm2js writes `while (1) { A; if (B) { C; continue } break }`, and this `while (1) { A; if (!B) break; C }`, or, without A,
 * `while (B) { C }`.
 */
const withConditions = (context) => {
  const isJump = (node, isKind) => node !== undefined && isKind(node) && !node.label;
  const { factory } = ts;
  const visit = (given) => {
    const node = ts.visitEachChild(given, visit, context);
    if (!ts.isWhileStatement(node) || !ts.isBlock(node.statement)) return node;
    const before = node.statement.statements.slice(0, -2);
    const [test, end] = node.statement.statements.slice(-2);
    if (!isJump(end, ts.isBreakStatement) || !ts.isIfStatement(test) || test.elseStatement || !ts.isBlock(test.thenStatement)) return node;
    const inner = test.thenStatement.statements.slice(0, -1);
    if (!isJump(test.thenStatement.statements[inner.length], ts.isContinueStatement)) return node;
    if (before.length === 0) return factory.createWhileStatement(test.expression, factory.createBlock(inner));
    const leave = factory.createIfStatement(factory.createLogicalNot(factory.createParenthesizedExpression(test.expression)), end);
    return factory.createWhileStatement(node.expression, factory.createBlock([...before, leave, ...inner]));
  };
  return (file) => ts.visitNode(file, visit);
};

/** `HEAPU8[a + b | 0]` without the `| 0`: addresses are far below 2 ** 31, and behind the memory a view has nothing. */
const withPlainIndexes = (context) => {
  const visit = (given) => {
    const node = ts.visitEachChild(given, visit, context);
    if (!ts.isElementAccessExpression(node) || !/^HEAPU?8$/.test(node.expression.text)) return node;
    const { argumentExpression: index } = node;
    const isInt = ts.isBinaryExpression(index) && index.operatorToken.kind === ts.SyntaxKind.BarToken && index.right.text === '0';
    return isInt ? ts.factory.createElementAccessExpression(node.expression, index.left) : node;
  };
  return (file) => ts.visitNode(file, visit);
};

/**
 * wasm's locals begin as 0. Where a variable is mentioned only within one block, and first by a statement of that very block which
 * sets it, the 0 is never read: a block is entered at its start only (the cases of a `switch` are no block).
 */
const withoutZeros = (context) => {
  const isSet = (first, uses) => {
    const { parent: assignment } = first;
    if (!ts.isBinaryExpression(assignment) || assignment.left !== first || assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
    const { parent: statement } = assignment;
    if (!ts.isExpressionStatement(statement) || !ts.isBlock(statement.parent)) return false;
    const block = statement.parent;
    return uses.every((use) => use === first || (use.pos >= assignment.end && use.end <= block.end));
  };
  const visit = (node) => {
    if (!ts.isFunctionDeclaration(node)) return ts.visitEachChild(node, visit, context);
    const uses = new Map();
    const collect = (inner) => {
      if (ts.isIdentifier(inner) && !ts.isVariableDeclaration(inner.parent)) uses.set(inner.text, [...(uses.get(inner.text) ?? []), inner]);
      ts.forEachChild(inner, collect);
    };
    collect(node.body);
    const declare = (inner) => {
      if (!ts.isVariableDeclaration(inner) || inner.initializer?.getText() !== '0') return ts.visitEachChild(inner, declare, context);
      const of = uses.get(inner.name.text) ?? [];
      return of.length > 0 && isSet(of[0], of) ? ts.factory.createVariableDeclaration(inner.name) : inner;
    };
    return ts.visitEachChild(node, declare, context);
  };
  return (file) => ts.visitNode(file, visit);
};

const transformed = (text, transformer) => {
  const file = ts.createSourceFile(engine, text, ts.ScriptTarget.ES5, true, ts.ScriptKind.JS);
  return ts.createPrinter().printFile(ts.transform(file, [transformer]).transformed[0]);
};
const lean = [withoutZeros, withConditions, withPlainIndexes].reduce(transformed, script);
const { code } = await esbuild.transform(lean, { minify: true, format: 'cjs', target: 'es5', legalComments: 'none', logLevel: 'warning' });
writeFileSync(join(folder, engine), code);
