//! Errors between JavaScript and the machine.

use crate::event_source::ConnectionError;
use alloc::string::String;
use wasm_bindgen::prelude::*;

/// The details of an `error` event, as a plain object.
#[cfg(feature = "serde")]
pub(super) fn details(error: &ConnectionError) -> JsValue {
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
    Details(error).serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
}

/// The details of an `error` event, as a plain object.
#[cfg(not(feature = "serde"))]
pub(super) fn details(error: &ConnectionError) -> JsValue {
    let details = js_sys::Object::new();
    let or_null = |number: Option<u32>| number.map_or(JsValue::NULL, JsValue::from);
    for (name, value) in [
        ("name", JsValue::from_str(error.kind.name())),
        ("message", JsValue::from_str(&error.message)),
        ("attempt", JsValue::from(error.attempt)),
        ("retryIn", or_null(error.retry_in)),
        ("code", or_null(error.kind.status().map(u32::from))),
    ] {
        // A fresh plain object takes every property.
        let _ = js_sys::Reflect::set(&details, &JsValue::from_str(name), &value);
    }
    details.into()
}

#[wasm_bindgen]
extern "C" {
    type ErrorLike;
    #[wasm_bindgen(method, getter, catch)]
    fn message(this: &ErrorLike) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn cause(this: &ErrorLike) -> Result<JsValue, JsValue>;
}

/// What a rejection says: its message, and its cause's (Node's fetch says only "fetch failed" and puts the reason there).
pub(super) fn reason(rejection: &JsValue) -> String {
    if let Some(text) = rejection.as_string() {
        return text;
    }
    let error: &ErrorLike = rejection.unchecked_ref();
    let mut reason = text(error.message());
    if let Ok(cause) = error.cause()
        && !cause.is_null_or_undefined()
    {
        let because = text(cause.unchecked_ref::<ErrorLike>().message());
        if !because.is_empty() {
            reason.push_str(" (");
            reason.push_str(&because);
            reason.push(')');
        }
    }
    reason
}

fn text(message: Result<JsValue, JsValue>) -> String {
    message.ok().and_then(|message| message.as_string()).unwrap_or_default()
}
