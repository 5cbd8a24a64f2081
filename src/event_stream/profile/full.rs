//! The full engine's choices: what is common is done sooner than the standard library does it, whose functions are made for long texts.

use super::super::scan::{WORD, word_of};
use alloc::vec::Vec;

/// Whether the host may make strings of bytes, so that the engine only looks for line ends.
pub(in super::super) const CAN_HOST_DECODE: bool = true;
/// Whether the data of a long event is handed out in parts, before the event is complete.
pub(in super::super) const HANDS_OUT_PARTS: bool = true;
/// Whether what is common (a block of one line of data, the fields `event` and `id`) is told apart before lines are parsed.
pub(in super::super) const HAS_SHORT_CUTS: bool = true;
/// Whether a chunk is decoded before it is looked through for lines.
pub(in super::super) const DECODES_FIRST: bool = false;
/// Whether streams can be read by block: `createParser` asks for that.
pub(in super::super) const CAN_READ_BY_BLOCK: bool = true;

// In bytes.
const FEW: usize = 256;
const STEP: usize = 16;

/// Moves `len` bytes towards the front of the buffer.
pub(in super::super) fn move_down(buffer: &mut [u8], from: usize, to: usize, len: usize) {
    if len > FEW {
        return buffer.copy_within(from..from + len, to);
    }
    // Sooner done than a call. The last step is read first, since others may be written over where it is.
    let last = buffer[from..from + len].last_chunk::<STEP>().copied();
    let mut at = 0;
    while at + STEP <= len {
        let Some(step) = buffer[from + at..].first_chunk::<STEP>().copied() else { return };
        buffer[to + at..to + at + STEP].copy_from_slice(&step);
        at += STEP;
    }
    if let Some(last) = last {
        buffer[to + len - STEP..to + len].copy_from_slice(&last);
        return;
    }
    while at < len {
        buffer[to + at] = buffer[from + at];
        at += 1;
    }
}

/// Whether two short texts are the same.
pub(in super::super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (words, others) = (one.chunks_exact(WORD), other.chunks_exact(WORD));
    let (rest, other_rest) = (words.remainder(), others.remainder());
    let words = words.zip(others).fold(true, |is_same, (one, other)| is_same & (word_of(one) == word_of(other)));
    rest.iter().zip(other_rest).fold(words, |is_same, (one, other)| is_same & (one == other))
}

/// Puts a short text behind another.
pub(in super::super) fn append(text: &mut Vec<u8>, more: &[u8]) {
    text.reserve(more.len());
    let words = more.chunks_exact(WORD);
    let rest = words.remainder();
    words.for_each(|word| text.extend_from_slice(&word_of(word).to_le_bytes()));
    rest.iter().for_each(|byte| text.push(*byte));
}
