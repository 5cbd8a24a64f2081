//! The path of a byte: from chunks to events (WHATWG HTML [§9.2.5] and [§9.2.6]).
//!
//! ```text
//! chunk ─► utf8 ─► line ─► field ─► interpreter ─► batch
//! ```
//!
//! There is no I/O, no clock and no JS type here. A chunk is copied once, to the tail of the buffer, and every stage works
//! in place from where it stopped: no byte is looked at twice, whatever the chunking.
//!
//! # Reading a stream
//!
//! Feed each chunk as it comes, then look at the [`items`](EventStream::items) that it has completed. An event is there once the blank line
//! behind it is; [`end`](EventStream::end) drops what is unfinished, as the standard says.
//!
//! ```
//! use eventsource_wasm::event_stream::{EventStream, Item};
//!
//! let mut stream = EventStream::default();
//! stream.feed(b"retry: 500\nid: 7\nevent: news\ndata: one\n\ndata: t")?;
//! let event = |event_type, data, last_event_id| Item::Event { event_type, data, last_event_id };
//! assert_eq!(stream.items().collect::<Vec<_>>(), [Item::Retry(500), event("news", "one", "7")]);
//!
//! stream.feed(b"wo\n\n: a comment\n\ndata: cut off")?;
//! // The ID is that of the last block which had one; the type is not.
//! assert_eq!(stream.items().collect::<Vec<_>>(), [event("message", "two", "7")]);
//!
//! // The connection is over. Another one goes on from there: send `Last-Event-ID: 7`.
//! stream.end();
//! assert_eq!(stream.last_event_id(), "7");
//! stream.feed(b"data: three\n\n")?;
//! assert_eq!(stream.items().collect::<Vec<_>>(), [event("message", "three", "7")]);
//! # Ok::<(), eventsource_wasm::event_stream::StreamError>(())
//! ```
//!
//! # Limits and errors
//!
//! A stream fails where it passes one of the [`Limits`], so that a server can't take all memory, and where it is not UTF-8 if
//! [`Utf8Mode::Fatal`] asks for that. Nothing else is an error. What came before the error is still among the items, so look at them before
//! you return it.
//!
//! ```
//! use eventsource_wasm::event_stream::{EventStream, Item, Limits, StreamError, Utf8Mode};
//!
//! let limits = Limits { line: 100, ..Limits::default() };
//! let mut stream = EventStream::new(limits, Utf8Mode::Replace);
//! let chunk = format!("data: whole\n\ndata: {}\n\n", "x".repeat(100));
//! let result = stream.feed(chunk.as_bytes());
//! assert!(matches!(stream.items().next(), Some(Item::Event { data: "whole", .. })));
//! assert_eq!(result, Err(StreamError::LineTooLong(100)));
//! assert_eq!(stream.failed(), Some(StreamError::LineTooLong(100)));
//! ```
//!
//! # With no copy
//!
//! Where your reader fills a slice, let it fill the stream's buffer: [`room`](EventStream::room), then
//! [`filled`](EventStream::filled).
//!
//! ```
//! # use eventsource_wasm::event_stream::EventStream;
//! use std::io::Read;
//!
//! fn count_events(mut body: impl Read) -> Result<usize, Box<dyn std::error::Error>> {
//!     let mut stream = EventStream::default();
//!     let mut count = 0;
//!     loop {
//!         let len = body.read(stream.room(8192))?;
//!         if len == 0 {
//!             return Ok(count);
//!         }
//!         stream.filled(len)?;
//!         count += stream.items().count();
//!     }
//! }
//! assert_eq!(count_events(&b"data: 1\n\ndata: 2\n\n"[..])?, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [§9.2.5]: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
//! [§9.2.6]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

mod batch;
#[cfg(test)]
mod by_block;
mod field;
mod interpreter;
// Where JavaScript reads the batch, the last event ID before it is not kept.
#[cfg(any(doc, not(npm)))]
mod items;
mod line;
mod profile;
mod scan;
mod sentence;
mod utf8;

#[doc(hidden)]
pub use crate::boundary::RecordKind;
#[doc(hidden)]
pub use batch::Batch;
#[cfg(any(doc, not(npm)))]
pub use items::{Item, Items};
pub(crate) use sentence::sentence;
pub use utf8::Utf8Mode;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use field::{Beginning, beginning};
use interpreter::{Interpreter, as_text};
use line::LineSplitter;
use profile::{CAN_READ_BY_BLOCK, DECODES_FIRST, HANDS_OUT_PARTS, HAS_SHORT_CUTS, move_down};
use scan::{SLACK, Scanner, Seeking, grow};
use utf8::Utf8Decoder;

