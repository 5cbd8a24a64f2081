//! A Firefox for its suite.

use std::path::PathBuf;

use anyhow::Result;

use super::{Absent, apt};
use crate::process;
use crate::workspace::Workspace;

const NAMES: [&str; 2] = ["firefox-esr", "firefox"];
const PACKAGES: [&str; 1] = ["firefox-esr"];

/// `$FIREFOX`, else one on PATH, else Debian's, if we may install it.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("FIREFOX").filter(|value| !value.is_empty()) {
        return Ok(path.into());
    }
    let find = || NAMES.iter().find_map(|name| process::on_path(name));
    if let Some(path) = find() {
        return Ok(path);
    }
    let installed = apt::install(workspace, &PACKAGES);
    find().ok_or_else(|| Absent::after(installed, &PACKAGES, "FIREFOX=/path/to/firefox").into())
}
