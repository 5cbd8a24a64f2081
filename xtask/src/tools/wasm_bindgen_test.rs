//! What runs the crate's own tests on wasm32: wasm-bindgen's test runner, of the version that Cargo.lock pins, and ChromeDriver for it.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::apt;
use super::cargo_install::{self, Program};
use crate::process;
use crate::workspace::Workspace;

/// Returns the runner.
pub fn ensure_runner(workspace: &Workspace) -> Result<PathBuf> {
    let version = workspace.locked_version("wasm-bindgen")?;
    // Its lock file wants versions that not every registry has.
    let program =
        Program { package: "wasm-bindgen-cli", name: "wasm-bindgen-test-runner", version: &version, is_locked: false };
    cargo_install::ensure(workspace, &program)
}

/// `$CHROMEDRIVER`, else the one on PATH, else Debian's, if we may install it.
pub fn ensure_driver(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMEDRIVER").filter(|value| !value.is_empty()) {
        return Ok(path.into());
    }
    if let Some(path) = process::on_path("chromedriver") {
        return Ok(path);
    }
    apt::install(workspace, &["chromium-driver"])?;
    if let Some(path) = process::on_path("chromedriver") {
        return Ok(path);
    }
    bail!(
        "no ChromeDriver was found. Install it with\n    {}\n\
         or name one: CHROMEDRIVER=/path/to/chromedriver cargo xtask test",
        apt::command_for(&["chromium-driver"])
    )
}
