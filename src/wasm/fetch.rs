//! The fetch transport: a request, the response's head, and its body chunk by chunk.

use super::client::{Listener, Source};
use super::error::reason;
use crate::event_source::{Generation, Input, ResponseHead};
use alloc::rc::Rc;
use alloc::string::String;
use js_sys::{Object, Promise, Reflect, Uint8Array};
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
    /// The reader of an adopted stream.
    #[wasm_bindgen(method, getter)]
    pub fn reader(this: &FetchInit) -> Option<Reader>;
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &FetchInit, url: &str, init: &Object) -> Result<JsValue, JsValue>;
    /// A chunk of a body as bytes.
    #[wasm_bindgen(method, catch)]
    fn bytes(this: &FetchInit, chunk: &JsValue) -> Result<Uint8Array, JsValue>;

    #[wasm_bindgen(method, getter, js_name = fetchInit)]
    pub fn fetch_init(this: &Listener) -> FetchInit;
    /// The response of this attempt, for the events' details.
    #[wasm_bindgen(method, setter, js_name = response)]
    fn set_response(this: &Listener, response: &JsValue);
    /// What this attempt was rejected with, for the next `error` event.
    #[wasm_bindgen(method, setter, js_name = cause)]
    fn set_cause(this: &Listener, cause: &JsValue);

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
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn get_reader(this: &Body) -> Result<Reader, JsValue>;
    #[wasm_bindgen(method, catch, js_name = cancel)]
    fn cancel_body(this: &Body) -> Result<JsValue, JsValue>;

    /// A `ReadableStreamDefaultReader`.
    #[derive(Clone, Debug)]
    pub type Reader;
    #[wasm_bindgen(method, catch)]
    pub fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<JsValue, JsValue>;

    type ReadResult;
    #[wasm_bindgen(method, getter, catch)]
    fn done(this: &ReadResult) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn value(this: &ReadResult) -> Result<JsValue, JsValue>;
}

/// What of a fetch can be given up.
#[derive(Debug, Default)]
pub(super) struct Fetch {
    /// None where the host has no `AbortController`.
    abort: Option<AbortController>,
    reader: Option<Reader>,
}

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

    /// Reads a stream that the caller has.
    pub(super) fn adopt(&self) {
        let Some(reader) = self.init.reader() else { return };
        self.set_reader(reader.clone());
        let first = reader.read();
        self.handle(Input::Adopt);
        match (first, self.this.upgrade()) {
            (Ok(first), Some(this)) => spawn_local(read(this, Generation::default(), reader, first)),
            (Err(error), _) => self.fetch_broke(Generation::default(), error),
            (Ok(_), None) => {}
        }
    }

    pub(super) fn give_up_fetch(&self) {
        let fetch = self.fetch.take();
        fetch.abort();
    }

    /// What a fetch or a read was rejected with is the error event's `cause`.
    fn fetch_broke(&self, generation: Generation, cause: JsValue) {
        self.listener.set_cause(&cause);
        self.handle(Input::NetworkError(generation, &reason(&cause)));
        self.listener.set_cause(&JsValue::UNDEFINED);
    }

    fn is_current(&self, generation: Generation) -> bool {
        self.machine.borrow().is_current(generation)
    }

    fn set_reader(&self, reader: Reader) {
        self.fetch.borrow_mut().reader = Some(reader);
    }

    /// Copies a chunk into the stream's buffer, once, for [`Input::Filled`]; how long it is. An error: it is not bytes.
    fn copy(&self, generation: Generation, chunk: &JsValue) -> Result<usize, JsValue> {
        let chunk = self.init.bytes(chunk)?;
        let len = chunk.length() as usize;
        if let Some(room) = self.machine.borrow_mut().room(generation, len) {
            chunk.copy_to(room);
        }
        Ok(len)
    }
}

impl Fetch {
    fn new() -> Self {
        Self { abort: AbortController::new().ok(), reader: None }
    }

    /// Gives up the request, and the body too where the caller's fetch knows no signal.
    fn abort(self) {
        if let Some(abort) = self.abort {
            abort.abort();
        }
        if let Some(reader) = self.reader {
            settle(reader.cancel());
        }
    }

    /// What `fetch` gets: the caller's request, the signal and where to go on.
    fn request(&self, init: &FetchInit, last_event_id: &str) -> Object {
        let request = Object::assign(&Object::new(), &init.request());
        let set = |target: &Object, name: &str, value: &JsValue| {
            // A fresh plain object takes every property.
            let _ = Reflect::set(target, &JsValue::from_str(name), value);
        };
        if let Some(abort) = &self.abort {
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

/// Fetches and hands head and body to the source, for as long as it takes them.
async fn run(source: Rc<Source>, generation: Generation, response: Result<JsValue, JsValue>) {
    let reading = match settled(response).await {
        Ok(response) => receive(&source, generation, response.unchecked_into()),
        Err(rejection) => Err(rejection),
    };
    match reading {
        Ok(Some((reader, first))) => read(source, generation, reader, first).await,
        Ok(None) => {}
        Err(error) => source.fetch_broke(generation, error),
    }
}

/// Hands the head to the source; the body's reader, and its first read, where the source goes on. An error is a look-alike that
/// lacks something.
fn receive(
    source: &Rc<Source>,
    generation: Generation,
    response: ResponseLike,
) -> Result<Option<(Reader, JsValue)>, JsValue> {
    let status = response.status()?.as_f64().unwrap_or_default() as u16;
    let content_type = text(response.headers()?.get("content-type")?);
    let url = text(response.url().unwrap_or_default());
    let body = response.body()?;
    if !source.is_current(generation) {
        if let Some(body) = body {
            settle(body.cancel_body());
        }
        return Ok(None);
    }
    source.listener.set_response(&response);
    // Asked for before anybody is told: a chunk that lies unread when the connection breaks is thrown away by the host.
    let reading = body.map(|body| {
        let reader = body.get_reader()?;
        let first = reader.read()?;
        source.set_reader(reader.clone());
        Ok((reader, first))
    });
    source.handle(Input::Response(generation, ResponseHead { status, content_type: &content_type, url: &url }));
    match reading {
        None => {
            source.handle(Input::EndOfBody(generation));
            Ok(None)
        }
        Some(Ok((_, first))) if !source.is_current(generation) => {
            // Refused, or closed by a listener: the source has given up the reader.
            settle(Ok(first));
            Ok(None)
        }
        Some(reading) => reading.map(Some),
    }
}

/// Reads to the end, an error, or until the source has moved on. The next chunk is always asked for before listeners see the last
/// one, as [`receive`] does.
async fn read(source: Rc<Source>, generation: Generation, reader: Reader, first: JsValue) {
    let mut next = Ok(first);
    while source.is_current(generation) {
        let result = match settled(next).await {
            Ok(result) => result.unchecked_into::<ReadResult>(),
            Err(error) => return source.fetch_broke(generation, error),
        };
        if result.done().unwrap_or(true) {
            return source.handle(Input::EndOfBody(generation));
        }
        let len = match result.value().and_then(|chunk| source.copy(generation, &chunk)) {
            Ok(len) => len,
            Err(error) => return source.fetch_broke(generation, error),
        };
        // Not before the copy: a stream may fill the same memory again.
        next = reader.read();
        source.handle(Input::Filled(generation, len));
    }
    settle(next);
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
