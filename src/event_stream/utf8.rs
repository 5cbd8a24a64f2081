//! UTF-8 decode, incrementally ([Encoding standard, UTF-8 decoder]): the buffer keeps well-formed UTF-8 up to `decoded`, and an
//! unfinished sequence of at most three bytes behind it.
//!
//! [Encoding standard, UTF-8 decoder]: https://encoding.spec.whatwg.org/#utf-8-decoder

use super::scan::{ascii_end, grow};
use alloc::vec::Vec;

/// U+FEFF BYTE ORDER MARK.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";
/// U+FFFD REPLACEMENT CHARACTER.
const REPLACEMENT: &[u8] = b"\xEF\xBF\xBD";

/// What to do with bytes that are not UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Utf8Mode {
    /// Each maximal subpart of an ill-formed sequence becomes U+FFFD, as the standard says.
    #[default]
    Replace,
    /// `Extension:` the stream fails with [`StreamError::InvalidUtf8`](super::StreamError::InvalidUtf8).
    Fatal,
}

/// Whether the stream's first character has been looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bom {
    Expected,
    Passed,
}

#[derive(Debug)]
pub(super) struct Utf8Decoder {
    pub(super) mode: Utf8Mode,
    bom: Bom,
    /// The buffer is well-formed UTF-8 up to here; behind it stands at most an unfinished sequence.
    pub(super) decoded: usize,
    /// No byte at or behind this position is other than ASCII.
    pub(super) non_ascii_end: usize,
}

/// How a sequence that begins with a byte of 0x80 or more goes on.
enum Sequence {
    /// Well-formed, of this length.
    Character(usize),
    /// Well-formed so far; the chunk ended.
    Unfinished,
    /// Ill-formed; its maximal subpart has this length and becomes one U+FFFD.
    Malformed(usize),
}

impl Utf8Decoder {
    pub(super) fn new(mode: Utf8Mode) -> Self {
        Self { mode, bom: Bom::Expected, decoded: 0, non_ascii_end: 0 }
    }

    /// Decodes `buffer[self.decoded..*tail]` in place. Where bytes are replaced the text may grow (by two per bad byte), and `tail`
    /// with it: then it is made beside the buffer, once per chunk. False if that is not wanted and the text ends there.
    pub(super) fn decode(&mut self, buffer: &mut Vec<u8>, tail: &mut usize) -> bool {
        let start = self.decoded;
        // Where JavaScript is the host it decodes, and this would not pay for its bytes.
        if !cfg!(npm) {
            let whole = start + whole_characters(&buffer[start..*tail]);
            if core::str::from_utf8(&buffer[start..whole]).is_ok() {
                self.decoded = whole;
                self.non_ascii_end = whole;
                return true;
            }
        }
        let mut at = start;
        let mut replaced = Vec::new();
        // What is in front of this position is in `replaced`, if anything is.
        let mut kept = start;
        loop {
            at = ascii_end(buffer, at, *tail);
            let len = match sequence(&buffer[at..*tail]) {
                Sequence::Character(len) => len,
                Sequence::Unfinished => break,
                Sequence::Malformed(_) if self.mode == Utf8Mode::Fatal => {
                    self.decoded = at;
                    return false;
                }
                Sequence::Malformed(len) => {
                    replaced.extend_from_slice(&buffer[kept..at]);
                    replaced.extend_from_slice(REPLACEMENT);
                    kept = at + len;
                    len
                }
            };
            at += len;
            self.non_ascii_end = at;
        }
        self.decoded = at;
        if kept > start {
            self.decoded = start + replaced.len() + at - kept;
            self.non_ascii_end = self.decoded;
            replaced.extend_from_slice(&buffer[kept..*tail]);
            *tail = start + replaced.len();
            grow(buffer, *tail);
            buffer[start..*tail].copy_from_slice(&replaced);
        }
        true
    }

    /// The first character of the stream is still to come.
    pub(super) fn expects_bom(&self) -> bool {
        self.bom == Bom::Expected
    }

    /// All text has been read; the next is written to the front of the buffer.
    pub(super) fn rewind(&mut self) {
        self.decoded = 0;
        self.non_ascii_end = 0;
    }

    /// True once: when the first character of the stream has arrived and is a BOM. `text` is what there is, whole characters or
    /// everything.
    pub(super) fn has_bom(&mut self, text: &[u8]) -> bool {
        // Nothing, or what may become one.
        if self.bom == Bom::Passed || text.len() < BOM.len() && BOM.starts_with(text) {
            return false;
        }
        self.bom = Bom::Passed;
        text.starts_with(BOM)
    }

    /// The buffer's bytes have moved towards its front by `gap`, those of the data buffer to `0..data_end`.
    pub(super) fn move_back(&mut self, gap: usize, data_end: usize) {
        self.decoded -= gap;
        if self.non_ascii_end > 0 {
            self.non_ascii_end = self.non_ascii_end.saturating_sub(gap).max(data_end);
        }
    }
}

