//! The fetch transport: a request, the response's head, and its body chunk by chunk.

use super::client::Source;
use super::options::SourceInit;
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

/// What of a connection can be given up.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// None where the host has no `AbortController`.
    abort: Option<AbortController>,
    pub(super) reader: Option<Reader>,
}

impl Connection {
    pub(super) fn new() -> Self {
        Self { abort: AbortController::new().ok(), reader: None }
    }

    /// Gives up the request, and the body too where the caller's fetch knows no signal.
    pub(super) fn abort(self) {
        if let Some(abort) = self.abort {
            abort.abort();
        }
        if let Some(reader) = self.reader {
            settle(reader.cancel());
        }
    }

    /// What `fetch` gets: the caller's request, the signal and where to go on.
    pub(super) fn request(&self, init: &SourceInit, last_event_id: &str) -> Object {
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
pub(super) async fn run(source: Rc<Source>, generation: Generation, response: Result<JsValue, JsValue>) {
    let reading = match settled(response).await {
        Ok(response) => receive(&source, generation, response.unchecked_into()),
        Err(rejection) => Err(rejection),
    };
    match reading {
        Ok(Some((reader, first))) => read(source, generation, reader, first).await,
        Ok(None) => {}
        Err(error) => source.broke(generation, error),
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
    source.received(response.unchecked_into());
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
pub(super) async fn read(source: Rc<Source>, generation: Generation, reader: Reader, first: JsValue) {
    let mut next = Ok(first);
    while source.is_current(generation) {
        let result = match settled(next).await {
            Ok(result) => result.unchecked_into::<ReadResult>(),
            Err(error) => return source.broke(generation, error),
        };
        if result.done().unwrap_or(true) {
            return source.handle(Input::EndOfBody(generation));
        }
        let len = match result.value().and_then(|chunk| source.copy(generation, &chunk)) {
            Ok(len) => len,
            Err(error) => return source.broke(generation, error),
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
