//! What a line is: blank, a comment or a field ([§9.2.6]).
//!
//! [§9.2.6]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

use super::profile::HAS_SHORT_CUTS;
use core::ops::Range;

/// A line of the stream; ranges are positions in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Blank,
    Comment(Range<usize>),
    Field(FieldName, Range<usize>),
}

/// The field names that the standard knows. Names are compared case by case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldName {
    Data,
    Event,
    Id,
    Retry,
    Unknown,
}

/// What a line is that begins so, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    /// Of a field that the standard knows: its name is there, and the colon.
    Field,
    /// The name of such a field, which may yet go on.
    Name,
    /// A part of such a name, or nothing at all.
    Part,
    /// Of a comment.
    Comment,
    /// Of a field that the standard does not know.
    Unknown,
}

/// Looks at the first bytes only, so that a line may be asked about as often as it grows.
#[inline(never)]
pub(super) fn beginning(line: &[u8]) -> Beginning {
    let name: &[u8] = match line.first() {
        None => return Beginning::Part,
        Some(b':') => return Beginning::Comment,
        Some(b'd') => b"data",
        Some(b'e') => b"event",
        Some(b'i') => b"id",
        Some(b'r') => b"retry",
        Some(_) => return Beginning::Unknown,
    };
    if line.iter().zip(name).any(|(byte, of_name)| byte != of_name) {
        return Beginning::Unknown;
    }
    match line.get(name.len()) {
        Some(b':') => Beginning::Field,
        Some(_) => Beginning::Unknown,
        None if line.len() == name.len() => Beginning::Name,
        None => Beginning::Part,
    }
}

/// "If the line is empty … / starts with a U+003A COLON … / contains a U+003A COLON … / otherwise".
pub(super) fn parse_line(line: &[u8]) -> Line {
    if line.is_empty() {
        return Line::Blank;
    }
    if HAS_SHORT_CUTS {
        // Sooner than looking for the colon. Data has been told apart already.
        let known = match line[0] {
            b'e' if line.starts_with(b"event:") => Some((FieldName::Event, 6)),
            b'i' if line.starts_with(b"id:") => Some((FieldName::Id, 3)),
            b':' => {
                let one_space = usize::from(line.get(1) == Some(&b' '));
                return Line::Comment(1 + one_space..line.len());
            }
            _ => None,
        };
        if let Some((name, value)) = known {
            return Line::Field(name, value + usize::from(line.get(value) == Some(&b' '))..line.len());
        }
    }
    let colon = line.iter().position(|byte| *byte == b':');
    let value = match colon {
        None => line.len()..line.len(),
        Some(colon) => {
            let one_space = usize::from(line.get(colon + 1) == Some(&b' '));
            colon + 1 + one_space..line.len()
        }
    };
    match &line[..colon.unwrap_or(line.len())] {
        b"" => Line::Comment(value),
        b"data" => Line::Field(FieldName::Data, value),
        b"event" => Line::Field(FieldName::Event, value),
        b"id" => Line::Field(FieldName::Id, value),
        b"retry" => Line::Field(FieldName::Retry, value),
        _ => Line::Field(FieldName::Unknown, value),
    }
}

/// "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten".
/// `Deviation:` an integer above `u32::MAX` (49 days in milliseconds) is taken as `u32::MAX`.
pub(super) fn parse_retry(value: &[u8]) -> Option<u32> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(value.iter().fold(0, |time: u32, digit| time.saturating_mul(10).saturating_add(u32::from(digit - b'0'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_blank_a_comment_or_a_field() {
        assert_eq!(parse_line(b""), Line::Blank);
        assert_eq!(parse_line(b":"), Line::Comment(1..1));
        assert_eq!(parse_line(b": hi"), Line::Comment(2..4));
        assert_eq!(parse_line(b"data"), Line::Field(FieldName::Data, 4..4));
        assert_eq!(parse_line(b"data:  x"), Line::Field(FieldName::Data, 6..8));
        assert_eq!(parse_line(b"data:a:b"), Line::Field(FieldName::Data, 5..8));
        assert_eq!(parse_line(b"Data: x"), Line::Field(FieldName::Unknown, 6..7));
        assert_eq!(parse_line(b"data : x"), Line::Field(FieldName::Unknown, 7..8));
    }

    #[test]
    fn retry_takes_ascii_digits_only_and_saturates() {
        assert_eq!(parse_retry(b"0100"), Some(100));
        assert_eq!(parse_retry(b"99999999999999999999"), Some(u32::MAX));
        for junk in [&b""[..], b"+1", b"-1", b"1 ", b" 1", b"1e3", b"1.0", b"0x10", "１".as_bytes()] {
            assert_eq!(parse_retry(junk), None);
        }
    }
}