/// What a stream may make us keep, in bytes of UTF-8. `Extension:` the standard sets no limits. `usize::MAX` is as good as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest line that has an effect, without its terminator: by default 64 MiB and the six bytes of `data: `, so that an event of the
    /// largest size may be one line. Comments and fields that the standard does not know are skipped without being stored, whatever their
    /// length, unless they are [handed out](EventStream::with_comments).
    pub line: usize,
    /// The largest data buffer of one event: its `data` values joined with U+000A. 64 MiB by default.
    pub event: usize,
    /// The most that may be left in the buffer after a chunk: the data of the block so far and the unfinished line. By default as
    /// much as a line.
    pub pending: usize,
}

/// JavaScript knows this too, in bytes.
pub(crate) const LARGEST_EVENT: usize = 64 << 20;
/// What a line of data has in front of its value.
pub(crate) const DATA: &[u8] = b"data: ";

impl Default for Limits {
    /// An event of 64 MiB, and what a line needs for that.
    fn default() -> Self {
        const LINE: usize = LARGEST_EVENT + DATA.len();
        Self { line: LINE, event: LARGEST_EVENT, pending: LINE }
    }
}

/// Why a stream can't be read on. Events that arrived whole before it are still among its [`items`](EventStream::items).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamError {
    /// A line outgrew [`Limits::line`] (the field).
    LineTooLong(usize),
    /// The data of an event outgrew [`Limits::event`] (the field).
    EventTooLarge(usize),
    /// An unfinished block outgrew [`Limits::pending`] (the field).
    TooMuchPending(usize),
    /// `Extension:` an unfinished block has more UTF-16 code units than a parser of JavaScript's allows. Native streams count bytes.
    TooManyPendingUnits(usize),
    /// The bytes are not UTF-8, and [`Utf8Mode::Fatal`] was asked for.
    InvalidUtf8,
}

impl StreamError {
    /// The variant's name, which JS sees as `error.name`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LineTooLong(_) => "LineTooLong",
            Self::EventTooLarge(_) => "EventTooLarge",
            Self::TooManyPendingUnits(_) => "TooManyPendingUnits",
            Self::TooMuchPending(_) => "TooMuchPending",
            Self::InvalidUtf8 => "InvalidUtf8",
        }
    }

    /// What happened, and what to do, in the words of JavaScript's options; without the [`name`](Self::name).
    #[must_use]
    #[inline(never)]
    pub fn message(self) -> String {
        let (what, limit, option) = match self {
            Self::LineTooLong(limit) => ("a line", limit, "line"),
            Self::EventTooLarge(limit) => ("the data of an event", limit, "event"),
            Self::TooMuchPending(limit) | Self::TooManyPendingUnits(limit) => ("an unfinished event", limit, "pending"),
            Self::InvalidUtf8 => {
                return "the stream is not UTF-8; use utf8: 'replace' to read it with U+FFFD in place of bad bytes"
                    .into();
            }
        };
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        sentence("@ is longer than # bytes; raise limits.$ if the server is right", what, option, limit)
    }

    /// The [`name`](Self::name), a colon and the [`message`](Self::message).
    #[must_use]
    pub fn named_message(self) -> String {
        sentence("@~", self.name(), &self.message(), 0)
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineTooLong(limit) => write!(f, "a line is longer than {limit} bytes (Limits::line)"),
            Self::EventTooLarge(limit) => {
                write!(f, "the data of an event is longer than {limit} bytes (Limits::event)")
            }
            Self::TooMuchPending(limit) => {
                write!(f, "an unfinished event is longer than {limit} bytes (Limits::pending)")
            }
            Self::TooManyPendingUnits(limit) => {
                write!(f, "an unfinished event is longer than {limit} UTF-16 code units")
            }
            Self::InvalidUtf8 => f.write_str("the stream is not UTF-8"),
        }
    }
}

impl core::error::Error for StreamError {}

/// What of the buffer is looked through.
struct Text {
    scanner: Scanner,
    /// What follows is not UTF-8: told behind the lines in front of it.
    is_invalid: bool,
}

