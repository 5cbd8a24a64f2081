// Bundles the entries of mini programs: CommonJS files of ES5, with shared chunks.
// node mini-bundle.mjs <folder of node_modules> <staging folder with the mini glue> <folder for the results> <entry.js>…
//
// esbuild bundles and lowers syntax to ES2018, TypeScript goes on to ES5, esbuild minifies. Of TypeScript's ES5 two forms are
// replaced, since they are most of what ES5 costs: templates become sums, classes without a superclass become tables.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { mangled } from './internal.mjs';

const [tools, stage, folder, ...entries] = process.argv.slice(2);
const require = createRequire(join(resolve(tools), 'package.json'));
const esbuild = require('esbuild');
const ts = require('typescript');
const { factory } = ts;

/** Where they are for all files. */
const HELPERS_FILE = 'es5.js';
/** By the names under which TypeScript calls them. Spread is of plain objects and arrays only. */
const HELPERS = {
  __extends: `function (to, from) {
    Object.setPrototypeOf(to, from);
    to.prototype = Object.create(from.prototype, { constructor: { value: to, writable: true, configurable: true } });
  }`,
  __assign: 'Object.assign',
  __rest: `function (from, names) {
    var to = {};
    for (var name in from) if (names.indexOf(name) < 0) to[name] = from[name];
    return to;
  }`,
  __spreadArray: `function (to, from) {
    return to.concat(from);
  }`,
  __class: `function (constructor, methods, statics) {
    var define = function (to, from) {
      for (var name in from) {
        var property = Object.getOwnPropertyDescriptor(from, name);
        property.enumerable = false;
        Object.defineProperty(to, name, property);
      }
    };
    define(constructor.prototype, methods);
    define(constructor, statics);
    return constructor;
  }`,
};

/** In the file: its third letter, which is another for each. */
const nameOf = (helper) => helper[2];

/**
 * What no mini program has: code for it is left out. Where a tool has the classes all the same, a class of ES5 could not extend them. Mini
 * programs do have a console; what asks for `globalThis.console` is left out too, since it takes more bytes than it is worth there.
 */
const ABSENT = [
  ...['globalThis.EventTarget', 'globalThis.Event', 'globalThis.MessageEvent', 'globalThis.document', 'globalThis.location'],
  ...['globalThis.TextDecoder', 'globalThis.TextEncoder', 'globalThis.addEventListener', 'globalThis.WebAssembly', 'globalThis.console', 'reportError', 'DOMException', 'Request'],
];

/** Some hosts (Douyin) have no `globalThis` in a module. */
const GLOBAL = '__global_this';

/** `a${b}c` as "a" + b + "c". */
const withSums = (context) => {
  const visit = (given) => {
    const node = ts.visitEachChild(given, visit, context);
    if (!ts.isTemplateExpression(node)) return node;
    const parts = [factory.createStringLiteral(node.head.text)];
    for (const { expression, literal } of node.templateSpans) {
      parts.push(factory.createParenthesizedExpression(expression));
      if (literal.text !== '') parts.push(factory.createStringLiteral(literal.text));
    }
    // A sum that begins with a string is one.
    const begin = parts[0].text === '' && parts.length > 2 && ts.isStringLiteral(parts[2]) ? parts.slice(1) : parts;
    return factory.createParenthesizedExpression(begin.reduce((sum, part) => factory.createAdd(sum, part)));
  };
  return (file) => ts.visitNode(file, visit);
};

