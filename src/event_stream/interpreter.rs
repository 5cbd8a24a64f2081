//! Process the field, dispatch the event ([§9.2.6]). The data buffer lies in the stream's buffer: the values of several `data`
//! lines are joined in place, since a value and its U+000A always fit where its line was.
//!
//! [§9.2.6]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

use super::StreamError;
use super::batch::{Batch, IN_PARTS, MANY_LINES};
use super::field::{Beginning, FieldName, Line, parse_line, parse_retry};
use super::profile::{CAN_HOST_DECODE, HANDS_OUT_PARTS, append, is_same, move_down};
use super::utf8::decoded;
use crate::boundary::RecordKind;
use alloc::borrow::ToOwned;
use alloc::vec::Vec;
use core::ops::Range;

#[derive(Debug, Default)]
pub(super) struct Interpreter {
    pub(super) keeps_comments: bool,
    /// What has no effect is handed out.
    pub(super) tells_ignored: bool,
    /// The buffer is not decoded; data stays so.
    pub(super) host_decodes: bool,
    /// Bytes of an unfinished block, which are then handed out.
    pub(super) longest_pending: usize,
    /// How much of the block's data is not in the buffer any more.
    pub(super) handed_out: usize,
    /// The data buffer, without the U+000A that the standard appends last and takes off again.
    pub(super) data: Range<usize>,
    /// The standard's data buffer is not the empty string: at least one `data` field was there, if with an empty value.
    has_data: bool,
    /// More than one `data` field was there.
    has_many_lines: bool,
    // Texts are kept as bytes: the decoder has made them UTF-8, and only native callers need `str`.
    /// Of this block, or if it has none of the last one that had.
    event_type_buffer: Vec<u8>,
    has_type: bool,
    /// Of this block; if it has none, the buffer of the standard is as the last event ID string.
    last_event_id_buffer: Vec<u8>,
    has_id: bool,
    pub(super) last_event_id: Vec<u8>,
    /// What the last valid `retry` field has set, in milliseconds.
    pub(super) reconnection_time: Option<u32>,
}

impl Interpreter {
    /// The compact engine decodes by itself.
    pub(super) fn host_decodes(&self) -> bool {
        CAN_HOST_DECODE && self.host_decodes
    }

    /// As at the first byte of a stream, with the settings of another.
    pub(super) fn as_new(other: &Self) -> Self {
        Self {
            keeps_comments: other.keeps_comments,
            tells_ignored: other.tells_ignored,
            host_decodes: other.host_decodes,
            longest_pending: other.longest_pending,
            ..Self::default()
        }
    }

    pub(super) fn process_line(
        &mut self,
        buffer: &mut [u8],
        line: Range<usize>,
        event_limit: usize,
        batch: &mut Batch,
    ) -> Result<(), StreamError> {
        let within = |range: Range<usize>| line.start + range.start..line.start + range.end;
        match parse_line(&buffer[line.clone()]) {
            Line::Blank => self.dispatch_the_event(batch),
            Line::Comment(text) if self.keeps_comments => {
                self.push_text(RecordKind::Comment, &buffer[within(text)], batch);
            }
            Line::Comment(_) => {}
            Line::Field(name, value) => {
                let value = within(value);
                if self.process_field(name, value, buffer, event_limit, batch)? && self.tells_ignored {
                    self.push_text(RecordKind::IgnoredLine, &buffer[line], batch);
                }
            }
        }
        Ok(())
    }

    /// Whether a line that begins so has an effect, or is handed out.
    pub(super) fn has_use_for(&self, beginning: Beginning) -> bool {
        match beginning {
            Beginning::Field | Beginning::Name => true,
            Beginning::Comment => self.keeps_comments,
            Beginning::Part | Beginning::Unknown => self.tells_ignored,
        }
    }

