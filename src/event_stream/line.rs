//! Lines end at U+000D U+000A, a lone U+000A or a lone U+000D ([§9.2.5]).
//!
//! [§9.2.5]: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

use super::scan::{HIGH_BITS, ONES, Word, position};
use core::ops::Range;

/// What the last byte before the scan was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Anything,
    /// A CR has ended its line already; an LF right behind it belongs to the same terminator, also in the next chunk.
    CarriageReturn,
}

#[derive(Debug, Default)]
pub(super) struct LineSplitter {
    /// Where the unfinished line begins.
    pub(super) line_start: usize,
    /// Nothing before this position ends the unfinished line.
    scanned: usize,
    before: Before,
}

impl LineSplitter {
    /// The next whole line of `text`, without its terminator.
    pub(super) fn next_line(&mut self, text: &[u8]) -> Option<Range<usize>> {
        if self.before == Before::CarriageReturn {
            match text.get(self.scanned) {
                None => return None,
                Some(b'\n') => self.skip(1),
                Some(_) => {}
            }
            self.before = Before::Anything;
        }
        let Some(len) = line_length(&text[self.scanned..]) else {
            self.scanned = text.len();
            return None;
        };
        let line = self.line_start..self.scanned + len;
        if text[line.end] == b'\r' {
            self.before = Before::CarriageReturn;
        }
        self.line_start = line.end + 1;
        self.scanned = self.line_start;
        Some(line)
    }

    /// Passes over `len` bytes at the start of a line.
    pub(super) fn skip(&mut self, len: usize) {
        self.line_start += len;
        self.scanned = self.line_start;
    }

    /// The buffer's bytes have moved towards its front by `gap`.
    pub(super) fn move_back(&mut self, gap: usize) {
        self.line_start -= gap;
        self.scanned -= gap;
    }
}

/// The position of the first U+000A or U+000D.
fn line_length(text: &[u8]) -> Option<usize> {
    // The lowest high bit that is set marks the first zero byte; those above it may be false.
    let zero_bytes = |word: Word| word.wrapping_sub(ONES) & !word & HIGH_BITS;
    let equal = |word: Word, byte: u8| zero_bytes(word ^ (ONES * Word::from(byte)));
    position(text, |word| equal(word, b'\n') | equal(word, b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn the_first_terminator_is_found_at_every_position_and_beside_look_alikes() {
        for len in 0..40 {
            for at in 0..len {
                for terminator in *b"\n\r" {
                    for filler in [b'a', b'\x0B', b'\x0C', b'\x0E', b'\x09', 0x8A, 0x8D, 0, 0xFF] {
                        let mut text = vec![filler; len];
                        text[at] = terminator;
                        if at + 1 < len {
                            text[at + 1] = b'\x0B';
                        }
                        assert_eq!(line_length(&text), Some(at));
                    }
                }
            }
            assert_eq!(line_length(&vec![b'\x0B'; len]), None);
        }
    }
}
