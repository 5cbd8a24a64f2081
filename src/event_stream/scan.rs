//! Looking at many bytes at once.

/// What is looked at in one step. In the engine of mini programs half as much: as JavaScript it has no larger integers.
#[cfg(not(all(target_arch = "wasm32", not(feature = "serde"))))]
pub(super) type Word = u64;
#[cfg(all(target_arch = "wasm32", not(feature = "serde")))]
pub(super) type Word = u32;

/// A word of bytes that are 1.
pub(super) const ONES: Word = Word::MAX / 0xFF;
/// The highest bit of each byte.
pub(super) const HIGH_BITS: Word = ONES << 7;

/// The position of the first byte that is marked. `marks` sets the highest bit of a byte that is, and only of such ones up to the
/// first; it never marks a space.
pub(super) fn position(text: &[u8], marks: impl Fn(Word) -> Word) -> Option<usize> {
    const SIZE: usize = size_of::<Word>();
    let mut at = 0;
    for word in text.chunks_exact(SIZE) {
        let found = marks(Word::from_le_bytes(word.try_into().unwrap_or_default()));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += SIZE;
    }
    let spaces = ONES * Word::from(b' ');
    text[at..].iter().position(|byte| marks(spaces ^ Word::from(b' ' ^ byte)) != 0).map(|offset| at + offset)
}
