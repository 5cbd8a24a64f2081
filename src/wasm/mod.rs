//! Where JavaScript begins: the only folder that names a JS type. It turns fetch, request tasks and
//! timers into [`Input`](crate::event_source::Input)s, and [`Action`](crate::event_source::Action)s into fetch, request tasks, timers and
//! callbacks.

mod boundary;
mod client;
mod error;
#[cfg(feature = "web")]
mod fetch;
mod options;
mod parser;
mod request_task;

pub use client::Client;
pub use parser::Parser;

/// Smaller than std's allocator, and gives memory back to itself.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Nothing here panics on any input; a mistake of ours traps.
#[cfg(not(feature = "serde"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
