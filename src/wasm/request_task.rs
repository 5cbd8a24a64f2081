//! The request task transport: JavaScript carries the request out (`pkg-template/request-task.js`: `wx.request` and its kin, whose
//! callbacks come in any order) and tells the source here. Every call carries the generation that [`Listener`]'s `connect` was given;
//! what comes from an older one changes nothing. The body of a fetch (`pkg-template/body.js`) comes in the same way.
//!
//! | callback | call |
//! |---|---|
//! | `onHeadersReceived`, or `success` where that was missing | `told(generation, status, content type, URL, what Retry-After asks for in ms)` |
//! | `onChunkReceived` | [`room`](Client::room), the bytes, and the input `Filled` |
//! | `success` | the input `EndOfBody` |
//! | `fail` | `told(generation, FAILED, errMsg, "", 0)` |
//! | a task that can't stream | `told(generation, FUTILE, what to change, "", 0)` |
//! | a hook throws | `told(generation, REJECTED, a sentence, "", 0)` |
//!
//! [`Listener`]: super::client::Listener

use super::boundary::address;
use super::client::Client;
use crate::boundary::PseudoStatus;
use crate::event_source::{Generation, Input, ResponseHead};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Client {
    /// See the table above.
    #[wasm_bindgen(js_name = told_)]
    pub fn told(&self, generation: u32, status: u16, text: &str, url: &str, retry_after: u32) {
        let generation = Generation(generation);
        self.source.handle(match PseudoStatus::of(status.into()) {
            Some(PseudoStatus::Failed) => Input::NetworkError(generation, text),
            Some(PseudoStatus::Futile) => Input::Futile(generation, text),
            Some(PseudoStatus::Rejected) => Input::Reject(generation, text),
            Some(PseudoStatus::Unknown) => Input::Response(
                generation,
                ResponseHead { status: 200, content_type: "text/event-stream", url, retry_after },
            ),
            None => Input::Response(generation, ResponseHead { status, content_type: text, url, retry_after }),
        });
    }

    /// The address at which a chunk of `len` bytes is to be written; 0 if it came too late. May grow the memory.
    #[must_use]
    pub fn room(&self, generation: u32, len: usize) -> u32 {
        let mut machine = self.source.machine.borrow_mut();
        machine.room(Generation(generation), len).map_or(0, |room| address(room.as_ptr()))
    }
}
