//! How a batch crosses: JavaScript gets the address of eight words and reads the rest from memory, with no call per event.

use crate::event_stream::EventStream;
use alloc::string::String;

/// Addresses and lengths of what a chunk has completed; `pkg-template/batch.js` reads it.
#[derive(Debug, Default)]
pub(super) struct Boundary {
    words: [u32; 8],
    /// What the stream failed with: its name, a colon, a space and a sentence. Empty until then.
    failure: String,
}

impl Boundary {
    /// Writes down where the stream's batch lies; returns the address of the words. Valid until the stream is next touched.
    pub(super) fn describe(&mut self, stream: &mut EventStream) -> u32 {
        self.failure = stream.failed().map_or(String::new(), |error| error.named_message());
        let (batch, buffer) = stream.batch_in_utf16();
        let region = &buffer[batch.region()];
        let side = batch.side();
        self.words = [
            address(batch.records().as_ptr()),
            batch.records().len() as u32,
            address(region.as_ptr()),
            region.len() as u32,
            address(side.as_ptr()),
            side.len() as u32,
            address(self.failure.as_ptr()),
            self.failure.len() as u32,
        ];
        address(self.words.as_ptr())
    }
}

/// An address in wasm's linear memory.
pub(super) fn address<T>(pointer: *const T) -> u32 {
    pointer as usize as u32
}
