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
//! - `web` is the road of one attempt over the platform's `fetch`, as an async function: ask the caller's functions, send, judge the head or ask the
//!   hooks, hand the body to the reader.
//! - `wasm` (only there on wasm32) is where JavaScript begins: fetch, request tasks and timers become inputs of the machine, its
//!   actions become attempts, requests, timers and callbacks.
//! - `boundary` declares each number that Rust and JavaScript share, once: `cargo xtask build` writes JavaScript's from it.
//! - `pkg-template/`, beside this crate, is the JS of the npm package: the classes, the strings made from a batch, and in `mini/` what
//!   mini programs have in the place of a page's fetch and WebAssembly.
//!
//! # In a Rust program
//!
//! There is no I/O here, but for pages in wasm32: bring the HTTP client of your choice.
//!
//! | you have | you want | take |
//! |---|---|---|
//! | the bytes of a response | its events | [`event_stream::EventStream`] |
//! | a way to send requests | a client that connects again and resumes | [`event_source::EventSource`] |
//! | a `Content-Type` header | to know whether it is an event stream | [`event_source::is_event_stream`] |
//! | a page in Yew, Leptos or Dioxus | a stream of events over `fetch`, with headers and a body | `web::EventSource`, of the feature `web` |
//!
//! ```
//! use eventsource_wasm::event_stream::{EventStream, Item, StreamError};
//!
//! /// What a chat model has said. Chunks may be cut anywhere.
//! fn answer<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<String, StreamError> {
//!     let mut stream = EventStream::default();
//!     let mut answer = String::new();
//!     for chunk in chunks {
//!         stream.feed(chunk)?;
//!         for item in stream.items() {
//!             if let Item::Event { event_type: "token", data, .. } = item {
//!                 answer.push_str(data);
//!             }
//!         }
//!     }
//!     Ok(answer)
//! }
//!
//! // 你 is cut in two.
//! let chunks: [&[u8]; 2] = [b"event: token\ndata: \xE4\xBD", b"\xA0\n\nevent: token\ndata: !\n\n"];
//! assert_eq!(answer(chunks)?, "你!");
//! # Ok::<(), StreamError>(())
//! ```
//!
//! The repository's `tests/rust-users` has a parser of standard input, a client over sockets, and pages in Yew and Leptos.
//!
//! # Features, `no_std`, wasm32
//!
//! The crate needs `core` and `alloc` and depends on no other, unless a feature asks for it. All features are for wasm32, and the default ones are
//! for the npm package; a Rust program that is compiled to wasm32 turns them off by `default-features = false`. Otherwise it gets a global allocator
//! and exported functions, which are not its own, and no `EventStream::items`: JavaScript reads a stream's events in another way, and what Rust needs
//! for it is left out.
//!
//! | feature | on wasm32 |
//! |---|---|
//! | `js` (default) | the boundary to JavaScript, an allocator |
//! | `web` (default) | the road of an attempt over the host's `fetch`; without `js`, `web::EventSource` for pages in Rust |
//! | `serde` (default) | bodies in JSON for `web::EventSource`; with `js`, the details of errors as JavaScript objects, by std; `js` alone has a panic handler, and code for size in place of speed |
//!
//! On targets without an operating system (`target_os = "none"`) std is not linked. Elsewhere it is, for its panic handler only.

#![no_std]
extern crate alloc;
// Only for its panic handler, which the cdylib wants; the core itself uses `core` and `alloc` only. Bare metal has neither, and mini
// programs have a panic handler of ours.
#[cfg(not(any(target_os = "none", compact)))]
extern crate std;

#[doc(hidden)]
pub mod boundary;
pub mod event_source;
pub mod event_stream;
#[cfg(all(target_arch = "wasm32", any(feature = "js", feature = "web")))]
mod host;
#[cfg(npm)]
pub mod wasm;
#[cfg(any(all(target_arch = "wasm32", feature = "web"), all(test, not(target_arch = "wasm32"))))]
pub mod web;
