//! By words of 64 bits, on any machine.

use super::{BLOCK, Seeking, WORD, word_of};

/// A word of bytes that are 1.
const ONES: u64 = u64::MAX / 0xFF;
/// The highest bit of each byte.
const HIGH_BITS: u64 = ONES << 7;
/// Taken from a byte that is smaller, it borrows, which sets the highest bit: of U+000D and whatever is below, which is little.
const ABOVE: u64 = ONES * (b'\r' + 1) as u64;

pub(super) fn may_have(block: &[u8; BLOCK], seeking: Seeking) -> bool {
    let marked = words(block).fold(0, |all, word| {
        let borrows = word.wrapping_sub(ABOVE);
        all | if seeking == Seeking::LineEnds { borrows & !word } else { borrows | word }
    });
    marked & HIGH_BITS != 0
}

/// All bytes in one.
#[derive(Debug, Default)]
pub(super) struct Noted(u64);

impl Noted {
    pub(super) fn note(&mut self, block: &[u8; BLOCK]) {
        self.0 = words(block).fold(self.0, |all, word| all | word);
    }

    pub(super) fn is_ascii(&self) -> bool {
        self.0 & HIGH_BITS == 0
    }
}

/// A bit for each byte that is sought.
pub(super) fn positions(block: &[u8; BLOCK], seeking: Seeking) -> u64 {
    words(block).enumerate().fold(0, |bits, (number, word)| {
        let mut marked = ends(word, ONES * b'\n' as u64) | ends(word, ONES * b'\r' as u64);
        if seeking == Seeking::LineEndsAndNonAscii {
            marked |= word & HIGH_BITS;
        }
        // Gathers the highest bits.
        bits | ((marked >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (number * WORD)
    })
}

/// The highest bit of each byte that is as in `wanted`.
fn ends(word: u64, wanted: u64) -> u64 {
    let other = word ^ wanted;
    !(((other & !HIGH_BITS) + !HIGH_BITS) | other) & HIGH_BITS
}

fn words(block: &[u8; BLOCK]) -> impl Iterator<Item = u64> {
    block.chunks_exact(WORD).map(word_of)
}

/// The first position from `at` on whose byte is not ASCII, or `end`.
pub(in super::super::super) fn ascii_end(buffer: &[u8], at: usize, end: usize) -> usize {
    let mut position = at;
    for block in buffer[at..end].chunks_exact(BLOCK) {
        if block.chunks_exact(WORD).fold(0, |all, bytes| all | word_of(bytes)) & HIGH_BITS != 0 {
            break;
        }
        position += BLOCK;
    }
    buffer[position..end].iter().position(|byte| !byte.is_ascii()).map_or(end, |ahead| position + ahead)
}
