//! Names the profiles that the sources are compiled for, so that no condition is written twice.
//!
//! - `npm`: with the boundary to JavaScript, which reads what a chunk has completed out of wasm's memory. What Rust programs read is left out.
//! - `compact`: of these, the engine that is small before it is fast: what mini programs get, and pages that refuse WebAssembly. See
//!   `src/event_stream/profile.rs`.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(npm, compact)");
    let has_feature = |name: &str| env::var_os(format!("CARGO_FEATURE_{name}")).is_some();
    let is_wasm32 = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32");
    if is_wasm32 && has_feature("JS") {
        println!("cargo::rustc-cfg=npm");
        if !has_feature("SERDE") {
            println!("cargo::rustc-cfg=compact");
        }
    }
}
