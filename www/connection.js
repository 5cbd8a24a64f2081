import { EventSource } from '/pkg/esm/index.js';
import { asClient, breakConnection, demoStream, newClient } from './demo-server.js';
import { EventList } from './event-list.js';
import { onLanguage, text, write } from './language.js';
import { readRequest } from './request-form.js';
import { Sequence } from './sequence.js';
import { highlight, snippet } from './snippet.js';

const LIMITS = /^(LineTooLong|EventTooLarge|TooMuchPending|InvalidUtf8)/;
const client = newClient();
const $ = (id) => document.getElementById(id);

let source = null;
let breakable = null;
let list;
let status = { tone: 'idle', key: 'status.idle' };
let retryAt = 0;
let retryIn = 0;
let events = 0;
let resumes = 0;
/** The last event's ID when the connection broke, until the next event shows whether anything was lost. */
let brokenAfter = null;
let wasOpen = false;
/** Whether the connection that failed last had been open. */
let hasBroken = false;
let isOpen = false;
let lastError = null;
let sequence = null;

export function startConnection() {
  const form = $('request-form');
  list = new EventList($('events'), $('events-empty'));

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    connect();
  });
  form.addEventListener('input', showRequest);
  $('close').addEventListener('click', () => source?.close());
  $('break').addEventListener('click', breakIt);
  $('clear').addEventListener('click', () => list.clear());
  $('copy').addEventListener('click', copySnippet);
  setInterval(showCountdown, 100);

  onLanguage(() => {
    showRequest();
    showAll();
    list.redraw();
  });
}

function connect() {
  const request = readRequest($('request-form'));
  if (!showProblem(request.problem)) return;

  const url = asClient(request.url, client);
  let opened;
  try {
    opened = new EventSource(url, request.init);
  } catch (error) {
    const field = error.name === 'SyntaxError' ? $('url') : null;
    showProblem({ key: 'problem.rejected', values: { message: error.message }, field });
    return;
  }

  source = opened;
  const stream = demoStream(url);
  breakable = stream?.searchParams.get('client') ?? null;
  // Only our ticks are known to number every event; elsewhere an ID may be missing, repeated or no number.
  sequence = stream?.pathname === '/demo/ticks' ? new Sequence() : null;
  events = resumes = retryAt = 0;
  brokenAfter = lastError = null;
  wasOpen = hasBroken = isOpen = false;
  $('verdict').hidden = true;
  list.clear();
  list.addNote('idle', 'note.connecting');
  setStatus('wait', 'status.connecting');

  // A server may name an event "error", too: that one is a MessageEvent.
  for (const [type, listener] of [['open', onOpen], ['error', onError], ['close', onClose]]) {
    source.addEventListener(type, (event) => (event instanceof MessageEvent ? onEvent : listener)(event));
  }
  for (const type of ['message', ...request.types]) source.addEventListener(type, onEvent);

  showAll();
  $('close').focus({ preventScroll: true });
  showConnectionCard();
}

function onOpen(event) {
  retryAt = 0;
  const values = { status: event.status, id: source.lastEventId };
  if (!wasOpen) list.addNote('ok', 'note.open', values);
  else if (source.lastEventId !== '') list.addNote('ok', 'note.resumed', values);
  else list.addNote('wait', 'note.reopened', values);
  wasOpen = isOpen = true;
  setStatus('ok', 'status.open');
  showAll();
}

function onEvent(event) {
  events += 1;
  list.addEvent(event.type, event.data, event.lastEventId);
  if (sequence) {
    const inSequence = sequence.see(event.lastEventId);
    if (brokenAfter !== null) showResumption(brokenAfter, event.lastEventId, inSequence);
  }
  brokenAfter = null;
  showFacts();
}

function onError(event) {
  lastError = event;
  hasBroken = isOpen;
  isOpen = false;
  if (event.retryIn === null) return; // `close` follows at once and says more.
  if (wasOpen && brokenAfter === null && source.lastEventId !== '') brokenAfter = source.lastEventId;
  retryIn = event.retryIn;
  retryAt = performance.now() + retryIn;
  list.addNote('wait', hasBroken ? 'note.broke' : 'note.unreached', { seconds: seconds(event.retryIn) });
  setStatus('wait', hasBroken ? 'status.waiting' : 'status.unreached', {}, { key: 'detail.attempt', values: { attempt: event.attempt, message: event.message } });
  showAll();
}

function onClose(event) {
  retryAt = 0;
  if (event.reason === 'failed') {
    const [key, values] = inPlainWords(lastError);
    const message = lastError?.message ?? '';
    list.addNote('bad', 'note.failed', { message });
    setStatus('bad', key, values, { key: 'detail', values: { message } });
  } else {
    list.addNote('idle', `note.${event.reason}`);
    setStatus('idle', `status.${event.reason}`);
  }
  const hadFocus = [$('close'), $('break')].includes(document.activeElement);
  showAll();
  if (hadFocus) $('connect').focus();
}

