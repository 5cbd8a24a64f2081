//! The push parser for callers who bring bytes.

use super::boundary::{Boundary, address};
use super::options::{COMMENTS, utf8};
use crate::event_stream::{EventStream, Limits};
use core::cell::RefCell;
use wasm_bindgen::prelude::*;

/// An event stream whose chunks JavaScript writes into wasm's memory.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Parser {
    stream: RefCell<EventStream>,
    boundary: RefCell<Boundary>,
}

#[wasm_bindgen]
impl Parser {
    /// A parser at the first byte of a stream; `flags` as in `options.rs`.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(line: usize, event: usize, pending: usize, flags: u32) -> Self {
        let stream = EventStream::new(Limits { line, event, pending }, utf8(flags));
        let stream = if flags & COMMENTS != 0 { stream.with_comments() } else { stream };
        Self { stream: RefCell::new(stream), boundary: RefCell::default() }
    }

    /// The address at which a chunk of `len` bytes is to be written. May grow the memory.
    #[must_use]
    pub fn room(&self, len: usize) -> u32 {
        address(self.stream.borrow_mut().room(len).as_ptr())
    }

    /// Interprets the `len` bytes that were written. The address of the boundary's words; 0 where nothing was completed and
    /// nothing failed.
    #[must_use]
    pub fn filled(&self, len: usize) -> u32 {
        let mut stream = self.stream.borrow_mut();
        let result = stream.filled(len);
        if result.is_ok() && stream.batch().records().is_empty() {
            return 0;
        }
        self.boundary.borrow_mut().describe(&mut stream)
    }

    /// The stream's end. Another one begins, which goes on from the last event ID unless it `forgets`.
    pub fn end(&self, forgets: bool) {
        let mut stream = self.stream.borrow_mut();
        if forgets {
            stream.reset();
        } else {
            stream.end();
        }
    }
}
