//! What every host of JavaScript has for the engine: its clock.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds, modulo 2³². Goes on while the host sleeps, which `performance.now` doesn't everywhere.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub(crate) fn clock() -> u32;
}
