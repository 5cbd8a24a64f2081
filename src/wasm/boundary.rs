//! How a batch crosses: JavaScript knows the address of some words and reads the rest from memory, with no call per event.

use crate::event_stream::EventStream;
use alloc::string::String;

/// Addresses and lengths of what a chunk has completed; `pkg-template/batch.js` reads it.
#[derive(Debug, Default)]
pub(super) struct Boundary {
    words: [u32; 15],
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
        self.words[0] = address(batch.records().as_ptr());
        self.words[1] = batch.records().len() as u32;
        self.words[2] = address(buffer.as_ptr());
        self.words[3] = address(side.as_ptr());
        self.words[4] = side.len() as u32;
        self.words[5] = address(name.as_ptr());
        self.words[6] = name.len() as u32;
        self.words[13] = address(self.failure.as_ptr());
        self.words[14] = self.failure.len() as u32;
        address(self.words.as_ptr())
    }

    /// Writes down where the next chunk may be written, and how long it may be; and where what is pending lies, which ends there.
    pub(super) fn offer(&mut self, stream: &mut EventStream) -> u32 {
        let room = stream.room_ahead();
        self.words[7] = address(room.as_ptr());
        self.words[8] = room.len() as u32;
        let [data_start, data_end, line_start, line_end] = stream.pending();
        self.words[9] = data_start as u32;
        self.words[10] = data_end as u32;
        self.words[11] = line_start as u32;
        self.words[12] = line_end as u32;
        address(self.words.as_ptr())
    }

    /// There is no such room any more.
    pub(super) fn withdraw(&mut self) {
        self.words[8] = 0;
    }
}

/// An address in wasm's linear memory.
pub(super) fn address<T>(pointer: *const T) -> u32 {
    pointer as usize as u32
}
