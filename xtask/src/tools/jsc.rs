//! JavaScriptCore's shell, for what runs on iOS.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::apt;
use crate::process;
use crate::workspace::Workspace;

const PACKAGES: [&str; 1] = ["libjavascriptcoregtk-4.0-bin"];

/// `$JSC`, else the one on PATH, else Debian's, if we may install it.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("JSC").filter(|value| !value.is_empty()) {
        return Ok(path.into());
    }
    if let Some(path) = process::on_path("jsc") {
        return Ok(path);
    }
    apt::install(workspace, &PACKAGES)?;
    if let Some(path) = process::on_path("jsc") {
        return Ok(path);
    }
    bail!(
        "JavaScriptCore's shell, jsc, was not found. Install it with\n    {}\nor name one: JSC=/path/to/jsc cargo xtask test",
        apt::command_for(&PACKAGES)
    )
}
