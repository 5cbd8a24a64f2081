// The obvious slow interpreter of WHATWG HTML 9.2.5-9.2.6, over the whole stream at once.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

const LONGEST_RETRY = BigInt(4294967295);

/**
 * What a whole stream means: `{ events, lastEventId, retry, comments, error? }`.
 * `limits` (`line`, `event`, in bytes as they came) and `utf8: 'fatal'` are ours, not the standard's. What has no effect meets no limit:
 * unknown fields, and `comments` that nobody has asked for.
 */
export function interpret(bytes, { limits = {}, utf8 = 'replace', comments = true } = {}) {
  const result = { events: [], lastEventId: '', retry: [], comments: [] };
  if (utf8 === 'fatal') {
    const { valid, isCutOff } = validPrefix(bytes);
    // A character that the end of the stream cuts off is dropped with its line.
    if (valid < bytes.length && !isCutOff) result.error = 'InvalidUtf8';
    bytes = bytes.subarray(0, valid);
  }
  // 9.2.5: "Streams must be decoded using the UTF-8 decode algorithm", which strips one leading BOM.
  // `stream` leaves out a character that the end cuts off: it is in a line that is none.
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes, { stream: true });

  // The same lines, a character for a byte.
  const raw = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('').replace(/^\xef\xbb\xbf/, '').split(/\r\n|\n|\r/);
  let dataLength = -1;

  let data = '';
  let eventType = '';
  let lastEventIdBuffer = '';
  const processField = (field, value) => {
    if (field === 'event') {
      eventType = value;
    } else if (field === 'data') {
      data += `${value}\n`;
    } else if (field === 'id') {
      if (!value.includes('\0')) lastEventIdBuffer = value;
    } else if (field === 'retry') {
      if (/^[0-9]+$/.test(value)) {
        const time = BigInt(value);
        result.retry.push(Number(time > LONGEST_RETRY ? LONGEST_RETRY : time));
      }
    }
  };

  const dispatchTheEvent = () => {
    result.lastEventId = lastEventIdBuffer; // step 1
    if (data === '') { // step 2
      eventType = '';
      return;
    }
    result.events.push({ // steps 3 to 8
      type: eventType === '' ? 'message' : eventType,
      data: data.slice(0, -1),
      lastEventId: result.lastEventId,
    });
    data = '';
    dataLength = -1;
    eventType = '';
  };

  // A line is ended by CRLF, LF or CR; what follows the last end of line is not a line.
  const lines = text.split(/\r\n|\n|\r/);
  lines.pop();
  for (const [number, line] of lines.entries()) {
    if (raw[number].length > (limits.line ?? Infinity) && hasEffect(raw[number], true, comments)) {
      result.error = 'LineTooLong';
      return result;
    }
    if (line === '') {
      dispatchTheEvent();
    } else if (line.startsWith(':')) {
      if (comments) result.comments.push(line.slice(line[1] === ' ' ? 2 : 1));
    } else if (line.includes(':')) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1);
      processField(line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value);
      if (line.startsWith('data:')) dataLength += raw[number].length - (value.startsWith(' ') ? 6 : 5) + 1;
    } else {
      processField(line, '');
      if (line === 'data') dataLength += 1;
    }
    if (dataLength > (limits.event ?? Infinity)) {
      result.error = 'EventTooLarge';
      return result;
    }
  }
  const unfinished = raw.at(-1).slice(0, raw.at(-1).length - cutOff(bytes));
  const effect = hasEffect(unfinished, false, comments);
  const rest = effect === false ? 0 : unfinished.length;
  if (effect && rest > (limits.line ?? Infinity)) {
    result.error = 'LineTooLong';
  } else if (!result.error && rest + Math.max(0, dataLength) > (limits.pending ?? Infinity)) {
    result.error = 'TooMuchPending';
  }
  return result; // the block that the end of the stream cuts off is dropped
}

const NAMES = ['data', 'event', 'id', 'retry'];

/** Whether a line has an effect, or is handed out; undefined where it is not whole, and too short to tell. */
function hasEffect(line, isWhole, comments) {
  if (line.startsWith(':')) return comments;
  if (line.includes(':')) return NAMES.includes(line.split(':')[0]);
  if (isWhole) return line === '' || NAMES.includes(line);
  return NAMES.some((name) => name.startsWith(line)) ? undefined : false;
}

/** How many bytes at the end may become a character. */
function cutOff(bytes) {
  const isUnfinished = (part) => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part, { stream: true }) === '';
    } catch {
      return false;
    }
  };
  return [3, 2, 1].find((count) => count <= bytes.length && isUnfinished(bytes.subarray(bytes.length - count))) ?? 0;
}

/** Length of the longest prefix that is valid UTF-8, and whether more bytes could make the rest valid. */
function validPrefix(bytes) {
  const isValid = (part, stream) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(part, { stream });
      return true;
    } catch {
      return false;
    }
  };
  let valid = 0;
  let width = 1;
  while (valid + width <= bytes.length && width <= 4) {
    if (isValid(bytes.subarray(valid, valid + width), false)) {
      valid += width;
      width = 1;
    } else {
      width += 1;
    }
  }
  return { valid, isCutOff: isValid(bytes.subarray(valid), true) };
}

/** `"data: \u00e4"` of a vector to bytes. */
export function bytesOf(latin1) {
  return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}

/** The parts of a vector that a run is compared with. */
export function expectedOf(vector) {
  return {
    events: vector.events,
    lastEventId: vector.lastEventId ?? '',
    retry: vector.retry ?? [],
    comments: vector.comments ?? [],
    error: vector.error,
  };
}
