//! What one chunk has completed, as a flat table of records over two texts, so that it crosses to JavaScript in one step.
//!
//! | record | three words |
//! |---|---|
//! | event | `kind \| IN_PARTS? \| type << 8`, start, end |
//! | event in a region of gaps | `kind \| BY_CR? \| IN_PARTS? \| type << 8`, gap, length or 0 |
//! | last event ID | `kind \| WITH_EVENT? \| NO_TEXT?`, start, end |
//! | retry | `kind`, milliseconds, 0 |
//! | comment | `kind`, start, end |
//! | event type | `kind \| type << 8`, start, end |
//! | region | `kind \| NON_ASCII? \| GAPS?`, start, length |
//! | part | `kind \| NON_ASCII? \| FIRST?`, start, length |
//! | ignored line | `kind \| NO_TEXT?`, start, end |
//! | ignored block | `kind`, start, end |
//!
//! The data of events lies in the stream's buffer, in regions: each begins with an event's data and ends with that of the same or a
//! later one, and its record stands before theirs. JavaScript makes one string of a region and takes slices of it; a region of many
//! events is not long, so that a slice that is kept does not keep much else. All other text is short and lies in the side text. An
//! event type is written once, by a record before its first use; a last event ID stands before the event of its block.
//!
//! Where the host decodes, looking for a line's end takes less time than counting code units: in a region of gaps an event stands so
//! many units behind the one before it, and goes on to the line's end if its length is not told. And an event that grows long is told in
//! parts, of which the event's record has the last, be it empty.

use super::profile::{CAN_HOST_DECODE, CAN_READ_BY_BLOCK, HANDS_OUT_PARTS, append, is_same};
use super::scan::ascii_end;
use super::utf8::units_when_decoded;
use crate::boundary::RecordKind;
use crate::boundary::record::{BY_CR, FIRST, GAPS, NO_TEXT, NON_ASCII, WORDS};
pub(super) use crate::boundary::record::{IN_PARTS, KIND, MANY_LINES, TYPE_SHIFT, WITH_EVENT};
use alloc::borrow::ToOwned;
use alloc::vec::Vec;
use core::ops::Range;

/// Words of a record.
pub(super) const RECORD: usize = WORDS as usize;
/// The longest region of more than one event.
const LONGEST_REGION: usize = 16 << 10;
/// Types that are remembered from batch to batch; when there are so many, the next batch starts anew.
const MOST_TYPES: usize = 32;
/// A longer type is written each time, so that a hostile stream can't fill the table with megabytes.
const LONGEST_KEPT_TYPE: usize = 64;
/// The number of a type that is not kept: its record stands right before the event's.
pub(super) const UNKEPT_TYPE: u32 = MOST_TYPES as u32 + 1;

/// What one chunk has completed.
#[derive(Debug, Default)]
pub struct Batch {
    records: Vec<u32>,
    side: Vec<u8>,
    /// The position of the last region's record.
    region: Option<usize>,
    /// Where the first region or part begins.
    start: Option<usize>,
    /// All texts of the records are, or positions count code units already.
    is_ascii: bool,
    /// Number 1 is the first entry; 0 is `message`, by default.
    pub(super) event_types: Vec<Vec<u8>>,
    /// The last event ID string before the first record.
    pub(super) last_event_id_before: Vec<u8>,
    last_event_id: Option<Range<usize>>,
    /// An event whose block has no ID is told as one that has none.
    pub(super) is_by_block: bool,
    /// By block: the ID that was told last is one.
    has_told_id: bool,
}

impl Batch {
    /// The table: see the head of `batch.rs`.
    #[must_use]
    pub fn records(&self) -> &[u32] {
        &self.records
    }

    /// The text of everything but data, as UTF-8.
    #[must_use]
    pub fn side(&self) -> &[u8] {
        &self.side
    }

    /// Whether there is an event among the records.
    pub(crate) fn has_events(&self) -> bool {
        self.region.is_some()
    }

    pub(super) fn clear(&mut self) {
        if let Some(id) = self.last_event_id.take() {
            // Only callers in Rust ask for it.
            if !cfg!(npm) {
                self.side[id].clone_into(&mut self.last_event_id_before);
            }
        }
        // Never within a batch, whose records may name its numbers.
        if self.event_types.len() == MOST_TYPES {
            self.event_types.clear();
        }
        self.records.clear();
        self.side.clear();
        self.region = None;
        self.start = None;
    }

