import { EventSource } from '/pkg/esm/index.js';
import { breakConnection, newClient } from './demo-server.js';
import { onLanguage, text, write } from './language.js';
import { Sequence } from './sequence.js';
import { highlight } from './snippet.js';

const TURNS = 20;
const CODE = `import { EventSource } from 'eventsource-wasm';

const source = new EventSource('/demo/chat', {
  method: 'POST',
  headers: { Authorization: 'Bearer demo' },
  body: { message },
});
source.addEventListener('token', (event) => answer.append(JSON.parse(event.data).text));
source.addEventListener('close', (event) => console.log(event.reason)); // 'ended', 'closed' or 'failed'

// Stop: source.close();`;

const client = newClient();
const $ = (id) => document.getElementById(id);

let source = null;
let status = { tone: 'idle', key: 'chat.idle' };
let counts;
let startedAt = 0;

export function startChat() {
  $('chat-form').addEventListener('submit', (event) => {
    event.preventDefault();
    ask($('chat-message').value);
  });
  $('chat-stop').addEventListener('click', () => source.close());
  $('chat-break').addEventListener('click', () => {
    if ($('chat-break').ariaDisabled === 'true') return;
    breakConnection(client).catch(() => setStatus('bad', 'break.failed'));
  });
  highlight($('chat-snippet'), CODE);

  let suggestion = '';
  onLanguage(() => {
    const field = $('chat-message');
    if (field.value === suggestion) field.value = text('chat.default');
    suggestion = text('chat.default');
    showStatus();
  });
}

function ask(message) {
  const log = $('chat-log');
  bubble('question').textContent = message;
  const answer = bubble('answer');
  answer.dataset.state = 'streaming';
  const words = answer.appendChild(document.createTextNode(''));
  while (log.childElementCount > 2 * TURNS) log.firstElementChild.remove();
  // Spoken as a whole when it is complete, not token by token.
  log.setAttribute('aria-busy', 'true');
  log.scrollTop = log.scrollHeight;

  counts = { tokens: 0, characters: 0, garbled: 0 };
  startedAt = performance.now();
  const sequence = new Sequence(0);
  let expectedCharacters = null;
  let failure = '';

  source = new EventSource(`/demo/chat?client=${client}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer demo' },
    body: { message },
  });
  source.addEventListener('open', () => {
    setStatus('ok', 'chat.streaming');
    showButtons();
  });
  source.addEventListener('token', (event) => {
    const token = JSON.parse(event.data).text;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    words.appendData(token);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
    counts.tokens += 1;
    for (const character of token) {
      counts.characters += 1;
      if (character === '\uFFFD') counts.garbled += 1;
    }
    sequence.see(event.lastEventId);
    showCounts();
  });
  source.addEventListener('done', (event) => {
    expectedCharacters = JSON.parse(event.data).characters;
    sequence.see(event.lastEventId);
  });
  source.addEventListener('error', (event) => {
    if (event.retryIn === null) failure = event.message;
    else setStatus('wait', 'chat.resuming', { id: event.target.lastEventId });
    showButtons();
  });
  source.addEventListener('close', (event) => {
    const isWhole = sequence.gaps === 0 && sequence.duplicates === 0 && counts.characters === expectedCharacters;
    const [tone, key] = {
      ended: isWhole ? ['ok', 'chat.ended'] : ['bad', 'chat.incomplete'],
      closed: ['idle', 'chat.stopped'],
      failed: ['bad', 'chat.failed'],
    }[event.reason];
    const values = { message: failure, tokens: counts.tokens };
    answer.dataset.state = event.reason;
    setStatus(tone, key, values);
    if (event.reason !== 'ended') {
      const note = answer.appendChild(document.createElement('span'));
      note.className = 'stopped';
      note.textContent = text(key, values);
      log.scrollTop = log.scrollHeight;
    }
    log.setAttribute('aria-busy', 'false');
    const hadFocus = [$('chat-stop'), $('chat-break')].includes(document.activeElement);
    showButtons();
    if (hadFocus) $('chat-message').focus();
  });

  setStatus('wait', 'chat.waiting');
  showCounts();
  showButtons();
}

function bubble(kind) {
  const element = document.createElement('div');
  element.className = `bubble ${kind}`;
  return $('chat-log').appendChild(element);
}

function setStatus(tone, key, values) {
  status = { tone, key, values };
  showStatus();
}

function showStatus() {
  write($('chat-status'), status.key, status.values);
  $('chat-status').dataset.tone = status.tone;
}

function showCounts() {
  $('chat-tokens').textContent = counts.tokens;
  $('chat-characters').textContent = counts.characters;
  $('chat-garbled').textContent = counts.garbled;
  $('chat-garbled').dataset.tone = counts.garbled === 0 ? 'ok' : 'bad';
  $('chat-elapsed').textContent = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

function showButtons() {
  const isClosed = source.readyState === EventSource.CLOSED;
  $('chat-send').disabled = !isClosed;
  $('chat-stop').disabled = isClosed;
  $('chat-break').ariaDisabled = String(source.readyState !== EventSource.OPEN);
}
