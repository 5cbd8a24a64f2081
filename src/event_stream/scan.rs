//! Looking at many bytes at once.

use alloc::vec::Vec;

/// The engine of mini programs is small before it is fast.
pub(super) const IS_SMALL: bool = cfg!(all(target_arch = "wasm32", not(feature = "serde")));

/// What is looked at in one step. In the engine of mini programs half as much: as JavaScript it has no larger integers.
#[cfg(not(all(target_arch = "wasm32", not(feature = "serde"))))]
pub(super) type Word = u64;
#[cfg(all(target_arch = "wasm32", not(feature = "serde")))]
pub(super) type Word = u32;

pub(super) const SIZE: usize = size_of::<Word>();
/// Words between two branches.
const WORDS: usize = if IS_SMALL { 1 } else { 8 };
const BLOCK: usize = WORDS * SIZE;
/// So many bytes behind its end a text that is looked through must have: what they are does not matter.
pub(super) const SLACK: usize = BLOCK;

/// Makes room in front of `end`, and [`SLACK`] behind it. A block at a time: what fills and copies for the standard library goes byte by
/// byte in MVP WebAssembly.
pub(super) fn grow(buffer: &mut Vec<u8>, end: usize) {
    if buffer.len() < end + SLACK {
        let len = (end + SLACK).max(buffer.len() * 2);
        if IS_SMALL {
            return buffer.resize(len, 0);
        }
        buffer.reserve_exact(len + BLOCK - buffer.len());
        while buffer.len() < len {
            buffer.extend_from_slice(&[0; BLOCK]);
        }
    }
}

/// Moves `len` bytes towards the front of the buffer, a word at a time.
pub(super) fn move_down(buffer: &mut [u8], from: usize, to: usize, len: usize) {
    if IS_SMALL {
        return buffer.copy_within(from..from + len, to);
    }
    let mut at = 0;
    while at + SIZE <= len {
        let word = word_of(&buffer[from + at..]);
        buffer[to + at..to + at + SIZE].copy_from_slice(&word.to_le_bytes());
        at += SIZE;
    }
    while at < len {
        buffer[to + at] = buffer[from + at];
        at += 1;
    }
}

/// A word of bytes that are 1.
pub(super) const ONES: Word = Word::MAX / 0xFF;
/// The highest bit of each byte.
pub(super) const HIGH_BITS: Word = ONES << 7;

/// Taken from a byte that is smaller, it borrows, which sets the highest bit: of U+000D and whatever is below, which is little.
const ABOVE: Word = ONES * (b'\r' + 1) as Word;
/// The first position from `at` on that has U+000A or U+000D, or `end`.
pub(super) fn line_end(buffer: &[u8], at: usize, end: usize) -> usize {
    find(buffer, at, end, ABOVE, false)
}

/// The first position from `at` on that has U+000A, U+000D or what is not ASCII, or `end`.
pub(super) fn ascii_line_end(buffer: &[u8], at: usize, end: usize) -> usize {
    find(buffer, at, end, ABOVE, true)
}

/// The first position from `at` on whose byte is not ASCII, or `end`.
pub(super) fn ascii_end(buffer: &[u8], at: usize, end: usize) -> usize {
    find(buffer, at, end, 0, true)
}

/// The first position of a line end, if `above` is [`ABOVE`], or of what is not ASCII, if that is to be found; or `end`.
#[cfg_attr(all(target_arch = "wasm32", not(feature = "serde")), inline(never))]
#[cfg_attr(not(all(target_arch = "wasm32", not(feature = "serde"))), inline(always))]
fn find(buffer: &[u8], mut at: usize, end: usize, above: Word, finds_non_ascii: bool) -> usize {
    let marks = |word: Word| {
        let borrows = word.wrapping_sub(above);
        if finds_non_ascii { borrows | word } else { borrows & !word }
    };
    let len = (end - at).next_multiple_of(BLOCK);
    for block in buffer[at..at + len].chunks_exact(BLOCK) {
        // Of a known size, words are read from one address.
        let block: &[u8; BLOCK] = block.try_into().unwrap_or(&[0; BLOCK]);
        let marked = (0..WORDS).fold(0, |all, number| all | marks(word_of(&block[number * SIZE..])));
        if marked & HIGH_BITS != 0
            && let Some(position) = locate(block, above != 0, finds_non_ascii)
        {
            return end.min(at + position);
        }
        at += BLOCK;
    }
    end
}

/// Apart from the loop, which needs all registers.
#[cfg_attr(not(all(target_arch = "wasm32", not(feature = "serde"))), inline(never))]
fn locate(block: &[u8], finds_ends: bool, finds_non_ascii: bool) -> Option<usize> {
    let is_meant = |byte| byte >= 0x80 && finds_non_ascii || finds_ends && (byte == b'\n' || byte == b'\r');
    if IS_SMALL {
        return block.iter().position(|byte| is_meant(*byte));
    }
    for (number, bytes) in block.chunks_exact(SIZE).enumerate() {
        let word = word_of(bytes);
        let mut marked = (word.wrapping_sub(ABOVE) | word) & HIGH_BITS;
        while marked != 0 {
            let position = number * SIZE + marked.trailing_zeros() as usize / 8;
            if is_meant(block[position]) {
                return Some(position);
            }
            marked &= marked - 1;
        }
    }
    None
}

/// The word at the front of `bytes`.
pub(super) fn word_of(bytes: &[u8]) -> Word {
    bytes.first_chunk().map_or(0, |bytes| Word::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
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