    pub(super) fn set_last_event_id(&mut self, last_event_id: &[u8]) {
        self.last_event_id = None;
        last_event_id.clone_into(&mut self.last_event_id_before);
    }

    pub(super) fn push_event(&mut self, event_type: &[u8], data: Range<usize>, flags: u32, id: Option<&[u8]>) {
        if let Some(id) = id {
            self.push_id(WITH_EVENT, id);
        } else if CAN_READ_BY_BLOCK && self.has_told_id {
            self.push_id(WITH_EVENT | NO_TEXT, b"");
            self.has_told_id = false;
        }
        let number = self.event_type_number(event_type) << TYPE_SHIFT;
        self.include(&data);
        let flags = if CAN_HOST_DECODE || HANDS_OUT_PARTS { flags } else { 0 };
        self.push(RecordKind::Event as u32 | flags | number, data.start, data.end);
    }

    /// Widens the region so that the data lies in it, or begins another.
    fn include(&mut self, data: &Range<usize>) {
        if let Some(at) = self.region {
            let len = data.end - self.records[at + 1] as usize;
            if len <= LONGEST_REGION {
                self.records[at + 2] = len as u32;
                return;
            }
        }
        self.start = self.start.or(Some(data.start));
        self.region = Some(self.records.len());
        self.push(RecordKind::Region as u32, data.start, data.len());
    }

    pub(super) fn push_part(&mut self, data: Range<usize>, is_first: bool) {
        self.start = self.start.or(Some(data.start));
        self.push(RecordKind::Part as u32 | if is_first { FIRST } else { 0 }, data.start, data.len());
        self.region = None;
    }

    fn push(&mut self, head: u32, start: usize, end: usize) {
        self.records.extend_from_slice(&[head, start as u32, end as u32]);
    }

    pub(super) fn push_last_event_id(&mut self, id: &[u8]) {
        self.push_id(0, id);
    }

    fn push_id(&mut self, flag: u32, id: &[u8]) {
        if CAN_READ_BY_BLOCK {
            self.has_told_id = self.is_by_block;
        }
        self.last_event_id = Some(self.push_side(RecordKind::LastEventId as u32 | flag, id));
    }

    pub(super) fn push_retry(&mut self, time: u32) {
        self.push(RecordKind::Retry as u32, time as usize, 0);
    }

    /// A comment, or what is ignored.
    pub(super) fn push_text(&mut self, kind: RecordKind, text: &[u8]) {
        self.push_side(kind as u32, text);
    }

    /// A line that is ignored, of which nothing was kept.
    pub(super) fn push_dropped_line(&mut self) {
        self.push_side(RecordKind::IgnoredLine as u32 | NO_TEXT, b"");
    }

    /// All data at or behind `non_ascii_end` is ASCII.
    pub(super) fn non_ascii_from(&mut self, non_ascii_end: usize) {
        self.is_ascii = self.start.is_none_or(|start| non_ascii_end <= start)
            && self.side.iter().fold(0, |all, byte| all | byte) < 0x80;
    }

    fn event_type_number(&mut self, event_type: &[u8]) -> u32 {
        if event_type.is_empty() {
            return 0;
        }
        if let Some(at) = self.event_types.iter().position(|known| is_same(known, event_type)) {
            return at as u32 + 1;
        }
        let number = if event_type.len() > LONGEST_KEPT_TYPE || self.event_types.len() == MOST_TYPES {
            UNKEPT_TYPE
        } else {
            self.event_types.push(event_type.into());
            self.event_types.len() as u32
        };
        self.push_side(RecordKind::EventType as u32 | number << TYPE_SHIFT, event_type);
        number
    }

    fn push_side(&mut self, head: u32, text: &[u8]) -> Range<usize> {
        let range = self.side.len()..self.side.len() + text.len();
        append(&mut self.side, text);
        self.push(head, range.start, range.end);
        range
    }

