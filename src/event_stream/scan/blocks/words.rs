//! By words of 64 bits, on any machine.

use super::{BLOCK, Seeking};

const SIZE: usize = 8;

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
        bits | ((marked >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (number * SIZE)
    })
}

/// The highest bit of each byte that is as in `wanted`.
fn ends(word: u64, wanted: u64) -> u64 {
    let other = word ^ wanted;
    !(((other & !HIGH_BITS) + !HIGH_BITS) | other) & HIGH_BITS
}

fn words(block: &[u8; BLOCK]) -> impl Iterator<Item = u64> {
    block.chunks_exact(SIZE).map(word_of)
}

/// The first position from `at` on whose byte is not ASCII, or `end`.
pub(in super::super::super) fn ascii_end(buffer: &[u8], at: usize, end: usize) -> usize {
    let mut position = at;
    for block in buffer[at..end].chunks_exact(BLOCK) {
        if block.chunks_exact(SIZE).fold(0, |all, bytes| all | word_of(bytes)) & HIGH_BITS != 0 {
            break;
        }
        position += BLOCK;
    }
    buffer[position..end].iter().position(|byte| !byte.is_ascii()).map_or(end, |ahead| position + ahead)
}

/// How many UTF-16 code units a text of UTF-8 has: one for the first byte of a character, and one more where that announces four bytes.
pub(in super::super::super) fn units(text: &[u8]) -> usize {
    let words = text.chunks_exact(SIZE);
    let rest = words.remainder().iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    text.len() + leads_of_four(rest) - inner_bytes(rest)
        + words.map(|bytes| leads_of_four(word_of(bytes))).sum::<usize>()
        - text.chunks_exact(SIZE).map(|bytes| inner_bytes(word_of(bytes))).sum::<usize>()
}

fn inner_bytes(word: u64) -> usize {
    (word & !(word << 1) & HIGH_BITS).count_ones() as usize
}

fn leads_of_four(word: u64) -> usize {
    (word & word << 1 & word << 2 & word << 3 & HIGH_BITS).count_ones() as usize
}

/// The word at the front of `bytes`.
fn word_of(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
