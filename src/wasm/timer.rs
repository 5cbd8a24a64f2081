//! The host's timer, cleared when dropped.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(handler: &JsValue, milliseconds: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(id: &JsValue) -> Result<(), JsValue>;
}

/// A pending call.
#[derive(Debug)]
pub(super) struct Timer {
    id: JsValue,
    /// Kept alive until the call.
    _handler: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `handler` once after the time; hosts hold no more than 2^31 - 1 ms.
    pub(super) fn start(milliseconds: u32, handler: impl FnOnce() + 'static) -> Self {
        let handler = Closure::once(handler);
        let time = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        let id = set_timeout(handler.as_ref(), time).unwrap_or(JsValue::UNDEFINED);
        Self { id, _handler: handler }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // Nothing to be done where the host refuses: the machine drops a late call.
        let _ = clear_timeout(&self.id);
    }
}
