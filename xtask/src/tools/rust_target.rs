//! Rust's standard library for another target.

use std::path::Path;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

/// Adds the target to the toolchain in use, unless it is there.
pub fn ensure(workspace: &Workspace, target: &str) -> Result<()> {
    let libraries = process::stdout_of(process::command("rustc", &workspace.root).args([
        "--print",
        "target-libdir",
        "--target",
        target,
    ]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    println!("==> rustup target add {target}");
    process::run(process::command("rustup", &workspace.root).args(["target", "add", target]))
        .with_context(|| format!("the Rust target {target} is missing and rustup could not add it"))
}
