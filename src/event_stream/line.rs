//! Lines end at U+000D U+000A, a lone U+000A or a lone U+000D ([§9.2.5]).
//!
//! [§9.2.5]: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

use super::scan::{IS_SMALL, ascii_line_end, line_end};
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
    pub(super) scanned: usize,
    before: Before,
}

impl LineSplitter {
    /// The next whole line of `buffer[..end]`, without its terminator. Of a text that has not been decoded there
    /// is none behind the first byte that is not ASCII: then [`scanned`](Self::scanned) is its position, and not `end`.
    pub(super) fn next_line(&mut self, buffer: &[u8], end: usize, is_decoded: bool) -> Option<Range<usize>> {
        if self.before == Before::CarriageReturn {
            if self.scanned == end {
                return None;
            }
            if buffer[self.scanned] == b'\n' {
                self.skip(1);
            }
            self.before = Before::Anything;
        }
        // A blank line, most often.
        if IS_SMALL || self.scanned == end || buffer[self.scanned] != b'\n' {
            self.look_for_end(buffer, self.scanned, end, is_decoded);
        }
        if self.scanned == end || !is_decoded && buffer[self.scanned] >= 0x80 {
            return None;
        }
        let line = self.line_start..self.scanned;
        if buffer[line.end] == b'\r' {
            self.before = Before::CarriageReturn;
        }
        self.skip(line.len() + 1);
        Some(line)
    }

    /// Where the next line begins, if none of it has been looked at and what is in front of it is clear.
    pub(super) fn fresh_line(&self) -> Option<usize> {
        (self.before == Before::Anything && self.scanned == self.line_start).then_some(self.line_start)
    }

    /// Where the unfinished line ends, nothing before `at` being its end.
    pub(super) fn look_for_end(&mut self, buffer: &[u8], at: usize, end: usize, is_decoded: bool) -> usize {
        self.scanned = if is_decoded { line_end(buffer, at, end) } else { ascii_line_end(buffer, at, end) };
        self.scanned
    }

    /// The lines in front of `position` have been read.
    pub(super) fn skip_to(&mut self, position: usize) {
        self.line_start = position;
        self.scanned = position;
    }

    /// Passes over `len` bytes at the start of a line.
    pub(super) fn skip(&mut self, len: usize) {
        self.skip_to(self.line_start + len);
    }

    /// The buffer's bytes have moved towards its front by `gap`.
    pub(super) fn move_back(&mut self, gap: usize) {
        self.line_start -= gap;
        self.scanned -= gap;
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::SLACK;
    use super::*;
    use alloc::vec;

    #[test]
    fn the_first_terminator_is_found_at_every_position_and_beside_look_alikes() {
        for len in 0..140 {
            for behind in [b'a', b'\n'] {
                let mut text = vec![b'\x0B'; len + SLACK];
                text[len..].fill(behind);
                assert_eq!(line_end(&text, 0, len), len);
                assert_eq!(ascii_line_end(&text, 0, len), len);
            }
            for at in 0..len {
                for terminator in *b"\n\r" {
                    for filler in [b'a', b'\x0B', b'\x0C', b'\x0E', b'\x09', 0x8A, 0x8D, 0, 0xFF] {
                        let mut text = vec![filler; len + SLACK];
                        text[at] = terminator;
                        if at + 1 < len {
                            text[at + 1] = b'\x0B';
                        }
                        assert_eq!(line_end(&text, 0, len), at);
                        let is_ascii = filler.is_ascii() || at == 0;
                        assert_eq!(ascii_line_end(&text, 0, len), if is_ascii { at } else { 0 });
                    }
                }
            }
        }
    }
}
