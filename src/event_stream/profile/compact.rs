//! The compact engine's choices: the standard library's functions, and nothing that can be left out.

use alloc::vec::Vec;

/// Whether the host may make strings of bytes, so that the engine only looks for line ends.
pub(in super::super) const CAN_HOST_DECODE: bool = false;
/// Whether the data of a long event is handed out in parts, before the event is complete.
pub(in super::super) const HANDS_OUT_PARTS: bool = false;
/// Whether what is common (a block of one line of data, the fields `event` and `id`) is told apart before lines are parsed.
pub(in super::super) const HAS_SHORT_CUTS: bool = false;
/// Whether a chunk is decoded before it is looked through for lines.
pub(in super::super) const DECODES_FIRST: bool = true;
/// Whether streams can be read by block: `createParser` asks for that, which mini programs do not have.
pub(in super::super) const CAN_READ_BY_BLOCK: bool = cfg!(feature = "web");

/// Moves `len` bytes towards the front of the buffer.
pub(in super::super) fn move_down(buffer: &mut [u8], from: usize, to: usize, len: usize) {
    buffer.copy_within(from..from + len, to);
}

/// Whether two texts are the same.
pub(in super::super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other
}

/// Puts a text behind another.
pub(in super::super) fn append(text: &mut Vec<u8>, more: &[u8]) {
    text.extend_from_slice(more);
}
