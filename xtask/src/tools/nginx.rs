//! nginx, as a proxy that the tests start themselves.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::apt;
use crate::process;
use crate::workspace::Workspace;

/// Debian's, which has all that the tests need.
const PACKAGE: &str = "nginx";

/// `$NGINX_BIN` (`$NGINX` is nginx's own), else the one on PATH or where Debian puts it, else Debian's package, unpacked into the cache:
/// to install it would start a server on port 80.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("NGINX_BIN").filter(|value| !value.is_empty()) {
        return Ok(path.into());
    }
    let cached = workspace.cache.join("nginx");
    let program = cached.join("usr/sbin/nginx");
    let known = [PathBuf::from("/usr/sbin/nginx"), program.clone()];
    if let Some(path) = process::on_path("nginx").or_else(|| known.into_iter().find(|path| path.is_file())) {
        return Ok(path);
    }
    if process::on_path("apt-get").is_some() && process::on_path("dpkg-deb").is_some() {
        println!("==> apt-get download {PACKAGE}, into the cache (once per machine)");
        let new = workspace.cache.join(format!("nginx-new-{}", std::process::id()));
        fs::create_dir_all(&new)?;
        let unpacked = unpack(&new);
        if unpacked.is_ok() && fs::rename(new.join("root"), &cached).is_err() && !program.is_file() {
            bail!("{} is in the way", cached.display());
        }
        fs::remove_dir_all(&new)?;
        unpacked?;
    }
    if program.is_file() {
        return Ok(program);
    }
    bail!(
        "nginx was not found. Install it with\n    {}\nor name one: NGINX_BIN=/path/to/nginx cargo xtask test",
        apt::command_for(&[PACKAGE])
    )
}

fn unpack(folder: &Path) -> Result<()> {
    apt::download(folder, PACKAGE)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            process::run_quietly(process::command("dpkg-deb", folder).arg("-x").arg(&path).arg("root"))?;
        }
    }
    Ok(())
}