    /// Turns the records' positions into UTF-16 code units, counted from the start of their region or of the side text. JavaScript then
    /// makes one string of each and takes slices. One pass over each text; nothing to do where all are ASCII.
    pub(super) fn count_in_utf16(&mut self, buffer: &[u8], host_decodes: bool) {
        if self.is_ascii {
            return;
        }
        // Not again.
        self.is_ascii = true;
        let mut region = Utf16Cursor::new(&[], 0);
        // Where the event before ends, in a region of gaps.
        let mut before = None;
        let mut side = Utf16Cursor::new(&self.side, 0);
        for record in self.records.chunks_exact_mut(RECORD) {
            let [head, positions @ ..] = record else { return };
            if HANDS_OUT_PARTS && *head & KIND == RecordKind::Part as u32 {
                let (start, end) = (positions[0] as usize, (positions[0] + positions[1]) as usize);
                if ascii_end(buffer, start, end) < end {
                    *head |= NON_ASCII;
                }
            } else if *head == RecordKind::Region as u32 {
                let (start, end) = (positions[0] as usize, (positions[0] + positions[1]) as usize);
                let is_ascii = ascii_end(buffer, start, end) == end;
                before = None;
                region = Utf16Cursor::new(&[], 0);
                if is_ascii {
                    continue;
                }
                *head |= NON_ASCII;
                if CAN_HOST_DECODE && host_decodes {
                    *head |= GAPS;
                    before = Some(start);
                } else {
                    region = Utf16Cursor::new(buffer, start);
                }
            } else if *head & KIND != RecordKind::Event as u32 {
                if *head != RecordKind::Retry as u32 {
                    side.count(positions);
                }
            } else if let (true, Some(before)) = (CAN_HOST_DECODE, &mut before) {
                let [start, end] = [positions[0] as usize, positions[1] as usize];
                let gap = units_when_decoded(&buffer[*before..start]);
                let len = if *head & MANY_LINES != 0 { units_when_decoded(&buffer[start..end]) } else { 0 };
                if buffer.get(end) == Some(&b'\r') {
                    *head |= BY_CR;
                }
                positions.copy_from_slice(&[gap as u32, len as u32]);
                *before = end;
            } else {
                region.count(positions);
            }
        }
    }
}

/// Counts UTF-16 code units over a text whose positions are asked for in rising order.
struct Utf16Cursor<'a> {
    text: &'a [u8],
    at: usize,
    /// Of the position `at`, counted in code units from where the cursor began.
    units: usize,
}

impl<'a> Utf16Cursor<'a> {
    /// An empty text is one that is ASCII.
    fn new(text: &'a [u8], start: usize) -> Self {
        Self { text, at: start, units: start }
    }

    /// Turns positions.
    fn count(&mut self, positions: &mut [u32]) {
        for position in positions {
            if !self.text.is_empty() {
                let next = *position as usize;
                self.units += units(&self.text[self.at..next]);
                self.at = next;
                *position = self.units as u32;
            }
        }
    }
}