/// An event stream being interpreted: chunks in, [`Item`]s out. The [module's head](self) shows how.
///
/// ```
/// use eventsource_wasm::event_stream::{EventStream, Item};
///
/// let mut stream = EventStream::default();
/// stream.feed("data: 你".as_bytes())?;
/// stream.feed("好\n\n".as_bytes())?;
/// let mut seen = Vec::new();
/// stream.for_each_item(|item| {
///     if let Item::Event { event_type, data, .. } = item {
///         seen.push(format!("{event_type}: {data}"));
///     }
/// });
/// assert_eq!(seen, ["message: 你好"]);
/// # Ok::<(), eventsource_wasm::event_stream::StreamError>(())
/// ```
#[derive(Debug)]
pub struct EventStream {
    limits: Limits,
    /// Always initialised to its whole length, so that the host can write into it; in use up to `tail`.
    buffer: Vec<u8>,
    tail: usize,
    utf8: Utf8Decoder,
    lines: LineSplitter,
    interpreter: Interpreter,
    batch: Batch,
    failed: Option<StreamError>,
    /// By block: the most UTF-16 code units that may be pending.
    most_units: usize,
    /// With fewer bytes pending than that there can't be too many units, so that they are not counted.
    uncounted: usize,
}

impl Default for EventStream {
    fn default() -> Self {
        Self::new(Limits::default(), Utf8Mode::default())
    }
}

impl EventStream {
    /// A stream at its first byte, with an empty last event ID.
    #[must_use]
    pub fn new(limits: Limits, utf8: Utf8Mode) -> Self {
        Self {
            limits,
            buffer: Vec::new(),
            tail: 0,
            utf8: Utf8Decoder::new(utf8),
            lines: LineSplitter::default(),
            interpreter: Interpreter::default(),
            batch: Batch::default(),
            failed: None,
            most_units: usize::MAX,
            uncounted: usize::MAX,
        }
    }

    /// `Extension:` also hands out comments, which the standard ignores.
    #[must_use]
    pub fn with_comments(mut self) -> Self {
        self.hand_out_comments();
        self
    }

    /// See [`with_comments`](Self::with_comments).
    pub fn hand_out_comments(&mut self) {
        self.interpreter.keeps_comments = true;
    }

    /// `Extension:` also hands out what has no effect: fields that are ignored, and blocks without data.
    #[must_use]
    pub fn with_ignored(mut self) -> Self {
        self.hand_out_ignored();
        self
    }

    /// See [`with_ignored`](Self::with_ignored).
    pub fn hand_out_ignored(&mut self) {
        self.interpreter.tells_ignored = true;
    }

    /// Leaves the data of events as it came, for a host that decodes it as the standard says: [`batch_in_utf16`](Self::batch_in_utf16) is
    /// then the only way to read it. All other text is decoded. What is pending and longer than this is handed out in parts.
    #[cfg(any(test, npm))]
    pub(crate) fn leave_decoding_to_host(&mut self, longest_pending: usize) {
        self.interpreter.host_decodes = self.utf8.mode == Utf8Mode::Replace;
        self.interpreter.longest_pending = longest_pending;
    }

    /// For a parser whose caller thinks in blocks: at most so many UTF-16 code units may be pending, an event whose block has no ID has
    /// none, and an unfinished line that can't become a field is not kept even where what is ignored is told.
    pub(crate) fn read_by_block(&mut self, most_units: usize) {
        self.batch.is_by_block = true;
        self.most_units = most_units;
        self.uncounted = most_units;
    }

