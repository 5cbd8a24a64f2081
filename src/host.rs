//! What every host of JavaScript has for the engine: its clock, and its reading of dates.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds, modulo 2³². Goes on while the host sleeps, which `performance.now` doesn't everywhere.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub(crate) fn clock() -> u32;
}

#[cfg(not(feature = "js"))]
#[wasm_bindgen]
extern "C" {
    /// Milliseconds since 1970.
    #[wasm_bindgen(js_namespace = Date)]
    fn now() -> f64;
    /// Milliseconds since 1970; NaN where the text is no date.
    #[wasm_bindgen(js_namespace = Date)]
    fn parse(date: &str) -> f64;
    /// NaN where the text is no number.
    #[wasm_bindgen(js_name = Number)]
    fn number(text: &str) -> f64;
}

/// In milliseconds: 2³¹ − 1, which is the most that a timer of the host holds.
#[cfg(not(feature = "js"))]
const LONGEST_WAIT: u32 = i32::MAX as u32;

/// What the value of a `Retry-After` header asks for ([RFC 9110, section 10.2.3]): seconds, or a date. In milliseconds from now, no more than
/// a timer of the host holds; 0 where there is no such header.
///
/// [RFC 9110, section 10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
#[cfg(not(feature = "js"))]
pub(crate) fn retry_after(value: &str) -> u32 {
    let seconds = number(value);
    let milliseconds = if seconds.is_nan() { parse(value) - now() } else { seconds * 1000.0 };
    // A time that is over, and NaN, become 0.
    (milliseconds as u32).min(LONGEST_WAIT)
}