    /// A text other than data.
    fn push_text(&self, kind: RecordKind, text: &[u8], batch: &mut Batch) {
        if self.host_decodes() {
            let mut text = text.to_vec();
            decode(&mut text);
            batch.push_text(kind, &text);
        } else {
            batch.push_text(kind, text);
        }
    }

    /// Whether the field has no effect: its name is unknown, or it is a `retry` that is no number.
    fn process_field(
        &mut self,
        name: FieldName,
        value: Range<usize>,
        buffer: &mut [u8],
        event_limit: usize,
        batch: &mut Batch,
    ) -> Result<bool, StreamError> {
        match name {
            FieldName::Data => self.append_data(value, buffer, event_limit)?,
            FieldName::Event => {
                self.has_type = !value.is_empty();
                // Most events have the type of the one before.
                if !is_same(&buffer[value.clone()], &self.event_type_buffer) {
                    buffer[value].clone_into(&mut self.event_type_buffer);
                    if self.host_decodes() {
                        decode(&mut self.event_type_buffer);
                    }
                }
            }
            // Not `contains`, whose search is made for long texts.
            FieldName::Id if buffer[value.clone()].iter().all(|byte| *byte != 0) => {
                self.last_event_id_buffer.clear();
                append(&mut self.last_event_id_buffer, &buffer[value]);
                if self.host_decodes() {
                    decode(&mut self.last_event_id_buffer);
                }
                self.has_id = true;
            }
            FieldName::Id => {}
            FieldName::Retry => {
                let Some(time) = parse_retry(&buffer[value]) else { return Ok(true) };
                self.reconnection_time = Some(time);
                batch.push_retry(time);
            }
            FieldName::Unknown => return Ok(true),
        }
        Ok(false)
    }

    /// A line that is known to be a `data` field with a colon.
    pub(super) fn process_data(
        &mut self,
        buffer: &mut [u8],
        line: Range<usize>,
        event_limit: usize,
    ) -> Result<(), StreamError> {
        let value = data_value(buffer, &line);
        self.append_data(value, buffer, event_limit)
    }

    fn append_data(&mut self, value: Range<usize>, buffer: &mut [u8], event_limit: usize) -> Result<(), StreamError> {
        let joined = if self.has_data { self.handed_out() + self.data.len() + 1 + value.len() } else { value.len() };
        if joined > event_limit {
            return Err(StreamError::EventTooLarge(event_limit));
        }
        if self.has_data {
            self.has_many_lines = true;
            let at = self.data.end + 1;
            buffer[self.data.end] = b'\n';
            self.data.end = at + value.len();
            move_down(buffer, value.start, at, value.len());
            if self.host_decodes() {
                // What is left of the value there must not go on with its last character.
                buffer[self.data.end] = b' ';
            } else {
                blank(buffer, self.data.end, value);
            }
        } else {
            self.has_data = true;
            self.data = value;
        }
        Ok(())
    }

    /// How much of the block's data is not in the buffer any more.
    pub(super) fn handed_out(&self) -> usize {
        if HANDS_OUT_PARTS { self.handed_out } else { 0 }
    }

    /// More of a line whose first part has been handed out, with all data before it.
    pub(super) fn go_on_with_data(&mut self, value: Range<usize>, event_limit: usize) -> Result<(), StreamError> {
        if self.handed_out + value.len() > event_limit {
            return Err(StreamError::EventTooLarge(event_limit));
        }
        self.data = value;
        Ok(())
    }

    /// The data so far is the host's.
    pub(super) fn hand_data_out(&mut self, batch: &mut Batch) {
        if !self.data.is_empty() {
            batch.push_part(self.data.clone(), self.handed_out == 0);
            self.handed_out += self.data.len();
            self.data.start = self.data.end;
        }
    }

    /// The block has data, and none of it is in the buffer.
    pub(super) fn has_handed_all_out(&self) -> bool {
        self.handed_out > 0 && self.data.is_empty()
    }

    /// The block has no data yet.
    pub(super) fn takes_first_data(&self) -> bool {
        !self.has_data
    }

