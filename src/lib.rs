//! Server-Sent Events: the engine of the npm package `eventsource-wasm`.
//!
//! Two paths, read top to bottom:
//!
//! ```text
//! bytes:       chunk ─► utf8 ─► line ─► field ─► interpreter ─► batch ─► dispatch
//! connection:  options ─► request ─► response check ─► (event stream) ─► reconnection ─┐
//!                            ▲                                                        │
//!                            └────────────────────────────────────────────────────────┘
//! ```
//!
//! - [`event_stream`] is the path of a byte (WHATWG HTML §9.2.5 and §9.2.6): no I/O, no clock, no JS type.
//! - [`event_source`] is the path of a connection (§9.2.2 and §9.2.3): a state machine; I/O, clock and JS are handed in.
//! - `wasm` (only there on wasm32) is where JavaScript begins: fetch, request tasks and timers become inputs of the machine, its
//!   actions become fetch, requests, timers and callbacks.
//! - `pkg-template/`, beside this crate, is the JS of the npm package: the classes, the strings made from a batch, and in `mini/` what
//!   mini programs have in the place of a page's fetch and WebAssembly.

#![no_std]
extern crate alloc;
// Only for its panic handler, which the cdylib wants; the core itself uses `core` and `alloc` only. Bare metal has neither, and mini
// programs have a panic handler of ours.
#[cfg(not(any(target_os = "none", all(target_arch = "wasm32", feature = "js", not(feature = "serde")))))]
extern crate std;

pub mod event_source;
pub mod event_stream;
#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub mod wasm;
