//! What JavaScript hands over, checked there already (`pkg-template/options.js`), read with typed getters.

use crate::event_source::{Options, Reconnect};
use crate::event_stream::{Limits, Utf8Mode};
use alloc::string::String;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Limits in bytes and the UTF-8 mode, of a source or a parser.
    #[derive(Clone, Debug)]
    pub type StreamInit;
    #[wasm_bindgen(method, getter)]
    fn line(this: &StreamInit) -> f64;
    #[wasm_bindgen(method, getter)]
    fn event(this: &StreamInit) -> f64;
    #[wasm_bindgen(method, getter)]
    fn pending(this: &StreamInit) -> f64;
    #[wasm_bindgen(method, getter)]
    fn fatal(this: &StreamInit) -> bool;

    /// A source's options.
    #[wasm_bindgen(extends = StreamInit)]
    #[derive(Clone, Debug)]
    pub type SourceInit;
    /// Absolute and serialised.
    #[wasm_bindgen(method, getter)]
    pub fn url(this: &SourceInit) -> String;
    #[wasm_bindgen(method, getter)]
    fn safe(this: &SourceInit) -> bool;
    /// `undefined` for the default.
    #[wasm_bindgen(method, getter)]
    fn reconnect(this: &SourceInit) -> Option<bool>;
    #[wasm_bindgen(method, getter, js_name = lastEventId)]
    fn last_event_id(this: &SourceInit) -> String;
    /// What `fetch` gets, but for its signal and `Last-Event-ID`.
    #[wasm_bindgen(method, getter)]
    pub fn request(this: &SourceInit) -> js_sys::Object;
    /// The reader of an adopted stream, or `undefined`.
    #[wasm_bindgen(method, getter)]
    pub fn reader(this: &SourceInit) -> Option<super::fetch::Reader>;
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &SourceInit, url: &str, init: &js_sys::Object) -> Result<JsValue, JsValue>;
    /// A chunk of a body as bytes.
    #[wasm_bindgen(method, catch)]
    pub fn bytes(this: &SourceInit, chunk: &JsValue) -> Result<js_sys::Uint8Array, JsValue>;
}

impl StreamInit {
    pub(super) fn limits(&self) -> Limits {
        Limits { line: self.line() as usize, event: self.event() as usize, pending: self.pending() as usize }
    }

    pub(super) fn utf8(&self) -> Utf8Mode {
        if self.fatal() { Utf8Mode::Fatal } else { Utf8Mode::Replace }
    }
}

impl SourceInit {
    pub(super) fn options(&self) -> Options {
        Options {
            is_safe_method: self.safe(),
            reconnect: match self.reconnect() {
                None => Reconnect::Auto,
                Some(true) => Reconnect::Always,
                Some(false) => Reconnect::Never,
            },
            last_event_id: self.last_event_id(),
            limits: self.limits(),
            utf8: self.utf8(),
        }
    }
}
