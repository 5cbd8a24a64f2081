//! Server-Sent Events in a page or worker that is written in Rust (Yew, Leptos, Dioxus, or plain `wasm-bindgen`): an `EventSource` over the
//! platform's `fetch`, with any method, headers and a body.
//!
//! The road of an attempt is the same for the npm package:
//!
//! ```text
//! ask the caller's functions ─► send ─► judge the head, or ask the hooks ─► hand the body to the reader
//! ```
//!
//! `attempt` is that road, as an async function that reads in that order and knows no JS type, so that its tests run on a virtual host. Two
//! masters take it: the npm package (`src/wasm/fetch.rs`), whose JavaScript carries out each step, and `EventSource`, which carries
//! them out over `web-sys`.

pub(crate) mod attempt;
#[cfg(all(target_arch = "wasm32", not(feature = "js")))]
mod builder;
#[cfg(all(target_arch = "wasm32", not(feature = "js")))]
mod event_source;
#[cfg(all(target_arch = "wasm32", not(feature = "js")))]
mod page;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

#[cfg(all(target_arch = "wasm32", not(feature = "js")))]
pub use builder::Builder;
#[cfg(all(target_arch = "wasm32", not(feature = "js")))]
pub use event_source::{Error, Event, EventSource};
