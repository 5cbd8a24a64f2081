//! wasm-pack, from PATH if it is the right one, else installed once into the cache.

use std::path::PathBuf;

use anyhow::Result;

use super::cargo_install::{self, Program};
use crate::workspace::Workspace;

/// The version that the build is known to work with.
pub const VERSION: &str = "0.15.1";

/// Returns the program.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    let program = Program { package: "wasm-pack", name: "wasm-pack", version: VERSION, is_locked: true };
    cargo_install::ensure(workspace, &program)
}
