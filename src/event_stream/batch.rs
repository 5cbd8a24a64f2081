//! What one chunk has completed, as a flat table of records over two texts, so that it crosses to JavaScript in one step.
//!
//! | record | words |
//! |---|---|
//! | event | `kind \| HAS_ID? \| type << 8`, start, end (, ID start, ID end) |
//! | last event ID (a block without data) | `kind`, start, end |
//! | retry | `kind`, milliseconds |
//! | comment | `kind`, start, end |
//! | event type | `kind \| type << 8`, start, end |
//!
//! The data of an event lies in the region of the stream's buffer from the first event's start to the last one's end; all
//! other text is short and lies in the side text. An event type is written once, by a record before its first use.

use super::interpreter::as_text;
use super::utf8::is_ascii;
use alloc::borrow::ToOwned;
use alloc::vec::Vec;
use core::ops::Range;

/// The lowest four bits of a record's first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum RecordKind {
    /// A dispatched event.
    Event = 0,
    /// The last event ID string has changed without an event.
    LastEventId = 1,
    /// A valid `retry` field.
    Retry = 2,
    /// A comment.
    Comment = 3,
    /// The name of an event type, for the records that follow.
    EventType = 4,
}

/// The bits of a record's first word that are its kind.
const KIND: u32 = 0xF;
/// Set in the first word of an event whose block had an `id` field.
const HAS_ID: u32 = 1 << 4;
/// The event type's number is in the bits above.
const TYPE_SHIFT: u32 = 8;
/// Types that are remembered from batch to batch; when there are so many, the next batch starts anew.
const MOST_TYPES: usize = 32;
/// A longer type is written each time, so that a hostile stream can't fill the table with megabytes.
const LONGEST_KEPT_TYPE: usize = 64;
/// The number of a type that is not kept: its record stands right before the event's.
const UNKEPT_TYPE: u32 = MOST_TYPES as u32 + 1;

