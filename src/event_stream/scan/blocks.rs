//! Blocks of 64 bytes, of which each is loaded once.

#[cfg_attr(not(target_feature = "simd128"), path = "blocks/words.rs")]
#[cfg_attr(target_feature = "simd128", path = "blocks/simd.rs")]
mod vectors;

use super::Seeking;

/// In bytes.
pub(in super::super) const WORD: usize = 8;

/// The word at the front of `bytes`.
pub(in super::super) fn word_of(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
pub(in super::super) use vectors::ascii_end;
use vectors::{Noted, may_have, positions};

/// Bytes between two branches.
pub(super) const BLOCK: usize = 64;

/// Looks through a text from front to back; each block is loaded once.
#[derive(Debug)]
pub(in super::super) struct Scanner {
    pub(in super::super) seeking: Seeking,
    /// Where the text ends.
    pub(in super::super) end: usize,
    /// The block that was looked at last.
    base: usize,
    /// A bit for each byte of it that is sought.
    found: u64,
    /// What is in front of this position has been looked at.
    next: usize,
    noted: Noted,
}

impl Scanner {
    pub(in super::super) fn new(seeking: Seeking, at: usize, end: usize) -> Self {
        Self { seeking, end, base: at, found: 0, next: at, noted: Noted::default() }
    }

    /// The first position from `at` on that has what is sought, or the end. Asked for in rising order.
    #[inline]
    pub(in super::super) fn find(&mut self, buffer: &[u8], at: usize) -> usize {
        let passed = at - self.base;
        self.found = if passed < BLOCK { self.found >> passed << passed } else { 0 };
        if self.found == 0 {
            self.next = self.next.max(at);
            self.look(buffer);
        }
        if self.found == 0 { self.end } else { self.end.min(self.base + self.found.trailing_zeros() as usize) }
    }

    /// Whether all that has been looked at is ASCII. False if something behind the end is not.
    pub(in super::super) fn is_ascii(&self) -> bool {
        self.noted.is_ascii()
    }

    /// On to the next block that has what is sought.
    #[inline]
    fn look(&mut self, buffer: &[u8]) {
        let (mut base, mut next) = (self.base, self.next);
        let seeking = self.seeking;
        if next < self.end {
            let len = (self.end - next).next_multiple_of(BLOCK);
            for block in buffer[next..next + len].chunks_exact(BLOCK) {
                // Of a known size, its words are read from one address.
                let Ok(block) = block.try_into() else { break };
                base = next;
                next += BLOCK;
                self.noted.note(block);
                if may_have(block, seeking) {
                    self.found = positions(block, seeking);
                    if self.found != 0 {
                        break;
                    }
                }
            }
        }
        self.base = base;
        self.next = next;
    }
}
