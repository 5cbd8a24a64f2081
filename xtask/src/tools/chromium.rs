//! A Chromium for the browser suites.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

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
    if is_root() && process::on_path("apt-get").is_some() {
        println!("==> apt-get install chromium (once per machine)");
        for arguments in [&["update"][..], &["install", "--yes", "chromium"]] {
            let mut apt = process::command("apt-get", &workspace.root);
            apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
            process::run_quietly(&mut apt)?;
        }
        return process::on_path("chromium").context("apt-get installed no chromium on PATH");
    }
    bail!(
        "no Chromium was found. Install it with\n    sudo apt-get update && sudo apt-get install --yes chromium\n\
         or name one: CHROMIUM=/path/to/chrome cargo xtask test"
    )
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
