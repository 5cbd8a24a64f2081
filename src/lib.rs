//! Server-Sent Events.
#![no_std]
extern crate alloc;
// Links std's panic handler; the core itself uses `core` and `alloc` only.
extern crate std;

pub mod event_source;
pub mod event_stream;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
