//! Looking at many bytes at once.

#[cfg_attr(compact, path = "scan/small.rs")]
mod blocks;

pub(super) use blocks::{Scanner, ascii_end};
#[cfg(not(compact))]
pub(super) use blocks::{WORD, word_of};

use alloc::vec::Vec;
use blocks::BLOCK;

/// So many bytes behind its end a text that is looked through must have: what they are does not matter.
pub(super) const SLACK: usize = BLOCK;

/// Makes room in front of `end`, and [`SLACK`] behind it.
pub(super) fn grow(buffer: &mut Vec<u8>, end: usize) {
    if buffer.len() < end + SLACK {
        let len = (end + SLACK).max(buffer.len() * 2);
        buffer.resize(len, 0);
    }
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seeking {
    /// U+000A and U+000D: the text is decoded, or its host decodes it.
    LineEnds,
    /// And what is not ASCII.
    LineEndsAndNonAscii,
}

#[cfg(test)]
mod tests {
    use super::super::profile::{append, is_same, move_down};
    use super::*;
    use alloc::vec;

    fn first(text: &[u8], len: usize, seeking: Seeking) -> usize {
        Scanner::new(seeking, 0, len).find(text, 0)
    }

    #[test]
    fn the_first_terminator_is_found_at_every_position_and_beside_look_alikes() {
        for len in 0..140 {
            for behind in [b'a', b'\n'] {
                let mut text = vec![b'\x0B'; len + SLACK];
                text[len..].fill(behind);
                assert_eq!(first(&text, len, Seeking::LineEnds), len);
                assert_eq!(first(&text, len, Seeking::LineEndsAndNonAscii), len);
            }
            for at in 0..len {
                for terminator in *b"\n\r" {
                    for filler in [b'a', b'\x0B', b'\x0C', b'\x0E', b'\x09', 0x8A, 0x8D, 0, 0xFF] {
                        let mut text = vec![filler; len + SLACK];
                        text[at] = terminator;
                        if at + 1 < len {
                            text[at + 1] = b'\x0B';
                        }
                        assert_eq!(first(&text, len, Seeking::LineEnds), at);
                        let is_ascii = filler.is_ascii() || at == 0;
                        assert_eq!(first(&text, len, Seeking::LineEndsAndNonAscii), if is_ascii { at } else { 0 });
                    }
                }
            }
        }
    }

    #[test]
    fn all_positions_are_found_one_after_the_other_wherever_the_search_goes_on() {
        let mut state = 1_u32;
        for round in 0..2000 {
            let mut text = vec![b'x'; 300 + SLACK];
            for byte in &mut text {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = match state >> 24 {
                    0..4 => b'\n',
                    4..8 => b'\r',
                    8..10 => 0xE4,
                    _ => b'x',
                };
            }
            let end = round % 300;
            for seeking in [Seeking::LineEnds, Seeking::LineEndsAndNonAscii] {
                let mut scanner = Scanner::new(seeking, 0, end);
                let mut at = 0;
                while at < end {
                    let is_meant =
                        |byte: &u8| *byte == b'\n' || *byte == b'\r' || *byte > 0x7F && seeking != Seeking::LineEnds;
                    let expected = text[at..end].iter().position(is_meant).map_or(end, |ahead| at + ahead);
                    assert_eq!(scanner.find(&text, at), expected);
                    // On behind it, or somewhere further on.
                    at = expected + 1 + if state & 1 == 0 { 0 } else { round % 90 };
                    state = state.rotate_left(1);
                }
            }
        }
    }

    #[test]
    fn short_texts_are_compared_and_appended_at_every_length() {
        let text: Vec<u8> = (0..40).collect();
        for len in 0..text.len() {
            let mut copy = vec![9];
            append(&mut copy, &text[..len]);
            assert_eq!(copy[1..], text[..len]);
            assert!(is_same(&copy[1..], &text[..len]) && !is_same(&copy, &text[..len]));
            for at in 0..len {
                let mut other = text[..len].to_vec();
                other[at] ^= 0x80;
                assert!(!is_same(&other, &text[..len]));
            }
        }
    }

    #[test]
    fn what_moves_down_is_what_it_was() {
        for gap in 1..40 {
            for len in 0..300 {
                let mut buffer: Vec<u8> = (0..400_usize).map(|at| (at * 7 + at / 256) as u8).collect();
                let mut expected = buffer.clone();
                expected.copy_within(20 + gap..20 + gap + len, 20);
                move_down(&mut buffer, 20 + gap, 20, len);
                assert_eq!(buffer, expected, "{len} bytes by {gap}");
            }
        }
    }

    #[test]
    fn the_ascii_ends_at_the_first_byte_above_7f_at_every_position() {
        for len in 0..140 {
            let mut bytes = vec![b'a'; len + SLACK];
            for at in 0..len {
                bytes.fill(b'a');
                bytes[at] = 0x80;
                assert_eq!(ascii_end(&bytes, 0, len), at);
            }
            bytes[..len].fill(b'a');
            bytes[len..].fill(0x80);
            assert_eq!(ascii_end(&bytes, 0, len), len);
        }
    }
}