/** A class that extends nothing and has no computed names, as `__class(constructor, methods, statics)`. */
const withTables = (context) => {
  const tableOf = (members) =>
    factory.createObjectLiteralExpression(
      members.map((member) =>
        ts.isMethodDeclaration(member)
          ? factory.createPropertyAssignment(member.name, functionOf(member))
          : ts.isGetAccessorDeclaration(member)
            ? factory.createGetAccessorDeclaration(undefined, member.name, member.parameters, undefined, member.body)
            : factory.createSetAccessorDeclaration(undefined, member.name, member.parameters, member.body),
      ),
    );
  const functionOf = ({ parameters, body }) => factory.createFunctionExpression(undefined, undefined, undefined, undefined, parameters, undefined, body);
  const isPlain = (member) =>
    ts.isConstructorDeclaration(member) ||
    ((ts.isMethodDeclaration(member) || ts.isAccessor(member)) && ts.isIdentifier(member.name) && !member.asteriskToken && !isAsync(member));
  const isAsync = (member) => member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  const isStatic = (member) => member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  const callOf = (node) => {
    const members = node.members.filter((member) => !ts.isSemicolonClassElement(member));
    if (node.heritageClauses?.length || !members.every(isPlain)) return undefined;
    const made = members.find(ts.isConstructorDeclaration) ?? { parameters: [], body: factory.createBlock([]) };
    const tables = [false, true].map((wanted) => members.filter((member) => !ts.isConstructorDeclaration(member) && !!isStatic(member) === wanted));
    const given = [functionOf(made), tableOf(tables[0]), ...(tables[1].length > 0 ? [tableOf(tables[1])] : [])];
    return factory.createCallExpression(factory.createIdentifier('__class'), undefined, given);
  };
  const visit = (given) => {
    const node = ts.visitEachChild(given, visit, context);
    if (ts.isClassExpression(node) && !node.name) return callOf(node) ?? node;
    if (!ts.isClassDeclaration(node) || node.modifiers?.length) return node;
    const call = callOf(node);
    return call ? factory.createVariableStatement(undefined, [factory.createVariableDeclaration(node.name, undefined, undefined, call)]) : node;
  };
  return (file) => ts.visitNode(file, visit);
};

const { outputFiles, metafile } = await esbuild.build({
  absWorkingDir: resolve(stage),
  entryPoints: entries,
  outdir: resolve(folder),
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  minifySyntax: true,
  // Or a variable named `exports` would be the module's.
  minifyIdentifiers: true,
  format: 'esm',
  target: 'es2018',
  define: {
    // For the engine, beside the bundle, when it is needed: esbuild shall not look at it.
    require: '__require_file',
    globalThis: GLOBAL,
    ...Object.fromEntries(ABSENT.map((name) => [name, 'undefined'])),
  },
  chunkNames: 'chunk-[hash]',
  ...mangled(resolve(stage)),
  inject: ['text-codec.js', 'mini/url.js'].map((name) => resolve(stage, name)),
  platform: 'neutral',
  legalComments: 'none',
  logLevel: 'warning',
});
const minified = async (script) =>
  (await esbuild.transform(script, { minify: true, format: 'cjs', target: 'es5', legalComments: 'none', logLevel: 'warning' })).code;

for (const { path, text } of outputFiles) {
  const { outputText } = ts.transpileModule(text.replaceAll('__require_file', 'require'), {
    compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS, noEmitHelpers: true, allowJs: true, ignoreDeprecations: '5.0' },
    transformers: { before: [withSums, withTables] },
  });
  const missing = outputText.match(/\b__(values|read|generator|awaiter|asyncValues|makeTemplateObject|import\w+|export\w+)\(/);
  if (missing) throw new Error(`${path} needs TypeScript's helper ${missing[0]}: write it without`);
  const script = outputText
    // No function of ours looks at the `this` of a plain call.
    .replace(/\(0, (\w+\.\w+)\)\(/g, '$1(')
    // What is exported again never changes.
    .replace(/Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+\.\w+); \} \}\);/g, 'exports.$1 = $2;')
    .replace(/^(exports\.\w+ = )+void 0;$/m, '')
    .replace(/^Object\.defineProperty\(exports, "__esModule", .*$/m, '');
  const names = Object.keys(HELPERS).filter((name) => outputText.includes(`${name}(`));
  const loaded = names.length === 0 ? '' : `var __helpers = require("./${HELPERS_FILE}");\n${names.map((name) => `var ${name} = __helpers.${nameOf(name)};\n`).join('')}`;
  const global = script.includes(GLOBAL) ? `var ${GLOBAL} = typeof globalThis == 'undefined' ? {} : globalThis;\n` : '';
  // Or a class could be called without `new`.
  writeFileSync(path, `"use strict";${await minified(loaded + global + script)}`);
}
writeFileSync(join(folder, HELPERS_FILE), await minified(Object.entries(HELPERS).map(([name, code]) => `exports.${nameOf(name)} = ${code};\n`).join('')));

// What each file loads, for `cargo xtask size`.
const outputs = Object.entries(metafile.outputs).map(([path, { imports }]) => [
  basename(path),
  [HELPERS_FILE, ...imports.filter(({ external }) => !external).map(({ path }) => basename(path))],
]);
writeFileSync(resolve(stage, '../mini-bundle.json'), `${JSON.stringify(Object.fromEntries(outputs), null, 2)}\n`);
