//! How a batch crosses: JavaScript knows the address of some words and reads the rest from memory, with no call per event.

use crate::boundary::word;
use crate::event_stream::EventStream;
use alloc::string::String;

/// Addresses and lengths of what a chunk has completed; `pkg-template/batch.js` reads it.
#[derive(Debug, Default)]
pub(super) struct Boundary {
    words: [u32; word::COUNT as usize],
    /// Why the stream failed, as a sentence. Empty until then.
    failure: String,
}

impl Boundary {
    /// Writes down where the stream's batch lies; returns the address of the words. Valid until the stream is next touched.
    pub(super) fn describe(&mut self, stream: &mut EventStream) -> u32 {
        let (name, message) = stream.failed().map_or(("", String::new()), |error| (error.name(), error.message()));
        self.failure = message;
        let (batch, buffer) = stream.batch_in_utf16();
        let side = batch.side();
        self.words[word::RECORDS as usize] = address(batch.records().as_ptr());
        self.words[word::RECORDS_LENGTH as usize] = batch.records().len() as u32;
        self.words[word::BUFFER as usize] = address(buffer.as_ptr());
        self.words[word::SIDE as usize] = address(side.as_ptr());
        self.words[word::SIDE_LENGTH as usize] = side.len() as u32;
        self.words[word::FAILURE_NAME as usize] = address(name.as_ptr());
        self.words[word::FAILURE_NAME_LENGTH as usize] = name.len() as u32;
        self.words[word::FAILURE_MESSAGE as usize] = address(self.failure.as_ptr());
        self.words[word::FAILURE_MESSAGE_LENGTH as usize] = self.failure.len() as u32;
        address(self.words.as_ptr())
    }

    /// Writes down where the next chunk may be written, and how long it may be; and how long the unfinished line is.
    pub(super) fn offer(&mut self, stream: &mut EventStream) -> u32 {
        let room = stream.room_ahead();
        self.words[word::ROOM as usize] = address(room.as_ptr());
        self.words[word::ROOM_LENGTH as usize] = room.len() as u32;
        self.words[word::LINE_LENGTH as usize] = stream.unfinished_line() as u32;
        address(self.words.as_ptr())
    }

    /// There is no such room any more.
    pub(super) fn withdraw(&mut self) {
        self.words[word::ROOM_LENGTH as usize] = 0;
    }
}

/// An address in wasm's linear memory.
pub(super) fn address<T>(pointer: *const T) -> u32 {
    pointer as usize as u32
}
