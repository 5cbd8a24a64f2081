// Checks that every script of a folder is what the oldest mini program hosts take: ES5, and nothing that they forbid.
// node mini-check.mjs <folder of node_modules> <folder>
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [tools, folder] = process.argv.slice(2);
const ts = createRequire(join(resolve(tools), 'package.json'))('typescript');
const { SyntaxKind: Kind } = ts;

/** Syntax that came after ES5. */
const LATER = new Set([
  Kind.ArrowFunction, Kind.ClassDeclaration, Kind.ClassExpression, Kind.SuperKeyword, Kind.MetaProperty, Kind.TemplateExpression,
  Kind.NoSubstitutionTemplateLiteral, Kind.TaggedTemplateExpression, Kind.SpreadElement, Kind.SpreadAssignment, Kind.ObjectBindingPattern,
  Kind.ArrayBindingPattern, Kind.ShorthandPropertyAssignment, Kind.MethodDeclaration, Kind.ComputedPropertyName, Kind.ForOfStatement,
  Kind.YieldExpression, Kind.AwaitExpression, Kind.BigIntLiteral, Kind.ImportDeclaration, Kind.ExportDeclaration, Kind.ExportAssignment,
  Kind.ImportKeyword, Kind.PrivateIdentifier, Kind.QuestionDotToken, Kind.QuestionQuestionToken, Kind.AsteriskAsteriskToken,
  Kind.QuestionQuestionEqualsToken, Kind.BarBarEqualsToken, Kind.AmpersandAmpersandEqualsToken, Kind.AsteriskAsteriskEqualsToken,
]);
const FORBIDDEN = new Set(['eval', 'Function', 'BigInt', 'BigInt64Array', 'BigUint64Array']);

/** What is wrong with a node, if anything is. */
const fault = (node, source) => {
  const text = () => node.getText(source);
  if (LATER.has(node.kind)) return Kind[node.kind];
  if (ts.isVariableDeclarationList(node) && node.flags & ts.NodeFlags.BlockScoped) return 'let or const';
  if (ts.isCatchClause(node) && !node.variableDeclaration) return 'catch without a name';
  if (ts.isParameter(node) && (node.initializer || node.dotDotDotToken)) return 'default or rest parameter';
  if (ts.isFunctionLike(node) && (node.asteriskToken || node.modifiers?.length)) return 'generator or async function';
  if (ts.isCallLikeExpression(node) && node.arguments?.hasTrailingComma) return 'comma behind the last argument';
  if (ts.isNumericLiteral(node) && /^0[bo]|_/i.test(text())) return 'number of a later form';
  if (ts.isRegularExpressionLiteral(node) && (/\/[gim]*[^gim/]+[gim]*$/.test(text()) || /\(\?<|\\[pPk][{<]/.test(text()))) return 'regular expression of a later form';
  // Behind `typeof` a name does no harm.
  if (ts.isIdentifier(node) && FORBIDDEN.has(node.text) && !isProperty(node) && !ts.isTypeOfExpression(node.parent)) return node.text;
  return undefined;
};

const isProperty = ({ parent, ...node }) =>
  (ts.isPropertyAccessExpression(parent) && parent.name.pos === node.pos) || (ts.isPropertyAssignment(parent) && parent.name.pos === node.pos);

let failed = false;
for (const name of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.js'))) {
  const source = ts.createSourceFile(name, readFileSync(join(folder, name), 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const say = (node, what) => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    console.error(`${name}:${line + 1}:${character + 1}: ${what}: ${node.getText(source).slice(0, 80)}`);
    failed = true;
  };
  for (const { start, messageText } of source.parseDiagnostics) {
    console.error(`${name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')} at ${start}`);
    failed = true;
  }
  const visit = (node) => {
    const what = fault(node, source);
    if (what) say(node, what);
    ts.forEachChild(node, visit);
  };
  visit(source);
}
process.exitCode = failed ? 1 : 0;