    /// Interprets a chunk, cut anywhere. What it completed is in [`items`](Self::items) until the next call.
    ///
    /// # Errors
    /// The limit that the stream went past, or [`StreamError::InvalidUtf8`]; told once. What came before it is in the items; the
    /// stream stays [`failed`](Self::failed) until [`end`](Self::end) or [`reset`](Self::reset), and ignores what it is fed.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), StreamError> {
        self.room(chunk.len()).copy_from_slice(chunk);
        self.filled(chunk.len())
    }

    /// Room for a chunk of `len` bytes at the tail of the buffer: fill as much of its front as you like and tell
    /// [`filled`](Self::filled). What it has in it before that is of no meaning. Drops the items before it.
    pub fn room(&mut self, len: usize) -> &mut [u8] {
        self.batch.clear();
        self.compact();
        let end = self.tail + len;
        grow(&mut self.buffer, end);
        &mut self.buffer[self.tail..end]
    }

    /// Where the next chunk may be written without asking for [`room`](Self::room), and be announced to
    /// [`filled`](Self::filled). What the batch describes has been read until then.
    #[doc(hidden)]
    pub fn room_ahead(&mut self) -> &mut [u8] {
        if self.lines.line_start == self.tail && self.interpreter.takes_first_data() || self.failed.is_some() {
            self.tail = 0;
            self.utf8.rewind();
            // The next line is written to the front of the buffer.
            self.lines.skip_to(0);
        } else if HANDS_OUT_PARTS && self.lines.line_start == self.tail && self.interpreter.has_handed_all_out() {
            // Behind the line end that stands behind the data.
            self.tail = 1;
            self.utf8.rewind();
            self.lines.skip_to(1);
            self.interpreter.data = 0..0;
        }
        let end = self.buffer.len().saturating_sub(SLACK).max(self.tail);
        self.buffer.get_mut(self.tail..end).unwrap_or_default()
    }

    /// How many bytes of the unfinished line are kept.
    #[cfg(any(test, npm))]
    pub(crate) fn unfinished_line(&self) -> usize {
        self.tail - self.lines.line_start
    }

    /// Interprets the `len` bytes that were written into [`room`](Self::room): no more than were asked for. Drops the items before it.
    ///
    /// # Errors
    /// As [`feed`](Self::feed).
    pub fn filled(&mut self, len: usize) -> Result<(), StreamError> {
        self.batch.clear();
        if self.failed.is_some() {
            return Ok(());
        }
        self.tail += len;
        let result = self.interpret();
        self.failed = result.err();
        // Also for the events before an error.
        self.batch.non_ascii_from(self.utf8.non_ascii_end);
        result
    }

    /// The stages, in order. An error leaves what came before it in the batch.
    fn interpret(&mut self) -> Result<(), StreamError> {
        let is_left = self.interpreter.host_decodes();
        if is_left && self.utf8.has_bom(&self.buffer[..self.tail]) {
            self.lines.skip(utf8::BOM.len());
        }
        let seeking = if is_left { Seeking::LineEnds } else { Seeking::LineEndsAndNonAscii };
        let mut text = Text { scanner: Scanner::new(seeking, self.lines.scanned, self.tail), is_invalid: false };
        if !is_left && (DECODES_FIRST || self.utf8.expects_bom()) {
            self.decode(&mut text);
            if self.utf8.has_bom(&self.buffer[..self.utf8.decoded]) {
                self.lines.skip(utf8::BOM.len());
            }
        }
        let result = self.interpret_lines(&mut text);
        if !text.scanner.is_ascii() {
            self.utf8.non_ascii_end = text.scanner.end;
        }
        result?;
        self.utf8.decoded = text.scanner.end;
        let is_counted = self.keep_unfinished_line(text.scanner.end);
        let mut unfinished = text.scanner.end - self.lines.line_start;
        if is_left && unfinished > self.limits.line.min(self.limits.pending) {
            // As where it is decoded, what has come of a character does not count.
            unfinished = utf8::whole_characters(&self.buffer[self.lines.line_start..text.scanner.end]);
        }
        if is_counted && self.lines.handed_out() + unfinished > self.limits.line {
            return Err(StreamError::LineTooLong(self.limits.line));
        }
        let pending = self.interpreter.data.len() + unfinished;
        if self.interpreter.handed_out() + pending > self.limits.pending {
            return Err(StreamError::TooMuchPending(self.limits.pending));
        }
        if is_left && pending > self.interpreter.longest_pending {
            self.hand_out(text.scanner.end)?;
        }
        if text.is_invalid {
            return Err(StreamError::InvalidUtf8);
        }
        if CAN_READ_BY_BLOCK && self.batch.is_by_block { self.count_pending() } else { Ok(()) }
    }

    /// Code units are counted only where there are more bytes than that; then not before there can be too many, so that what is pending
    /// is not counted again with each chunk.
    fn count_pending(&mut self) -> Result<(), StreamError> {
        let line = &self.buffer[self.lines.line_start..self.tail];
        let data = &self.buffer[self.interpreter.data.clone()];
        let len = data.len() + line.len();
        if !self.batch.records().is_empty() || len <= self.most_units {
            self.uncounted = self.most_units;
        }
        if len > self.uncounted {
            let count = batch::units(data) + batch::units(line);
            if count > self.most_units {
                return Err(StreamError::TooManyPendingUnits(self.most_units));
            }
            self.uncounted = len + (self.most_units - count);
        }
        Ok(())
    }

    /// Whether the unfinished line, which goes on to `end`, counts as one. What has no effect is dropped, so that it takes no memory however
    /// long it is; what may yet become anything is a few bytes long.
    fn keep_unfinished_line(&mut self, end: usize) -> bool {
        let is_data = self.lines.handed_out() > 0;
        if is_data || self.utf8.expects_bom() {
            return is_data;
        }
        let line = &self.buffer[self.lines.line_start..end];
        let beginning = beginning(line);
        let mut has_use = self.interpreter.has_use_for(beginning);
        if CAN_READ_BY_BLOCK
            && self.batch.is_by_block
            && beginning == Beginning::Unknown
            && !self.lines.is_skipped
            && !utf8::may_begin_with_bom(line)
        {
            self.lines.is_told = has_use;
            has_use = false;
        }
        if self.lines.is_skipped || !has_use && beginning != Beginning::Part {
            self.lines.skip_unfinished(end);
        }
        has_use && !matches!(beginning, Beginning::Name | Beginning::Part)
    }

    /// Hands out the data of the unfinished block, so that the buffer stays small and the host decodes while the rest is on its way.
    fn hand_out(&mut self, end: usize) -> Result<(), StreamError> {
        let start = self.lines.line_start;
        let end = start + utf8::whole_characters(&self.buffer[start..end]);
        if self.lines.handed_out > 0 {
            self.interpreter.go_on_with_data(start..end, self.limits.event)?;
            self.lines.hand_out(end);
        } else if self.buffer[start..end].starts_with(b"data:")
            && end - start > (self.interpreter.longest_pending / 2).max(b"data: ".len())
        {
            self.interpreter.process_data(&mut self.buffer, start..end, self.limits.event)?;
            self.lines.hand_out(end);
        }
        self.interpreter.hand_data_out(&mut self.batch);
        Ok(())
    }

    fn interpret_lines(&mut self, text: &mut Text) -> Result<(), StreamError> {
        while self.lines.begin(&self.buffer, text.scanner.end) {
            let Some(end) = self.line_end(text) else { return Ok(()) };
            let line = self.lines.line_start..end;
            if self.lines.is_skipped {
                if CAN_READ_BY_BLOCK && self.lines.is_told {
                    self.batch.push_dropped_line();
                }
                self.lines.end(self.buffer[end]);
                continue;
            }
            if self.lines.handed_out() + line.len() > self.limits.line
                && (self.lines.handed_out() > 0 || self.interpreter.has_use_for(beginning(&self.buffer[line.clone()])))
            {
                return Err(StreamError::LineTooLong(self.limits.line));
            }
            if HANDS_OUT_PARTS && self.lines.handed_out > 0 {
                self.lines.end(self.buffer[end]);
                self.interpreter.go_on_with_data(line, self.limits.event)?;
                continue;
            }
            // Most blocks have one line of data, and it is their last.
            let blank = self.blank_line(end, text.scanner.end);
            if blank > 0
                && self.interpreter.dispatch_line(&self.buffer, line.clone(), self.limits.event, &mut self.batch)
            {
                self.lines.skip_to(end + blank);
                continue;
            }
            self.lines.end(self.buffer[end]);
            if HAS_SHORT_CUTS && self.buffer[line.clone()].starts_with(b"data:") {
                self.interpreter.process_data(&mut self.buffer, line, self.limits.event)?;
                continue;
            }
            self.interpreter.process_line(&mut self.buffer, line, self.limits.event, &mut self.batch)?;
        }
        Ok(())
    }

    /// How long the end of a line and of a blank line behind it are together; 0 if they are not there, or of mixed kinds.
    fn blank_line(&self, at: usize, end: usize) -> usize {
        let text = &self.buffer[at..];
        let len = if !HAS_SHORT_CUTS {
            0
        } else if text.starts_with(b"\n\n") {
            2
        } else if text.starts_with(b"\r\n\r\n") {
            4
        } else {
            0
        };
        if at + len <= end { len } else { 0 }
    }

    /// Where the unfinished line ends. Text that is not ASCII is decoded first.
    fn line_end(&mut self, text: &mut Text) -> Option<usize> {
        loop {
            let end = text.scanner.find(&self.buffer, self.lines.scanned);
            self.lines.scanned = end;
            if end == text.scanner.end {
                return None;
            }
            if DECODES_FIRST || text.scanner.seeking == Seeking::LineEnds || self.buffer[end] < 0x80 {
                return Some(end);
            }
            self.utf8.decoded = end;
            self.decode(text);
        }
    }

    /// All that is left.
    fn decode(&mut self, text: &mut Text) {
        text.is_invalid = !self.utf8.decode(&mut self.buffer, &mut self.tail);
        text.scanner = Scanner::new(Seeking::LineEnds, self.lines.scanned, self.utf8.decoded);
    }

    /// The end of the stream: an unfinished block, line or character is dropped, as the standard says ("once the end of the
    /// file is reached, any pending data must be discarded"). The next chunk is the first of another stream, which goes on from the last
    /// event ID; limits and settings stay. Drops the items.
    pub fn end(&mut self) {
        let last_event_id = core::mem::take(&mut self.interpreter.last_event_id);
        self.reset();
        self.set_last_event_id_bytes(&last_event_id);
    }

    /// Starts at the first byte of another stream, with an empty last event ID and none of the old stream's bytes; limits and settings stay.
    pub fn reset(&mut self) {
        let interpreter = Interpreter::as_new(&self.interpreter);
        let (is_by_block, most_units) = (self.batch.is_by_block, self.most_units);
        *self = Self::new(self.limits, self.utf8.mode);
        self.interpreter = interpreter;
        if CAN_READ_BY_BLOCK && is_by_block {
            self.read_by_block(most_units);
        }
    }

    /// What the last chunk completed, as JavaScript reads it.
    #[doc(hidden)]
    #[must_use]
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    /// The batch in the form in which it crosses to JavaScript: positions in UTF-16 code units; and the buffer in which the regions
    /// lie.
    #[doc(hidden)]
    pub fn batch_in_utf16(&mut self) -> (&Batch, &[u8]) {
        self.batch.count_in_utf16(&self.buffer, self.interpreter.host_decodes());
        (&self.batch, &self.buffer)
    }

    /// What the last chunk completed, in the order of the stream: nothing where it has only begun a block. The same again if asked
    /// again; the next chunk drops it.
    ///
    /// On wasm32 it is there only without the feature `js`: the [crate's head](crate) says why.
    #[cfg(any(doc, not(npm)))]
    #[must_use]
    pub fn items(&self) -> Items<'_> {
        Items::new(&self.batch, &self.buffer)
    }

    /// Calls `visit` with each of the [`items`](Self::items).
    #[cfg(any(doc, not(npm)))]
    pub fn for_each_item(&self, visit: impl FnMut(Item<'_>)) {
        self.items().for_each(visit);
    }

    /// The [last event ID string]: the last one that a dispatched block has set. Empty where there has been none.
    ///
    /// [last event ID string]: https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-last-event-id
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        as_text(&self.interpreter.last_event_id)
    }

    /// The last event ID string, as UTF-8.
    pub(crate) fn last_event_id_bytes(&self) -> &[u8] {
        &self.interpreter.last_event_id
    }

    /// Sets both the last event ID string and its buffer, as when a source connects again.
    pub fn set_last_event_id(&mut self, last_event_id: &str) {
        self.set_last_event_id_bytes(last_event_id.as_bytes());
    }

    fn set_last_event_id_bytes(&mut self, last_event_id: &[u8]) {
        self.interpreter.set_last_event_id(last_event_id);
        self.batch.set_last_event_id(last_event_id);
    }

    /// What the last valid `retry` field of this stream has set, in milliseconds. None: keep to your own.
    #[must_use]
    pub fn reconnection_time(&self) -> Option<u32> {
        self.interpreter.reconnection_time
    }

    /// How many bytes the buffer takes.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.buffer.len()
    }

    /// The error that ended the interpretation, if one has.
    #[must_use]
    pub fn failed(&self) -> Option<StreamError> {
        self.failed
    }

    /// Moves what is pending to the front of the buffer: the data of the unfinished block, then the unfinished line. Each byte
    /// moves at most once for each: after the move there is no gap until another line has ended.
    fn compact(&mut self) {
        if self.failed.is_some() {
            return;
        }
        let data_end = self.interpreter.move_data_to_front(&mut self.buffer);
        let gap = self.lines.line_start - data_end;
        if gap == 0 {
            return;
        }
        move_down(&mut self.buffer, self.lines.line_start, data_end, self.tail - self.lines.line_start);
        self.tail -= gap;
        self.lines.move_back(gap);
        self.utf8.move_back(gap, data_end);
    }
}
