//! By vectors of 16 bytes.

use super::{BLOCK, Seeking, WORD, word_of};
use core::arch::wasm32::{
    i8x16_bitmask, i8x16_lt, i8x16_min, i8x16_splat, u8x16_eq, u8x16_ge, u8x16_min, u8x16_splat, u64x2, v128,
    v128_any_true, v128_or,
};

const VECTOR: usize = 16;

pub(super) fn may_have(block: &[u8; BLOCK], seeking: Seeking) -> bool {
    let [a, b, c, d] = vectors(block);
    v128_any_true(match seeking {
        Seeking::LineEnds => {
            let least = u8x16_min(u8x16_min(a, b), u8x16_min(c, d));
            u8x16_ge(u8x16_splat(b'\r'), least)
        }
        // As signed numbers, what is not ASCII is negative.
        Seeking::LineEndsAndNonAscii => {
            let least = i8x16_min(i8x16_min(a, b), i8x16_min(c, d));
            i8x16_lt(least, i8x16_splat(b'\r' as i8 + 1))
        }
    })
}

/// All bytes in 16.
#[derive(Debug)]
pub(super) struct Noted(v128);

impl Default for Noted {
    fn default() -> Self {
        Self(u8x16_splat(0))
    }
}

impl Noted {
    pub(super) fn note(&mut self, block: &[u8; BLOCK]) {
        self.0 = v128_or(self.0, either(block));
    }

    pub(super) fn is_ascii(&self) -> bool {
        i8x16_bitmask(self.0) == 0
    }
}

/// A bit for each byte that is sought.
pub(super) fn positions(block: &[u8; BLOCK], seeking: Seeking) -> u64 {
    let bits = |vector| {
        let ends = v128_or(u8x16_eq(vector, u8x16_splat(b'\n')), u8x16_eq(vector, u8x16_splat(b'\r')));
        u64::from(i8x16_bitmask(if seeking == Seeking::LineEnds { ends } else { v128_or(ends, vector) }))
    };
    let [a, b, c, d] = vectors(block);
    bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48
}

/// The first position from `at` on whose byte is not ASCII, or `end`.
pub(in super::super::super) fn ascii_end(buffer: &[u8], at: usize, end: usize) -> usize {
    let mut position = at;
    for block in buffer[at..end].chunks_exact(BLOCK) {
        let Ok(block) = block.try_into() else { break };
        if i8x16_bitmask(either(block)) != 0 {
            break;
        }
        position += BLOCK;
    }
    while position < end && buffer[position].is_ascii() {
        position += 1;
    }
    position
}

fn either(block: &[u8; BLOCK]) -> v128 {
    let [a, b, c, d] = vectors(block);
    v128_or(v128_or(a, b), v128_or(c, d))
}

fn vectors(block: &[u8; BLOCK]) -> [v128; 4] {
    [0, 1, 2, 3].map(|number| vector(&block[number * VECTOR..]))
}

/// What is at the front of `bytes`.
fn vector(bytes: &[u8]) -> v128 {
    u64x2(word_of(bytes), word_of(&bytes[WORD..]))
}
