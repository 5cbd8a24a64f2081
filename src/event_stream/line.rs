//! Lines end at U+000D U+000A, a lone U+000A or a lone U+000D ([§9.2.5]).
//!
//! [§9.2.5]: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

use super::profile::HANDS_OUT_PARTS;

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
    /// How much of the unfinished line, which is data, is not in the buffer any more.
    pub(super) handed_out: usize,
    /// The unfinished line has no effect: nothing of it is kept.
    pub(super) is_skipped: bool,
    /// That it was there is told when it ends.
    pub(super) is_told: bool,
}

impl LineSplitter {
    /// False where there is nothing of a line yet in `buffer[..end]`.
    pub(super) fn begin(&mut self, buffer: &[u8], end: usize) -> bool {
        if self.scanned == end {
            return false;
        }
        if self.before == Before::CarriageReturn {
            self.before = Before::Anything;
            if buffer[self.scanned] == b'\n' {
                self.skip(1);
            }
        }
        true
    }

    /// The line that goes on to `scanned` ends with this byte.
    pub(super) fn end(&mut self, terminator: u8) {
        if terminator == b'\r' {
            self.before = Before::CarriageReturn;
        }
        self.handed_out = 0;
        self.is_skipped = false;
        self.is_told = false;
        self.skip_to(self.scanned + 1);
    }

    /// How much of the unfinished line is not in the buffer any more.
    pub(super) fn handed_out(&self) -> usize {
        if HANDS_OUT_PARTS { self.handed_out } else { 0 }
    }

    /// The unfinished line up to `position` is taken.
    pub(super) fn hand_out(&mut self, position: usize) {
        self.handed_out += position - self.line_start;
        self.line_start = position;
    }

    /// The unfinished line has no effect, whatever its rest is; `end` is how far it goes.
    pub(super) fn skip_unfinished(&mut self, end: usize) {
        self.is_skipped = true;
        self.skip_to(end);
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
