import { strings } from './strings.js';

const LANGUAGES = { en: 'en', zh: 'zh-CN' };
const KEY = 'eventsource-wasm.language';

let language = stored() ?? ((navigator.language || 'en').toLowerCase().startsWith('zh') ? 'zh' : 'en');
const listeners = [];

/** The text of `key` in the present language, as a plain string. */
export function text(key, values = {}) {
  return strings[language][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Puts the text of `key` into `element`, `backticks` as code. */
export function write(element, key, values) {
  // The template is split before it is filled in: a backtick from a server stays a backtick.
  const parts = strings[language][key].split('`');
  element.replaceChildren(...parts.map((part, i) => {
    const filled = part.replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole);
    if (i % 2 === 0) return filled;
    const code = document.createElement('code');
    code.textContent = filled;
    return code;
  }));
}

/** Calls `listener` now and whenever the language changes. */
export function onLanguage(listener) {
  listeners.push(listener);
  listener();
}

export function start() {
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => choose(button.dataset.language));
  }
  onLanguage(translateDocument);
}

function choose(next) {
  language = next;
  try { localStorage.setItem(KEY, next); } catch { /* storage may be forbidden; the choice then lasts for this page */ }
  for (const listener of listeners) listener();
}

function translateDocument() {
  document.documentElement.lang = LANGUAGES[language];
  for (const element of document.querySelectorAll('[data-t]')) write(element, element.dataset.t);
  for (const element of document.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', text(element.dataset.tLabel));
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === language));
  }
}

function stored() {
  try {
    const value = localStorage.getItem(KEY);
    return value in LANGUAGES ? value : null;
  } catch {
    return null;
  }
}