/// How many bytes there are without a character at the end that may be unfinished.
pub(super) fn whole_characters(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let at = bytes.len() - back;
        if bytes[at] >= 0xC0 {
            return if matches!(sequence(&bytes[at..]), Sequence::Unfinished) { at } else { bytes.len() };
        }
    }
    bytes.len()
}

/// A whole text, as the standard decodes it.
pub(super) fn decoded(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = Utf8Decoder::new(Utf8Mode::Replace);
    let (mut text, mut tail) = (bytes.to_vec(), bytes.len());
    decoder.decode(&mut text, &mut tail);
    text.truncate(decoder.decoded);
    if decoder.decoded < tail {
        text.extend_from_slice(REPLACEMENT);
    }
    text
}

/// How many UTF-16 code units the standard decodes a text into that ends with a character, or with what breaks one off.
pub(super) fn units_when_decoded(bytes: &[u8]) -> usize {
    let (mut at, mut units) = (0, 0);
    // Most are between two events.
    if bytes.len() < 16 && bytes.iter().fold(0, |all, byte| all | byte) < 0x80 {
        return bytes.len();
    }
    loop {
        let ascii = ascii_end(bytes, at, bytes.len()) - at;
        at += ascii;
        units += ascii;
        let (len, more) = match sequence(&bytes[at..]) {
            Sequence::Character(len) => (len, 1 + len / 4),
            Sequence::Malformed(len) => (len, 1),
            Sequence::Unfinished => return units + usize::from(at < bytes.len()),
        };
        at += len;
        units += more;
    }
}

/// The sequence at the front of `bytes`, whose first byte is not ASCII (Unicode, table 3-7).
fn sequence(bytes: &[u8]) -> Sequence {
    let Some(first) = bytes.first() else { return Sequence::Unfinished };
    let (len, second) = match first {
        0xC2..=0xDF => (2, 0x80..=0xBF),
        0xE0 => (3, 0xA0..=0xBF),
        0xED => (3, 0x80..=0x9F),
        0xE1..=0xEF => (3, 0x80..=0xBF),
        0xF0 => (4, 0x90..=0xBF),
        0xF1..=0xF3 => (4, 0x80..=0xBF),
        0xF4 => (4, 0x80..=0x8F),
        _ => return Sequence::Malformed(1),
    };
    match bytes.get(1) {
        None => return Sequence::Unfinished,
        Some(byte) if !second.contains(byte) => return Sequence::Malformed(1),
        Some(_) => {}
    }
    for at in 2..len {
        match bytes.get(at) {
            None => return Sequence::Unfinished,
            Some(0x80..=0xBF) => {}
            Some(_) => return Sequence::Malformed(at),
        }
    }
    Sequence::Character(len)
}

/// Whether the line begins as U+FEFF does, as far as it is there. Behind the BOM of a stream that is a field of no known name, and is kept.
pub(super) fn may_begin_with_bom(line: &[u8]) -> bool {
    line.iter().zip(BOM).all(|(byte, of_bom)| byte == of_bom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    fn decode_in_chunks(bytes: &[u8], cut: usize) -> Vec<u8> {
        let mut decoder = Utf8Decoder::new(Utf8Mode::Replace);
        let (mut buffer, mut tail) = (Vec::new(), 0);
        for chunk in [&bytes[..cut], &bytes[cut..]] {
            grow(&mut buffer, tail + chunk.len());
            buffer[tail..tail + chunk.len()].copy_from_slice(chunk);
            tail += chunk.len();
            assert!(decoder.decode(&mut buffer, &mut tail));
        }
        buffer.truncate(decoder.decoded);
        buffer
    }

    #[test]
    fn every_three_byte_combination_is_decoded_as_std_does_at_every_cut() {
        const BYTES: &[u8] = b"a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC2\xDF\xE0\xE1\xED\xEF\xF0\xF1\xF4\xF5\xFF";
        for first in BYTES {
            for second in BYTES {
                for third in BYTES {
                    // The trailing ASCII finishes every sequence, so that nothing is pending.
                    let bytes = [*first, *second, *third, b'.', b'.', b'.'];
                    let expected = String::from_utf8_lossy(&bytes).into_owned();
                    for cut in 0..=bytes.len() {
                        assert_eq!(decode_in_chunks(&bytes, cut), expected.as_bytes(), "{bytes:x?} cut at {cut}");
                    }
                }
            }
        }
    }

    #[test]
    fn any_three_bytes_among_chinese_are_decoded_as_std_does() {
        const BYTES: &[u8] = b"a\x7F\x80\x9F\xA0\xBF\xC2\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF4\xFF";
        for at in 0..12 {
            for first in BYTES {
                for second in BYTES {
                    for third in BYTES {
                        let mut bytes = "春眠不觉晓处".as_bytes().to_vec();
                        bytes[at..at + 3].copy_from_slice(&[*first, *second, *third]);
                        bytes.push(b'.');
                        let expected = String::from_utf8_lossy(&bytes).into_owned();
                        assert_eq!(decode_in_chunks(&bytes, 0), expected.as_bytes(), "{bytes:x?}");
                    }
                }
            }
        }
    }
}