    /// A line and the blank line behind it, if the line is the only one of its block that has data.
    pub(super) fn dispatch_line(
        &mut self,
        buffer: &[u8],
        line: Range<usize>,
        event_limit: usize,
        batch: &mut Batch,
    ) -> bool {
        if self.has_data || !buffer[line.clone()].starts_with(b"data:") {
            return false;
        }
        let value = data_value(buffer, &line);
        if value.len() > event_limit {
            return false;
        }
        if self.has_id || self.has_type {
            self.has_data = true;
            self.data = value;
            self.dispatch_the_event(batch);
        } else {
            batch.push_event(b"", value, 0, None);
        }
        true
    }

    /// The steps of "dispatch the event"; the batch is where the event goes.
    fn dispatch_the_event(&mut self, batch: &mut Batch) {
        // 1. Set the last event ID string of the event source to the value of the last event ID buffer.
        let id = if self.has_id {
            core::mem::swap(&mut self.last_event_id, &mut self.last_event_id_buffer);
            Some(self.last_event_id.as_slice())
        } else {
            None
        };
        let event_type = if self.has_type { self.event_type_buffer.as_slice() } else { b"" };
        // 2. If the data buffer is an empty string, set it and the event type buffer to the empty string and return.
        if self.has_data {
            // 3. – 6. The event, with its type, data and last event ID.
            let many_lines = if self.has_many_lines { MANY_LINES } else { 0 };
            let in_parts = if self.handed_out() > 0 { IN_PARTS } else { 0 };
            batch.push_event(event_type, self.data.clone(), many_lines | in_parts, id);
        } else {
            if let Some(id) = id {
                batch.push_last_event_id(id);
            }
            if self.tells_ignored {
                batch.push_text(RecordKind::IgnoredBlock, event_type);
            }
        }
        // 7. Set the data buffer and the event type buffer to the empty string.
        self.data = 0..0;
        self.has_data = false;
        self.has_many_lines = false;
        self.handed_out = 0;
        self.has_id = false;
        self.has_type = false;
    }

    pub(super) fn set_last_event_id(&mut self, last_event_id: &[u8]) {
        last_event_id.clone_into(&mut self.last_event_id);
    }

    /// Moves the data buffer to the front of the stream's buffer, with a line end behind it that keeps what its last character lacks
    /// apart from what follows; returns where that ends.
    pub(super) fn move_data_to_front(&mut self, buffer: &mut [u8]) -> usize {
        if self.data.start > 0 {
            move_down(buffer, self.data.start, 0, self.data.len());
            self.data = 0..self.data.len();
        }
        if self.has_data {
            buffer[self.data.end] = b'\n';
        }
        self.data.end + usize::from(self.has_data)
    }
}

/// What is behind `data:` and one space.
fn data_value(buffer: &[u8], line: &Range<usize>) -> Range<usize> {
    line.start + 5 + usize::from(buffer[line.clone()].get(5) == Some(&b' '))..line.end
}

/// Text other than data.
fn decode(text: &mut Vec<u8>) {
    if !text.is_ascii() {
        *text = decoded(text);
    }
}

/// What lies between events must stay UTF-8, since the region of all events is decoded as one text: blanks what a value has left
/// behind where it was, and what is left of a character that its copy, which ends at `end`, has cut.
fn blank(buffer: &mut [u8], end: usize, value: Range<usize>) {
    let stale = end.max(value.start);
    buffer[stale..value.end].fill(b' ');
    buffer[end..stale].iter_mut().take_while(|byte| **byte & 0xC0 == 0x80).for_each(|byte| *byte = b' ');
}

/// The decoder has made every line UTF-8, and lines end at ASCII characters: the empty string is never taken. Slices are taken of
/// bytes throughout, since the check of a `str` slice brings a kilobyte of panic messages with it.
pub(crate) fn as_text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}
