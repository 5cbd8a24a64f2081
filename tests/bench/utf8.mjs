// TextDecoders for a host without one.
const STEP = 8192;
/** Calls cost more than a loop up to here. */
const SHORT = 12;

/** How many bytes at the end belong to a character that is not yet whole. */
const unfinished = (bytes) => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte >= 0xc0) return byte >= (back === 1 ? 0xc0 : back === 2 ? 0xe0 : 0xf0) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
};

/** Made for speed: most of the work is done by functions of the engine's own. */
export class TextDecoder {
  rest = undefined;

  /** Of valid UTF-8 only. */
  decode(given, { stream = false } = {}) {
    let bytes = given;
    if (given.length <= SHORT && !this.rest) {
      let text = '';
      let at = 0;
      while (at < given.length && given[at] < 0x80) text += String.fromCharCode(given[at++]);
      if (at === given.length) return text;
    }
    if (this.rest) {
      bytes = new Uint8Array(this.rest.length + given.length);
      bytes.set(this.rest);
      bytes.set(given, this.rest.length);
      this.rest = undefined;
    }
    const cut = stream ? unfinished(bytes) : 0;
    if (cut > 0) {
      this.rest = bytes.slice(bytes.length - cut);
      bytes = bytes.subarray(0, bytes.length - cut);
    }
    let binary = '';
    for (let at = 0; at < bytes.length; at += STEP) {
      binary += String.fromCharCode.apply(null, bytes.length <= STEP ? bytes : bytes.subarray(at, at + STEP));
    }
    return /[\x80-\xff]/.test(binary) ? decodeURIComponent(escape(binary)) : binary;
  }
}

/** As they are mostly written: a byte at a time. */
export class LoopDecoder {
  left = 0;
  point = 0;

  /** Of valid UTF-8 only. */
  decode(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte < 0x80) text += String.fromCharCode(byte);
      else if (byte < 0xc0) {
        this.point = (this.point << 6) | (byte & 0x3f);
        if (--this.left === 0) text += String.fromCodePoint(this.point);
      } else {
        this.left = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        this.point = byte & (0x3f >> this.left);
      }
    }
    return text;
  }
}
