//! The push parser for callers who bring bytes.

use super::boundary::Boundary;
use super::options::{longest_pending, utf8};
use crate::boundary::flag::{BY_BLOCK, COMMENTS, HOST_DECODES, TELLS_IGNORED};
use crate::event_stream::{EventStream, Limits};
use wasm_bindgen::prelude::*;

/// Bytes.
const LEAST_ROOM: usize = 4096;

/// An event stream whose chunks JavaScript writes into wasm's memory.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Parser {
    stream: EventStream,
    boundary: Boundary,
}

#[wasm_bindgen]
impl Parser {
    /// A parser at the first byte of a stream; `flags` are those of [`flag`](crate::boundary::flag).
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(line: usize, event: usize, pending: usize, flags: u32) -> Self {
        let is_by_block = cfg!(feature = "web") && flags & BY_BLOCK != 0;
        let in_bytes = if is_by_block { usize::MAX } else { pending };
        let mut stream = EventStream::new(Limits { line, event, pending: in_bytes }, utf8(flags));
        if is_by_block {
            stream.read_by_block(pending);
        }
        let stream = if flags & COMMENTS != 0 { stream.with_comments() } else { stream };
        let mut stream = if flags & TELLS_IGNORED != 0 { stream.with_ignored() } else { stream };
        if flags & HOST_DECODES != 0 {
            stream.leave_decoding_to_host(longest_pending(flags));
        }
        Self { stream, boundary: Boundary::default() }
    }

    /// Makes room for a chunk of `len` bytes, which may grow the memory; the address of the boundary's words, which stay where they are.
    /// They say where the chunk is to be written, and how much more room there is: as long as a chunk fits, this need not be called.
    #[must_use]
    pub fn room(&mut self, len: usize) -> u32 {
        // Room for many chunks, so that what is pending moves seldom.
        let _ = self.stream.room(len.max(LEAST_ROOM));
        self.boundary.offer(&mut self.stream)
    }

    /// Interprets the `len` bytes that were written. Whether the boundary's words say what was completed, or what failed.
    #[must_use]
    pub fn filled(&mut self, len: usize) -> bool {
        let result = self.stream.filled(len);
        let has_news = result.is_err() || !self.stream.batch().records().is_empty();
        if has_news {
            self.boundary.describe(&mut self.stream);
        }
        self.boundary.offer(&mut self.stream);
        has_news
    }

    /// The stream's end. Another one begins, which goes on from the last event ID unless it `forgets`.
    pub fn end(&mut self, forgets: bool) {
        if forgets {
            self.stream.reset();
        } else {
            self.stream.end();
        }
        // Its buffer is gone.
        self.boundary.withdraw();
    }
}
