//! Errors between JavaScript and the machine.

use super::client::Listener;
use crate::event_source::ConnectionError;
use wasm_bindgen::prelude::*;

#[cfg(feature = "serde")]
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(method)]
    fn error(this: &Listener, details: &JsValue);
}

#[cfg(feature = "serde")]
impl Listener {
    /// Fires `error`, with the details as a plain object.
    pub(super) fn tell_error(&self, error: &ConnectionError) {
        use serde::ser::{Serialize, SerializeMap, Serializer};

        struct Details<'a>(&'a ConnectionError);

        impl Serialize for Details<'_> {
            /// As a map, not as a struct: for a struct's keys serde-wasm-bindgen keeps a table, which costs 1 KB of wasm.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let error = self.0;
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("name", error.kind.name())?;
                map.serialize_entry("message", &error.message)?;
                map.serialize_entry("attempt", &error.attempt)?;
                map.serialize_entry("retryIn", &error.retry_in)?;
                map.serialize_entry("code", &error.kind.status())?;
                map.end()
            }
        }

        let serializer =
            serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
        self.error(&Details(error).serialize(&serializer).unwrap_or(JsValue::UNDEFINED));
    }
}

#[cfg(not(feature = "serde"))]
#[wasm_bindgen]
extern "C" {
    /// -1 ms: it will not connect again; status 0: there is none.
    #[wasm_bindgen(method, js_name = errorOf_)]
    fn error_of(this: &Listener, name: &str, message: &str, attempt: u32, retry_in: f64, code: u16);
}

#[cfg(not(feature = "serde"))]
impl Listener {
    /// Fires `error`.
    pub(super) fn tell_error(&self, error: &ConnectionError) {
        let retry_in = error.retry_in.map_or(-1.0, f64::from);
        let code = error.kind.status().unwrap_or_default();
        self.error_of(error.kind.name(), &error.message, error.attempt, retry_in, code);
    }
}
