// How what was received is written: nothing in it may steer the terminal.

/** What a terminal acts upon, and what turns the direction of text; a tab may stay. */
const CONTROLS = /[\0-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

const hex = (character) => {
  const code = character.charCodeAt(0)
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
}

/** Whether to colour what goes to a stream: https://no-color.org, and FORCE_COLOR as Node has it. */
export const isColoured = ({ isTTY }, { NO_COLOR, FORCE_COLOR, TERM }) => {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return !NO_COLOR && TERM !== 'dumb' && !!isTTY
}

const BOLD = ['1', '22']
const DIM = ['2', '22']
const RED = ['31', '39']
const CYAN = ['36', '39']
const INVERSE = ['7', '27']

/** Of a refused response's body. */
const MOST_CHARACTERS = 2000
const MOST_LINES = 20

export class Display {
  constructor(colours) {
    this.colours = colours
  }

  paint(text, ...styles) {
    if (!this.colours) return text
    return styles.reduce((inner, [on, off]) => `\x1b[${on}m${inner}\x1b[${off}m`, text)
  }

  /** What is not ours, in one line. */
  text(given) {
    return `${given}`.replace(CONTROLS, (character) => this.paint(hex(character), INVERSE))
  }

  indented(lines) {
    return lines.map((line) => `  ${this.text(line)}\n`).join('')
  }

  time(date) {
    const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((number) => `${number}`.padStart(2, '0'))
    return this.paint(`${hours}:${minutes}:${seconds}.${`${date.getMilliseconds()}`.padStart(3, '0')}  `, DIM)
  }

  /** Its ID where it is another than that of the event before. */
  event({ type, data, lastEventId }, previousId) {
    const name = this.paint(this.text(type), BOLD, CYAN)
    const id = lastEventId === previousId ? '' : this.paint(` #${this.text(lastEventId)}`, DIM)
    if (data === '') return `${name}${id}  ${this.paint('(empty)', DIM)}\n`
    if (data.includes('\n')) return `${name}${id}\n${this.indented(data.split('\n'))}`
    return `${name}${id}  ${this.text(data)}\n`
  }

  comment(text) {
    return `${this.paint(`: ${this.text(text)}`, DIM)}\n`
  }

  note(text, sign = '*') {
    return `${this.paint(`${sign} ${this.text(text)}`, DIM)}\n`
  }

  /** How a refused response begins. */
  beginning(body) {
    const lines = body.slice(0, MOST_CHARACTERS).split(/\r\n|[\r\n]/)
    const isCut = body.length > MOST_CHARACTERS || lines.length > MOST_LINES
    return this.indented(lines.slice(0, MOST_LINES).concat(isCut ? '…' : []))
  }

  failure(text) {
    return `${this.paint('eventsource-wasm:', BOLD, RED)} ${this.text(text)}\n`
  }
}

/** As JSON.stringify has it, which leaves some of them. */
export const json = (value) => `${JSON.stringify(value).replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
