//! The fetch transport: an attempt from its beginning to the response's head, and what gives it up. JavaScript makes the request, of what
//! the caller's functions give for it, and reads the body (`pkg-template/fetch-request.js`); it tells the source as a request task does.

use super::client::{Listener, Source};
use crate::event_source::Generation;
use alloc::rc::Rc;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal};

#[wasm_bindgen]
extern "C" {
    /// What a fetch needs of the source's options; undefined where requests are carried out by JavaScript.
    #[derive(Clone, Debug)]
    pub type FetchInit;
    /// Settles when the source has been told of the response's head.
    #[wasm_bindgen(method, catch)]
    fn fetch(
        this: &FetchInit,
        listener: &Listener,
        generation: u32,
        attempt: u32,
        last_event_id: &str,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue>;
    /// What a fetch was rejected with is the error event's `cause`.
    #[wasm_bindgen(method)]
    fn failed(this: &FetchInit, listener: &Listener, generation: u32, rejection: &JsValue);

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
        let told = self.init.fetch(&self.listener, generation.0, attempt, &last_event_id, signal);
        if let Some(this) = self.this.upgrade() {
            spawn_local(run(this, generation, told));
        }
    }

    pub(super) fn give_up_fetch(&self) {
        if let Some(abort) = self.fetch.take().0 {
            abort.abort();
        }
    }
}

/// As `await`; what comes too late, the machine drops.
async fn run(source: Rc<Source>, generation: Generation, told: Result<JsValue, JsValue>) {
    let settled = match told {
        Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
        Err(thrown) => Err(thrown),
    };
    if let Err(rejection) = settled {
        source.init.failed(&source.listener, generation.0, &rejection);
    }
}
