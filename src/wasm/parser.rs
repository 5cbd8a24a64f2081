//! The push parser for callers who bring bytes.

use super::boundary::{Boundary, address};
use super::options::StreamInit;
use crate::event_stream::{EventStream, StreamError};
use alloc::string::String;
use wasm_bindgen::prelude::*;

/// An event stream whose chunks JavaScript writes into wasm's memory.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Parser {
    stream: EventStream,
    boundary: Boundary,
}

#[wasm_bindgen]
impl Parser {
    /// A parser at the first byte of a stream.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(init: &StreamInit, comments: bool) -> Self {
        let stream = EventStream::new(init.limits(), init.utf8());
        Self { stream: if comments { stream.with_comments() } else { stream }, boundary: Boundary::default() }
    }

    /// The address at which a chunk of `len` bytes is to be written. May grow the memory.
    pub fn room(&mut self, len: usize) -> u32 {
        address(self.stream.room(len).as_ptr())
    }

    /// Interprets the `len` bytes that were written. The address of the boundary's words; 0 where nothing was completed and
    /// nothing failed.
    pub fn filled(&mut self, len: usize) -> u32 {
        let result = self.stream.filled(len);
        if result.is_ok() && self.stream.batch().records().is_empty() {
            return 0;
        }
        self.boundary.describe(&mut self.stream)
    }

    /// The stream's end; the last event ID stays.
    pub fn end(&mut self) {
        self.stream.end();
    }

    /// Another stream begins, with an empty last event ID.
    pub fn reset(&mut self) {
        self.stream.reset();
    }

    /// The name of what the stream failed with, if it has.
    #[wasm_bindgen(js_name = errorName)]
    #[must_use]
    pub fn error_name(&self) -> Option<String> {
        self.stream.failed().map(|error| error.name().into())
    }

    /// The sentence that goes with it.
    #[wasm_bindgen(js_name = errorMessage)]
    #[must_use]
    pub fn error_message(&self) -> Option<String> {
        self.stream.failed().map(StreamError::message)
    }
}
