//! The road of an attempt over the platform's `fetch`.
//!
//! ```text
//! ask the caller's functions ─► send ─► judge the head, or ask the hooks ─► hand the body to the reader
//! ```
//!
//! `attempt` is the road, as an async function that reads in that order and knows no JS type, so that its tests run on a virtual host. Two
//! masters take it: the npm package (`src/wasm/fetch.rs`), whose JavaScript carries out each step, and pages in Rust.

pub(crate) mod attempt;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
