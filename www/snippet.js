/** The source text of a program that does what the form says. */
export function snippet({ url, init, types }) {
  const options = Object.entries(init)
    .filter(([name, value]) => name !== 'method' || value !== 'GET')
    .map(([name, value]) => `  ${name}: ${literal(value)},\n`);
  const target = quote(absolute(url));
  return [
    "import { EventSource } from 'eventsource-wasm';\n",
    options.length === 0
      ? `const source = new EventSource(${target});\n`
      : `const source = new EventSource(${target}, {\n${options.join('')}});\n`,
    'const show = ({ type, data }) => console.log(type, data);',
    ...['message', ...types].map((type) => `source.addEventListener(${quote(type)}, show);`),
    "\nsource.onopen = () => console.log('open');",
    'source.onerror = (event) => console.log(event.message);',
    'source.onclose = (event) => console.log(event.reason);',
    '// source.close();',
  ].join('\n');
}

const TOKENS = /(\/\/.*)|('(?:\\.|[^'\\\n])*')|\b(import|from|const|new|for|await|true|false)\b/g;

/** Writes `code` into `element`, its strings, words and comments marked. */
export function highlight(element, code) {
  const parts = [];
  let end = 0;
  for (const match of code.matchAll(TOKENS)) {
    const span = document.createElement('span');
    span.className = match[1] ? 'code-comment' : match[2] ? 'code-string' : 'code-word';
    span.textContent = match[0];
    parts.push(code.slice(end, match.index), span);
    end = match.index + match[0].length;
  }
  element.replaceChildren(...parts, code.slice(end));
}

// A copied program runs elsewhere, where "/demo/ticks" means nothing.
function absolute(url) {
  try {
    return new URL(url, location.href).href;
  } catch {
    return url;
  }
}

function literal(value) {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).map(([name, field]) => `${propertyName(name)}: ${literal(field)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  return String(value);
}

function propertyName(name) {
  // As a literal's key, `__proto__` would set the prototype.
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function quote(text) {
  return `'${JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}
