//! Errors between JavaScript and the machine.

use crate::event_source::{ConnectionError, ErrorKind};
use alloc::string::String;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

/// The details of an `error` event, as a plain object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    name: &'a str,
    message: &'a str,
    attempt: u32,
    #[serde(serialize_with = "or_null")]
    retry_in: Option<u32>,
    status: Option<u16>,
}

fn or_null<S: Serializer>(retry_in: &Option<u32>, serializer: S) -> Result<S::Ok, S::Error> {
    match retry_in {
        Some(time) => serializer.serialize_u32(*time),
        None => serializer.serialize_unit(),
    }
}

pub(super) fn details(error: &ConnectionError) -> JsValue {
    let status = match error.kind {
        ErrorKind::Status(status) => Some(status),
        ErrorKind::ContentType => Some(200),
        _ => None,
    };
    let details = Details {
        name: error.kind.name(),
        message: &error.message,
        attempt: error.attempt,
        retry_in: error.retry_in,
        status,
    };
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    details.serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
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
