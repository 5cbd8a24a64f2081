//! A word of 32 bits at a time.

use super::Seeking;

pub(super) const BLOCK: usize = 4;
/// A word of bytes that are 1.
const ONES: u32 = u32::MAX / 0xFF;
/// Taken from a byte that is smaller, it borrows, which sets the highest bit: of U+000D and whatever is below, which is little.
const ABOVE: u32 = ONES * (b'\r' + 1) as u32;
/// The highest bit of each byte.
const HIGH_BITS: u32 = ONES << 7;

/// Looks for line ends: the text is decoded before it is looked through.
#[derive(Debug)]
pub(in super::super) struct Scanner {
    pub(in super::super) seeking: Seeking,
    /// Where the text ends.
    pub(in super::super) end: usize,
}

impl Scanner {
    pub(in super::super) fn new(seeking: Seeking, _: usize, end: usize) -> Self {
        Self { seeking, end }
    }

    /// The first position from `at` on that has what is sought, or the end.
    pub(in super::super) fn find(&mut self, buffer: &[u8], at: usize) -> usize {
        find(buffer, at, self.end, true)
    }

    pub(in super::super) fn is_ascii(&self) -> bool {
        true
    }
}

/// The first position from `at` on whose byte is not ASCII, or `end`.
pub(in super::super) fn ascii_end(buffer: &[u8], at: usize, end: usize) -> usize {
    find(buffer, at, end, false)
}

#[inline(never)]
fn find(buffer: &[u8], mut at: usize, end: usize, is_of_line_ends: bool) -> usize {
    let is_sought = |byte: &u8| if is_of_line_ends { *byte == b'\n' || *byte == b'\r' } else { *byte >= 0x80 };
    let len = (end - at).next_multiple_of(BLOCK);
    for block in buffer[at..at + len].chunks_exact(BLOCK) {
        let word = block.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let marked = if is_of_line_ends { word.wrapping_sub(ABOVE) & !word } else { word };
        if marked & HIGH_BITS != 0
            && let Some(position) = block.iter().position(is_sought)
        {
            return end.min(at + position);
        }
        at += BLOCK;
    }
    end
}
