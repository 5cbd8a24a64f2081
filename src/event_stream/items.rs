//! A batch, for callers in Rust.

use super::batch::{Batch, KIND, RECORD, TYPE_SHIFT, UNKEPT_TYPE, WITH_EVENT};
use super::interpreter::as_text;
use crate::boundary::RecordKind;
use core::slice::ChunksExact;

/// One thing that a chunk has completed, borrowed from the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// An event, as the standard [dispatches] it.
    ///
    /// [dispatches]: https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage
    Event {
        /// The `event` field's value; `message` where the block had none, or an empty one.
        event_type: &'a str,
        /// The values of the `data` fields, joined with U+000A. It may be empty.
        data: &'a str,
        /// The last event ID string when the event is dispatched: of this block's `id` field, or else as it was. Empty where there has
        /// been none.
        last_event_id: &'a str,
    },
    /// A block without data has set the last event ID string. There is no event; the next ones have this ID.
    LastEventId(&'a str),
    /// A valid `retry` field: the reconnection time, in milliseconds.
    Retry(u32),
    /// `Extension:` a comment's text without one leading space. Only with
    /// [`with_comments`](super::EventStream::with_comments).
    Comment(&'a str),
    /// `Extension:` the line of a field that has no effect: its name is unknown, or it is a `retry` that is no number. Only with
    /// [`with_ignored`](super::EventStream::with_ignored), as the next.
    IgnoredLine(&'a str),
    /// `Extension:` a blank line that has dispatched nothing, for want of data; the event type that it has reset.
    IgnoredBlock(&'a str),
}

/// What [`EventStream::items`](super::EventStream::items) returns.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    records: ChunksExact<'a, u32>,
    side: &'a [u8],
    buffer: &'a [u8],
    event_types: [&'a str; UNKEPT_TYPE as usize + 1],
    last_event_id: &'a str,
}

impl<'a> Items<'a> {
    pub(super) fn new(batch: &'a Batch, buffer: &'a [u8]) -> Self {
        let mut event_types = [""; UNKEPT_TYPE as usize + 1];
        event_types[0] = "message";
        for (number, known) in batch.event_types.iter().enumerate() {
            event_types[number + 1] = as_text(known);
        }
        let last_event_id = as_text(&batch.last_event_id_before);
        Self { records: batch.records().chunks_exact(RECORD), side: batch.side(), buffer, event_types, last_event_id }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let side = self.side;
        loop {
            let [head, start, end] = *self.records.next()? else { return None };
            let (range, number) = (start as usize..end as usize, (head >> TYPE_SHIFT) as usize);
            let text = || as_text(&side[range.clone()]);
            match RecordKind::of(head & KIND)? {
                RecordKind::Event => {
                    let (event_type, last_event_id) = (self.event_types[number], self.last_event_id);
                    return Some(Item::Event { event_type, data: as_text(&self.buffer[range]), last_event_id });
                }
                RecordKind::LastEventId => {
                    self.last_event_id = text();
                    if head & WITH_EVENT == 0 {
                        return Some(Item::LastEventId(self.last_event_id));
                    }
                }
                RecordKind::EventType => self.event_types[number] = text(),
                RecordKind::Region | RecordKind::Part => {}
                RecordKind::Retry => return Some(Item::Retry(start)),
                RecordKind::Comment => return Some(Item::Comment(text())),
                RecordKind::IgnoredLine => return Some(Item::IgnoredLine(text())),
                RecordKind::IgnoredBlock => return Some(Item::IgnoredBlock(text())),
            }
        }
    }
}

impl core::iter::FusedIterator for Items<'_> {}
