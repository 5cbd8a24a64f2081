// The obvious slow interpreter of WHATWG HTML 9.2.5-9.2.6, over the whole stream at once.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

const LONGEST_RETRY = 4294967295n;

/**
 * What a whole stream means: `{ events, lastEventId, retry, comments, error? }`.
 * `limits` (`line`, `event`, in bytes) and `utf8: 'fatal'` are ours, not the standard's.
 */
export function interpret(bytes, { limits = {}, utf8 = 'replace' } = {}) {
  const result = { events: [], lastEventId: '', retry: [], comments: [] };
  let text;
  if (utf8 === 'fatal') {
    const valid = validPrefix(bytes);
    if (valid < bytes.length) result.error = 'InvalidUtf8';
    bytes = bytes.subarray(0, valid);
  }
  // 9.2.5: "Streams must be decoded using the UTF-8 decode algorithm", which strips one leading BOM.
  text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes);

  let data = '';
  let eventType = '';
  let lastEventIdBuffer = '';
  const byteLength = (string) => new TextEncoder().encode(string).length;

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
    eventType = '';
  };

  // A line is ended by CRLF, LF or CR; what follows the last end of line is not a line.
  const lines = text.split(/\r\n|\n|\r/);
  const unfinished = lines.pop();
  for (const line of lines) {
    if (byteLength(line) > (limits.line ?? Infinity)) {
      result.error = 'LineTooLong';
      return result;
    }
    if (line === '') {
      dispatchTheEvent();
    } else if (line.startsWith(':')) {
      result.comments.push(line.slice(line[1] === ' ' ? 2 : 1));
    } else if (line.includes(':')) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1);
      processField(line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value);
    } else {
      processField(line, '');
    }
    if (byteLength(data) - 1 > (limits.event ?? Infinity)) {
      result.error = 'EventTooLarge';
      return result;
    }
  }
  if (byteLength(unfinished) > (limits.line ?? Infinity)) {
    result.error = 'LineTooLong';
  } else if (!result.error && byteLength(unfinished) + Math.max(0, byteLength(data) - 1) > (limits.pending ?? Infinity)) {
    result.error = 'TooMuchPending';
  }
  return result; // the block that the end of the stream cuts off is dropped
}

/** Length of the longest prefix that is valid UTF-8; a sequence that the end cuts off is not valid. */
function validPrefix(bytes) {
  const isValid = (end) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end));
      return true;
    } catch {
      return false;
    }
  };
  if (isValid(bytes.length)) return bytes.length;
  let end = 0;
  for (let width = 1; end < bytes.length; ) {
    if (width > 4 || end + width > bytes.length) return end;
    if (isValid(end + width)) {
      end += width;
      width = 1;
    } else {
      width += 1;
    }
  }
  return end;
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