function inPlainWords(error) {
  if (!error) return ['status.failed', {}];
  const status = error.status ?? error.code;
  if (LIMITS.test(error.message)) return ['failed.limit', {}];
  if (error.message.startsWith('The engine of eventsource-wasm')) return ['failed.engine', {}];
  if (hasBroken) return ['failed.lost', {}];
  if (!status) return ['failed.network', {}];
  if ([200, 204, 401, 403, 404, 405].includes(status)) return [`failed.${status}`, {}];
  if (status >= 400) return [status < 500 ? 'failed.4xx' : 'failed.5xx', { status }];
  return ['status.failed', {}];
}

async function breakIt() {
  if ($('break').ariaDisabled === 'true') return;
  list.addNote('idle', 'note.breaking');
  try {
    await breakConnection(breakable);
  } catch {
    list.addNote('bad', 'break.failed');
  }
}

function showResumption(before, after, inSequence) {
  resumes += 1;
  list.addNote(inSequence ? 'ok' : 'bad', inSequence ? 'note.continued' : 'note.discontinued', { before, after });
  const verdict = $('verdict');
  verdict.dataset.tone = inSequence ? 'ok' : 'bad';
  verdict.dataset.before = before;
  verdict.dataset.after = after;
  verdict.hidden = false;
  showVerdict();
}

// What is on the screen

function setStatus(tone, key, values = {}, detail = null) {
  status = { tone, key, values, detail };
}

function showAll() {
  const readyState = source?.readyState ?? null;
  for (const step of $('ready-state').children) {
    if (Number(step.dataset.state) === readyState) step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
  }
  const isClosed = readyState === null || readyState === EventSource.CLOSED;
  $('connect').disabled = !isClosed;
  $('close').disabled = isClosed;
  // Not `disabled`: that would take the keyboard's focus away at the very press.
  $('break').ariaDisabled = String(readyState !== EventSource.OPEN || breakable === null);
  write($('break-hint'), isClosed || breakable !== null ? 'break.hint' : 'break.foreign');

  $('status-box').dataset.tone = status.tone;
  write($('status'), status.key, status.values);
  $('status-detail').hidden = !status.detail;
  if (status.detail) write($('status-detail'), status.detail.key, status.detail.values);
  showCountdown();
  showFacts();
  showVerdict();
}

function showFacts() {
  $('last-event-id').textContent = source?.lastEventId || '–';
  $('reconnection-time').textContent = source ? `${seconds(source.reconnectionTime)} s` : '–';
  $('event-count').textContent = events;
  $('resumes').textContent = resumes;
  for (const name of ['gaps', 'duplicates']) {
    const count = sequence?.[name];
    $(name).textContent = count ?? '–';
    $(name).dataset.tone = count === undefined ? 'idle' : count === 0 ? 'ok' : 'bad';
  }
}

function showCountdown() {
  const left = retryAt - performance.now();
  $('countdown').hidden = left <= 0;
  if (left > 0) {
    $('countdown-text').textContent = text('countdown', { seconds: (left / 1000).toFixed(1) });
    $('countdown-bar').value = left / retryIn;
  } else if (retryAt > 0) {
    retryAt = 0;
    const id = source.lastEventId;
    setStatus('wait', id === '' ? 'status.retrying' : 'status.retryingFrom', { id });
    showAll();
  }
}

function showVerdict() {
  const { tone, before, after } = $('verdict').dataset;
  if (tone) write($('verdict'), `verdict.${tone}`, { before, after });
}

function showRequest() {
  const form = $('request-form');
  const method = form.elements.method.value;
  $('body-field').hidden = method !== 'POST';
  write($('method-hint'), `method.${method}`);
  const request = readRequest(form);
  if (showProblem(request.problem)) highlight($('snippet'), snippet(request));
}

/** Shows `problem` at its field, or clears the last one; returns whether all is well. */
function showProblem(problem) {
  const element = $('form-problem');
  element.hidden = !problem;
  for (const field of $('request-form').elements) field.removeAttribute('aria-invalid');
  if (!problem) return true;
  write(element, problem.key, problem.values);
  problem.field?.setAttribute('aria-invalid', 'true');
  return false;
}

/** On a narrow screen what happens next is below the fold. */
function showConnectionCard() {
  const card = $('connection');
  if (card.getBoundingClientRect().top < innerHeight * 0.6) return;
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  card.scrollIntoView({ behavior: isCalm ? 'auto' : 'smooth', block: 'start' });
}

async function copySnippet() {
  let key = 'copied';
  try {
    await navigator.clipboard.writeText($('snippet').textContent);
  } catch {
    // No clipboard outside a secure context: leave the last step to the user.
    getSelection().selectAllChildren($('snippet'));
    key = 'copy.failed';
  }
  write($('copy'), key);
  setTimeout(() => write($('copy'), 'copy'), 2000);
}

function seconds(ms) {
  return String(Math.round(ms / 100) / 10);
}
