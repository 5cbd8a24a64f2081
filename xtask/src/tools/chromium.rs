//! A Chromium for the browser suites.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::apt;
use crate::process;
use crate::workspace::Workspace;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// `$CHROMIUM`, else one on PATH, else Debian's, if we may install it.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM").filter(|value| !value.is_empty()) {
        let path = PathBuf::from(path);
        if path.is_file() {
            return Ok(path);
        }
        bail!("CHROMIUM names {}, which is not a file", path.display());
    }
    if let Some(path) = NAMES.iter().find_map(|name| process::on_path(name)) {
        return Ok(path);
    }
    apt::install(workspace, &["chromium"])?;
    if let Some(path) = process::on_path("chromium") {
        return Ok(path);
    }
    bail!(
        "no Chromium was found. Install it with\n    {}\n\
         or name one: CHROMIUM=/path/to/chrome cargo xtask test",
        apt::command_for(&["chromium"])
    )
}