/// How many UTF-16 code units a text of UTF-8 has: one for the first byte of a character, and one more where that announces four bytes.
/// Of short texts, and where the host doesn't decode.
#[inline(never)]
pub(super) fn units(text: &[u8]) -> usize {
    text.iter().fold(0, |units, byte| units + usize::from(byte & 0xC0 != 0x80) + usize::from(*byte >= 0xF0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_stream::{EventStream, Item, Limits, Utf8Mode};
    use alloc::string::String;
    use alloc::{format, vec};
    use std::collections::BTreeMap;

    /// As `pkg-template/batch.js` reads the table of a stream that the host decodes.
    #[derive(Default)]
    struct Host {
        types: BTreeMap<u32, String>,
        last_event_id: String,
        parts: String,
        seen: Vec<String>,
    }

    impl Host {
        fn read(&mut self, stream: &mut EventStream) {
            let (batch, buffer) = stream.batch_in_utf16();
            let units = |bytes: &[u8]| String::from_utf8_lossy(bytes).encode_utf16().collect::<Vec<u16>>();
            let slice =
                |units: &[u16], from: u32, to: u32| String::from_utf16_lossy(&units[from as usize..to as usize]);
            let side = units(batch.side());
            let (mut region, mut start, mut has_gaps) = (Vec::new(), 0, false);
            for record in batch.records().chunks_exact(RECORD) {
                let [head, from, to] = *record else { return };
                match RecordKind::of(head & KIND).unwrap() {
                    RecordKind::Region => {
                        region = units(&buffer[from as usize..(from + to) as usize]);
                        assert_eq!(head & NON_ASCII == 0, region.iter().all(|unit| *unit < 0x80));
                        has_gaps = head & GAPS != 0;
                        start = if has_gaps { 0 } else { from };
                    }
                    RecordKind::Event => {
                        let (mut from, mut to) = (from.wrapping_sub(start), to.wrapping_sub(start));
                        if has_gaps {
                            (from, to) = (start + record[1], record[2]);
                            let end = u16::from(if head & BY_CR == 0 { b'\n' } else { b'\r' });
                            let line = region[from as usize..].iter().position(|unit| *unit == end);
                            to = if to > 0 {
                                from + to
                            } else {
                                line.map_or(region.len() as u32, |line| from + line as u32)
                            };
                            start = to;
                        }
                        let event_type = self.types.get(&(head >> TYPE_SHIFT)).map_or("message", String::as_str);
                        let mut data = slice(&region, from, to);
                        if head & IN_PARTS != 0 {
                            data = core::mem::take(&mut self.parts) + &data;
                        }
                        self.seen.push(format!("{event_type} {data:?} {:?}", self.last_event_id));
                    }
                    RecordKind::Part => {
                        let part = units(&buffer[from as usize..(from + to) as usize]);
                        assert_eq!(head & NON_ASCII == 0, part.iter().all(|unit| *unit < 0x80));
                        if head & FIRST != 0 {
                            self.parts.clear();
                        }
                        self.parts += &slice(&part, 0, part.len() as u32);
                    }
                    RecordKind::Retry => {}
                    kind => {
                        let text = slice(&side, from, to);
                        match kind {
                            RecordKind::EventType => drop(self.types.insert(head >> TYPE_SHIFT, text)),
                            RecordKind::LastEventId => self.last_event_id = text,
                            _ => self.seen.push(format!(": {text:?}")),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_the_host_decodes_is_what_would_have_been_decoded() {
        const PIECES: [&[u8]; 24] = [
            b"data: ",
            b"data:",
            b"data: x",
            b"\n",
            b"\n",
            b"\n\n",
            b"\r\n",
            b"\r\n\r\n",
            b"\r",
            b"id: ",
            b"event: ",
            b": ",
            "你好".as_bytes(),
            "🚀".as_bytes(),
            b"\xE4",
            b"\xE4\xBD",
            b"\xF0\x9F\x98",
            b"\x80",
            b"\xC0\xAF",
            b"\xED\xA0\x80",
            b"\xFF",
            b"\xEF\xBB\xBF",
            b" ",
            b"data\n",
        ];
        let mut state = 7_u32;
        let mut random = |bound: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % bound
        };
        for _ in 0..20_000 {
            let pieces: Vec<&[u8]> = (0..random(30)).map(|_| PIECES[random(PIECES.len())]).collect();
            let bytes = pieces.concat();
            let new = || EventStream::new(Limits::default(), Utf8Mode::Replace).with_comments().with_ignored();
            let (mut decoding, mut left) = (new(), new());
            left.leave_decoding_to_host([1, 5, 30, 1000][random(4)]);
            let mut expected = vec![];
            let mut host = Host::default();
            let most = [1, 3, 200][random(3)];
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let (chunk, behind) = rest.split_at(rest.len().min(1 + random(most)));
                rest = behind;
                decoding.feed(chunk).unwrap();
                decoding.for_each_item(|item| match item {
                    Item::Event { event_type, data, last_event_id } => {
                        expected.push(format!("{event_type} {data:?} {last_event_id:?}"));
                    }
                    Item::Comment(text) | Item::IgnoredLine(text) | Item::IgnoredBlock(text) => {
                        expected.push(format!(": {text:?}"));
                    }
                    _ => {}
                });
                left.feed(chunk).unwrap();
                host.read(&mut left);
            }
            assert_eq!(host.seen, expected, "{bytes:x?}");
            assert_eq!(left.last_event_id(), decoding.last_event_id());
        }
    }

    #[test]
    fn code_units_are_counted_as_std_does() {
        let text = "aß你好🚀 plain ASCII in between 👩‍💻 and 春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。".repeat(3);
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for start in &ends {
            for end in ends.iter().filter(|end| *end >= start) {
                assert_eq!(units(&text.as_bytes()[*start..*end]), text[*start..*end].encode_utf16().count());
            }
        }
    }
}
