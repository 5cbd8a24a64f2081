//! Rust's standard library for the wasm target.

use std::path::Path;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::{WASM_TARGET, Workspace};

/// Adds the target to the toolchain in use, unless it is there.
pub fn ensure(workspace: &Workspace) -> Result<()> {
    let libraries = process::stdout_of(process::command("rustc", &workspace.root).args([
        "--print",
        "target-libdir",
        "--target",
        WASM_TARGET,
    ]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    println!("==> rustup target add {WASM_TARGET}");
    process::run(process::command("rustup", &workspace.root).args(["target", "add", WASM_TARGET]))
        .with_context(|| format!("the Rust target {WASM_TARGET} is missing and rustup could not add it"))
}
