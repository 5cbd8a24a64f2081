// The pieces of @microsoft/fetch-event-source, for those who put them together themselves.
const LF = 10
const CR = 13
const SPACE = 32
const COLON = 58
const NUL = '\0'

export const getBytes = async (stream, onChunk) => {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      onChunk(value)
    }
  } catch (error) {
    // Nobody reads on.
    Promise.resolve().then(() => reader.cancel()).catch(() => {})
    throw error
  }
}

/** The pieces of a line, put together once. */
const joined = (pieces, length) => {
  if (pieces.length === 1) return pieces[0]
  const line = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    line.set(piece, at)
    at += piece.length
  }
  return line
}

const BOM = [0xef, 0xbb, 0xbf]

export const getLines = (onLine) => {
  let pieces = []
  let length = 0
  let isBehindCr = false
  let isFirst = true

  const end = (piece) => {
    pieces.push(piece)
    length += piece.length
    let line = joined(pieces, length)
    pieces = []
    length = 0
    if (isFirst && BOM.every((byte, at) => line[at] === byte)) line = line.subarray(BOM.length)
    isFirst = false
    onLine(line, line.indexOf(COLON))
  }

  return (chunk) => {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte !== LF && byte !== CR) {
        isBehindCr = false
        continue
      }
      // The second half of a terminator.
      if (byte === LF && isBehindCr) isBehindCr = false
      else {
        isBehindCr = byte === CR
        end(chunk.subarray(start, at))
      }
      start = at + 1
    }
    if (start === chunk.length) return
    // The caller may use its memory again.
    pieces.push(new Uint8Array(chunk.subarray(start)))
    length += chunk.length - start
  }
}

const newMessage = () => ({ data: '', event: '', id: '', retry: undefined })

export const getMessages = (onId, onRetry, onMessage) => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let message = newMessage()
  let hasField = false
  let hasData = false

  const process = (name, value) => {
    if (name === 'data') {
      message.data = hasData ? `${message.data}\n${value}` : value
      hasData = true
    } else if (name === 'event') message.event = value
    else if (name === 'id') {
      if (!value.includes(NUL)) onId((message.id = value))
    } else if (name === 'retry' && /^\d+$/.test(value)) onRetry((message.retry = parseInt(value, 10)))
  }

  return (line, fieldLength) => {
    if (line.length === 0) {
      const done = message
      const isMessage = hasField
      message = newMessage()
      hasField = hasData = false
      if (isMessage) onMessage?.(done)
    } else if (fieldLength !== 0) {
      hasField = true
      // Without a colon, the line is a name.
      const end = fieldLength < 0 ? line.length : fieldLength
      process(decoder.decode(line.subarray(0, end)), decoder.decode(line.subarray(end + (line[end + 1] === SPACE ? 2 : 1))))
    }
  }
}