/// One entry of a [`Batch`], borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// An event, as the standard dispatches it.
    Event {
        /// `message` where the block named none.
        event_type: &'a str,
        /// The data buffer.
        data: &'a str,
        /// The last event ID string of the source when the event is dispatched.
        last_event_id: &'a str,
    },
    /// A block without data has set the last event ID string.
    LastEventId(&'a str),
    /// The reconnection time, in milliseconds.
    Retry(u32),
    /// A comment's text without one leading space (only [`with_comments`](super::EventStream::with_comments)).
    Comment(&'a str),
}

/// What one chunk has completed.
#[derive(Debug, Default)]
pub struct Batch {
    records: Vec<u32>,
    side: Vec<u8>,
    region: Range<usize>,
    has_events: bool,
    is_ascii: bool,
    is_utf16: bool,
    /// Number 1 is the first entry; 0 is `message`, by default.
    event_types: Vec<Vec<u8>>,
    /// The last event ID string before the first record.
    last_event_id_before: Vec<u8>,
    last_event_id: Option<Range<usize>>,
}

impl Batch {
    /// The table: see the head of this module.
    #[must_use]
    pub fn records(&self) -> &[u32] {
        &self.records
    }

    /// The text of everything but data, as UTF-8.
    #[must_use]
    pub fn side(&self) -> &[u8] {
        &self.side
    }

    /// The part of the stream's buffer in which the data of all events lies.
    #[must_use]
    pub fn region(&self) -> Range<usize> {
        self.region.clone()
    }

    pub(super) fn clear(&mut self) {
        if let Some(id) = self.last_event_id.take() {
            self.side[id].clone_into(&mut self.last_event_id_before);
        }
        // Never within a batch, whose records may name its numbers.
        if self.event_types.len() == MOST_TYPES {
            self.event_types.clear();
        }
        self.records.clear();
        self.side.clear();
        self.region = 0..0;
        self.has_events = false;
        self.is_utf16 = false;
    }

    pub(super) fn set_last_event_id(&mut self, last_event_id: &[u8]) {
        self.last_event_id = None;
        last_event_id.clone_into(&mut self.last_event_id_before);
    }

    pub(super) fn push_event(&mut self, event_type: &[u8], data: Range<usize>, id: Option<&[u8]>) {
        let number = self.event_type_number(event_type) << TYPE_SHIFT;
        let has_id = if id.is_some() { HAS_ID } else { 0 };
        if !self.has_events {
            self.has_events = true;
            self.region.start = data.start;
        }
        self.region.end = data.end;
        self.records.push(RecordKind::Event as u32 | has_id | number);
        self.push_range(&data);
        if let Some(id) = id {
            self.last_event_id = Some(self.push_side(id));
        }
    }

    pub(super) fn push_last_event_id(&mut self, id: &[u8]) {
        self.records.push(RecordKind::LastEventId as u32);
        self.last_event_id = Some(self.push_side(id));
    }

    pub(super) fn push_retry(&mut self, time: u32) {
        self.records.push(RecordKind::Retry as u32);
        self.records.push(time);
    }

    pub(super) fn push_comment(&mut self, text: &[u8]) {
        self.records.push(RecordKind::Comment as u32);
        self.push_side(text);
    }

    /// All data at or behind `non_ascii_end` is ASCII.
    pub(super) fn non_ascii_from(&mut self, non_ascii_end: usize) {
        self.is_ascii = non_ascii_end <= self.region.start;
    }

    fn event_type_number(&mut self, event_type: &[u8]) -> u32 {
        if event_type.is_empty() {
            return 0;
        }
        if let Some(at) = self.event_types.iter().position(|known| known == event_type) {
            return at as u32 + 1;
        }
        let number = if event_type.len() > LONGEST_KEPT_TYPE || self.event_types.len() == MOST_TYPES {
            UNKEPT_TYPE
        } else {
            self.event_types.push(event_type.into());
            self.event_types.len() as u32
        };
        self.records.push(RecordKind::EventType as u32 | number << TYPE_SHIFT);
        self.push_side(event_type);
        number
    }

    fn push_side(&mut self, text: &[u8]) -> Range<usize> {
        let range = self.side.len()..self.side.len() + text.len();
        self.side.extend_from_slice(text);
        self.push_range(&range);
        range
    }

    fn push_range(&mut self, range: &Range<usize>) {
        self.records.push(range.start as u32);
        self.records.push(range.end as u32);
    }

    /// Turns the records' positions into UTF-16 code units: of events relative to the region, of others to the side text.
    /// JavaScript then makes one string of each and takes slices. One pass over each text; nothing to do where both are ASCII.
    pub(super) fn count_in_utf16(&mut self, buffer: &[u8]) {
        if self.is_utf16 {
            return;
        }
        self.is_utf16 = true;
        let mut region = Utf16Cursor::new(&buffer[..self.region.end], self.region.start, self.is_ascii);
        let mut side = Utf16Cursor::new(&self.side, 0, is_ascii(&self.side));
        let mut at = 0;
        while let Some(head) = self.records.get(at).copied() {
            at += 1;
            let is_event = head & KIND == RecordKind::Event as u32;
            if head & KIND == RecordKind::Retry as u32 {
                at += 1;
                continue;
            }
            if is_event {
                in_utf16(&mut self.records[at..at + 2], &mut region);
                at += 2;
            }
            if !is_event || head & HAS_ID != 0 {
                in_utf16(&mut self.records[at..at + 2], &mut side);
                at += 2;
            }
        }
    }

    pub(super) fn for_each_item(&self, buffer: &[u8], mut visit: impl FnMut(Item<'_>)) {
        debug_assert!(!self.is_utf16, "positions are in UTF-16 already");
        let mut last_event_id = as_text(&self.last_event_id_before);
        let mut event_types = [""; UNKEPT_TYPE as usize + 1];
        event_types[0] = "message";
        for (number, known) in self.event_types.iter().enumerate() {
            event_types[number + 1] = as_text(known);
        }
        let mut at = 0;
        while let Some(record) = Record::at(&self.records, at) {
            let slice = |text: &Range<usize>| self.records[text.start] as usize..self.records[text.end - 1] as usize;
            let side = record.side.as_ref().map_or("", |text| as_text(&self.side[slice(text)]));
            match record.kind {
                RecordKind::Event => {
                    if record.side.is_some() {
                        last_event_id = side;
                    }
                    let data = record.data.as_ref().map_or(&[][..], |text| &buffer[slice(text)]);
                    visit(Item::Event {
                        event_type: event_types[record.event_type as usize],
                        data: as_text(data),
                        last_event_id,
                    });
                }
                RecordKind::LastEventId => {
                    last_event_id = side;
                    visit(Item::LastEventId(side));
                }
                RecordKind::Retry => visit(Item::Retry(self.records[at + 1])),
                RecordKind::Comment => visit(Item::Comment(side)),
                RecordKind::EventType => event_types[record.event_type as usize] = side,
            }
            at = record.end;
        }
    }
}

/// A record of the table: the words that hold positions, and where the next one begins.
struct Record {
    kind: RecordKind,
    event_type: u32,
    data: Option<Range<usize>>,
    side: Option<Range<usize>>,
    end: usize,
}

impl Record {
    fn at(records: &[u32], at: usize) -> Option<Self> {
        let head = *records.get(at)?;
        let (kind, data, side) = match head & KIND {
            0 if head & HAS_ID == 0 => (RecordKind::Event, Some(at + 1..at + 3), None),
            0 => (RecordKind::Event, Some(at + 1..at + 3), Some(at + 3..at + 5)),
            1 => (RecordKind::LastEventId, None, Some(at + 1..at + 3)),
            2 => (RecordKind::Retry, None, None),
            3 => (RecordKind::Comment, None, Some(at + 1..at + 3)),
            _ => (RecordKind::EventType, None, Some(at + 1..at + 3)),
        };
        let end = match (&side, &data) {
            (Some(words), _) | (None, Some(words)) => words.end,
            (None, None) => at + 2,
        };
        Some(Self { kind, event_type: head >> TYPE_SHIFT, data, side, end })
    }
}

/// Turns the positions of one text.
fn in_utf16(words: &mut [u32], cursor: &mut Utf16Cursor<'_>) {
    words.iter_mut().for_each(|word| *word = cursor.units_at(*word));
}

/// Counts UTF-16 code units over a text whose positions are asked for in rising order.
struct Utf16Cursor<'a> {
    text: &'a [u8],
    is_ascii: bool,
    start: usize,
    at: usize,
    units: u32,
}

impl<'a> Utf16Cursor<'a> {
    fn new(text: &'a [u8], start: usize, is_ascii: bool) -> Self {
        Self { text, is_ascii, start, at: start, units: 0 }
    }

    fn units_at(&mut self, position: u32) -> u32 {
        let position = position as usize;
        if self.is_ascii {
            return (position - self.start) as u32;
        }
        // A character has one unit for its first byte, and one more where that announces four bytes.
        for byte in &self.text[self.at..position] {
            self.units += u32::from(byte & 0xC0 != 0x80) + u32::from(*byte >= 0xF0);
        }
        self.at = position;
        self.units
    }
}
