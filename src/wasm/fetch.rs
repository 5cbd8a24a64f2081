//! The fetch transport: a request and the response's head. Its body JavaScript reads (`pkg-template/body.js`), which then tells the
//! source as a request task does: a chunk costs no more calls than its bytes need.

use super::client::{Listener, Source};
use crate::event_source::{Generation, Input, ResponseHead};
use alloc::rc::Rc;
use alloc::string::String;
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

// The least that a response must have, so that a caller's fetch may give a look-alike. Every getter and method may throw.
#[wasm_bindgen]
extern "C" {
    /// What a fetch needs of the source's options; undefined where requests are carried out by JavaScript.
    #[derive(Clone, Debug)]
    pub type FetchInit;
    #[wasm_bindgen(method, getter)]
    fn url(this: &FetchInit) -> String;
    /// What `fetch` gets, but for its signal and `Last-Event-ID`.
    #[wasm_bindgen(method, getter)]
    fn request(this: &FetchInit) -> Object;
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &FetchInit, url: &str, init: &Object) -> Result<JsValue, JsValue>;
    /// Asks for the first chunk at once, and hands each over with no call of ours. Doesn't throw.
    #[wasm_bindgen(method)]
    fn read(this: &FetchInit, listener: &Listener, generation: u32, body: &Body);
    /// What a fetch was rejected with is the error event's `cause`.
    #[wasm_bindgen(method)]
    fn failed(this: &FetchInit, listener: &Listener, generation: u32, rejection: &JsValue);

    #[wasm_bindgen(method, getter, js_name = fetchInit)]
    pub fn fetch_init(this: &Listener) -> FetchInit;
    /// The response of this attempt, for the events' details.
    #[wasm_bindgen(method, setter, js_name = response)]
    fn set_response(this: &Listener, response: &JsValue);

    type ResponseLike;
    #[wasm_bindgen(method, getter, catch)]
    fn status(this: &ResponseLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn url(this: &ResponseLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn headers(this: &ResponseLike) -> Result<HeadersLike, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn body(this: &ResponseLike) -> Result<Option<Body>, JsValue>;

    type HeadersLike;
    #[wasm_bindgen(method, catch)]
    fn get(this: &HeadersLike, name: &str) -> Result<JsValue, JsValue>;

    type Body;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Body) -> Result<JsValue, JsValue>;
}

/// What gives the request up; nothing where the host has no `AbortController`.
#[derive(Debug, Default)]
pub(super) struct Fetch(Option<AbortController>);

impl Source {
    /// Performs [`Action::Connect`](crate::event_source::Action::Connect).
    pub(super) fn fetch(&self, generation: Generation) {
        let fetch = Fetch::new();
        let last_event_id = self.machine.borrow().last_event_id_header();
        let request = fetch.request(&self.init, &last_event_id);
        self.listener.set_response(&JsValue::UNDEFINED);
        self.fetch.replace(fetch);
        let response = self.init.fetch(&self.init.url(), &request);
        if let Some(this) = self.this.upgrade() {
            spawn_local(run(this, generation, response));
        }
    }

    pub(super) fn give_up_fetch(&self) {
        if let Some(abort) = self.fetch.take().0 {
            abort.abort();
        }
    }

    /// An error is a look-alike that lacks something.
    fn receive(&self, generation: Generation, response: ResponseLike) -> Result<(), JsValue> {
        let status = response.status()?.as_f64().unwrap_or_default() as u16;
        let content_type = text(response.headers()?.get("content-type")?);
        let url = text(response.url().unwrap_or_default());
        let body = response.body()?;
        if !self.machine.borrow().is_current(generation) {
            if let Some(body) = body {
                settle(body.cancel());
            }
            return Ok(());
        }
        self.listener.set_response(&response);
        // Before anybody is told: a chunk that lies unread when the connection breaks is thrown away by the host.
        if let Some(body) = &body {
            self.init.read(&self.listener, generation.0, body);
        }
        self.handle(Input::Response(generation, ResponseHead { status, content_type: &content_type, url: &url, retry_after: 0 }));
        if body.is_none() {
            self.handle(Input::EndOfBody(generation));
        }
        Ok(())
    }
}

impl Fetch {
    fn new() -> Self {
        Self(AbortController::new().ok())
    }

    /// What `fetch` gets: the caller's request, the signal and where to go on.
    fn request(&self, init: &FetchInit, last_event_id: &str) -> Object {
        let request = Object::assign(&Object::new(), &init.request());
        let set = |target: &Object, name: &str, value: &JsValue| {
            // A fresh plain object takes every property.
            let _ = Reflect::set(target, &JsValue::from_str(name), value);
        };
        if let Some(abort) = &self.0 {
            set(&request, "signal", &abort.signal());
        }
        if !last_event_id.is_empty()
            && let Ok(headers) = Reflect::get(&request, &JsValue::from_str("headers"))
        {
            let headers = Object::assign(&Object::new(), headers.unchecked_ref());
            set(&headers, "Last-Event-ID", &JsValue::from_str(last_event_id));
            set(&request, "headers", &headers);
        }
        request
    }
}

/// Fetches, and hands the head to the source and the body to JavaScript.
async fn run(source: Rc<Source>, generation: Generation, response: Result<JsValue, JsValue>) {
    let received = match settled(response).await {
        Ok(response) => source.receive(generation, response.unchecked_into()),
        Err(rejection) => Err(rejection),
    };
    if let Err(rejection) = received {
        source.init.failed(&source.listener, generation.0, &rejection);
    }
}

fn text(value: JsValue) -> String {
    value.as_string().unwrap_or_default()
}

/// As `await`: a look-alike may give what is no promise.
async fn settled(promise: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&promise?)).await
}

/// Takes note of a promise that nobody waits for, so that its rejection is not reported as unhandled.
fn settle(promise: Result<JsValue, JsValue>) {
    spawn_local(async {
        let _ = settled(promise).await;
    });
}
