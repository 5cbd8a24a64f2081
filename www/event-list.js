import { text } from './language.js';

const ROWS = 300;
const DATA_CHARACTERS = 2000;

/** The newest rows of a stream, drawn at most once a frame, never more than ROWS of them. */
export class EventList {
  #rows = [];
  #undrawn = [];
  #frame = 0;
  #element;
  #empty;

  constructor(element, empty) {
    this.#element = element;
    this.#empty = empty;
  }

  addEvent(type, data, id) {
    const more = data.length - DATA_CHARACTERS;
    this.#add({ time: new Date(), type, id, data: more > 0 ? data.slice(0, DATA_CHARACTERS) : data, more });
  }

  addNote(tone, key, values = {}) {
    this.#add({ time: new Date(), tone, key, values });
  }

  clear() {
    this.#rows = [];
    this.redraw();
  }

  redraw() {
    this.#undrawn = [];
    this.#element.replaceChildren(...this.#rows.map(draw).reverse());
    this.#empty.hidden = this.#rows.length > 0;
  }

  #add(row) {
    this.#rows.push(row);
    this.#undrawn.push(row);
    // Trimmed here too, since a hidden page draws no frames.
    if (this.#rows.length >= 2 * ROWS) this.#rows = this.#rows.slice(-ROWS);
    if (this.#undrawn.length >= 2 * ROWS) this.#undrawn = this.#undrawn.slice(-ROWS);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    this.#rows = this.#rows.slice(-ROWS);
    this.#element.prepend(...this.#undrawn.slice(-ROWS).map(draw).reverse());
    this.#undrawn = [];
    while (this.#element.childElementCount > ROWS) this.#element.lastElementChild.remove();
    this.#empty.hidden = this.#rows.length > 0;
  }
}

function draw(row) {
  const item = document.createElement('li');
  const time = part('time', '', clock(row.time));
  time.dateTime = row.time.toISOString();
  if (row.key) {
    item.className = 'note';
    item.dataset.tone = row.tone;
    item.dataset.note = row.key;
    item.append(time, part('span', '', text(row.key, row.values)));
    return item;
  }
  item.className = 'event';
  item.dataset.id = row.id;
  const data = row.more > 0 ? row.data + text('data.more', { count: row.more }) : row.data;
  item.append(time, part('span', 'type', row.type), part('span', 'id', row.id === '' ? '' : `#${row.id}`), part('span', 'data', data));
  return item;
}

function part(name, className, content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = content;
  return element;
}

function clock(time) {
  const two = (number) => String(number).padStart(2, '0');
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}
