//! How a batch crosses: JavaScript gets the address of seven words and reads the rest from memory, with no call per event.

use crate::event_stream::EventStream;

/// Addresses and lengths of what a chunk has completed; `pkg-template/batch.js` reads it.
#[derive(Debug, Default)]
pub(super) struct Boundary {
    words: [u32; 7],
}

impl Boundary {
    /// Writes down where the stream's batch lies; returns the address of the words. Valid until the stream is next touched.
    pub(super) fn describe(&mut self, stream: &mut EventStream) -> u32 {
        let has_failed = u32::from(stream.failed().is_some());
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
            has_failed,
        ];
        address(self.words.as_ptr())
    }
}

/// An address in wasm's linear memory.
pub(super) fn address<T>(pointer: *const T) -> u32 {
    pointer as usize as u32
}
