//! The tools that a command needs: found, or installed at the exact version.

mod apt;
pub mod chromium;
pub mod jsc;
pub mod nginx;
pub mod npm;
pub mod wasm_bindgen;
pub mod wasm_pack;
pub mod wasm_target;
