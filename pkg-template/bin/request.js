// What is sent, and how it is shown.
import { readFile } from 'node:fs/promises'
import { UsageError } from './command-line.js'

const bytesOf = async ({ text, file }) => {
  if (text !== undefined) return Buffer.from(text)
  if (file !== '-') {
    return readFile(file).catch(({ code, message }) => {
      const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'it may not be read' }[code] ?? message
      throw new UsageError(`-d @${file}: ${why}`)
    })
  }
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const typeOf = (bytes) => {
  let text
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return 'application/octet-stream'
  }
  try {
    if (/^\s*[[{]/.test(text) && JSON.parse(text)) return 'application/json'
  } catch {
    // Text that begins as JSON does.
  }
  return 'text/plain;charset=UTF-8'
}

/** `{ body, headers }`, the body's type guessed where none is given. */
export const contentOf = async ({ body: given, headers = [] }) => {
  if (!given) return { headers }
  const body = await bytesOf(given)
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type')
  return { body, headers: hasType ? headers : [...headers, ['Content-Type', typeOf(body)]] }
}

/** The request's headers that can't be secret. Who looks over a shoulder, or reads a log, sees no value of another. */
const SHOWN = /^(accept|accept-encoding|accept-language|cache-control|content-type|last-event-id|origin|user-agent)$/i
/** The response's that may be. */
const HIDDEN = /cookie|token|secret|session|password|api-?key|^authorization$/i

export const shownRequest = (headers) => Object.entries(headers).map(([name, value]) => `${name}: ${SHOWN.test(name) ? value : '(not shown)'}`)

export const shownResponse = (headers) => Array.from(headers, ([name, value]) => `${name}: ${HIDDEN.test(name) ? '(not shown)' : value}`)
