//! The fetch transport: an attempt from its beginning to the response's head, and what gives it up. JavaScript makes the request, of what
//! the caller's functions give for it, and reads the body (`pkg-template/fetch-request.js`); it tells the source as a request task does.

use super::client::{Listener, Source};
use crate::event_source::Generation;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal};

#[wasm_bindgen]
extern "C" {
    /// What a fetch needs of the source's options; undefined where requests are carried out by JavaScript.
    #[derive(Clone, Debug)]
    pub type FetchInit;
    /// Doesn't throw: what it is rejected with, the source is told.
    #[wasm_bindgen(method)]
    fn fetch(
        this: &FetchInit,
        listener: &Listener,
        generation: u32,
        attempt: u32,
        last_event_id: &str,
        signal: Option<AbortSignal>,
    );

    #[wasm_bindgen(method, getter, js_name = fetchInit)]
    pub fn fetch_init(this: &Listener) -> FetchInit;
}

/// What gives the request up; nothing where the host has no `AbortController`.
#[derive(Debug, Default)]
pub(super) struct Fetch(Option<AbortController>);

impl Source {
    /// Performs [`Action::Connect`](crate::event_source::Action::Connect).
    pub(super) fn fetch(&self, generation: Generation) {
        let fetch = Fetch(AbortController::new().ok());
        let (attempt, last_event_id) = self.attempt();
        let signal = fetch.0.as_ref().map(AbortController::signal);
        self.fetch.replace(fetch);
        self.init.fetch(&self.listener, generation.0, attempt, &last_event_id, signal);
    }

    pub(super) fn give_up_fetch(&self) {
        if let Some(abort) = self.fetch.take().0 {
            abort.abort();
        }
    }
}
