//! Debian's packages, where we may install them.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// Installs packages if there is an apt-get and we are root; otherwise does nothing.
pub fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    if !is_root() || process::on_path("apt-get").is_none() {
        return Ok(());
    }
    println!("==> apt-get install {} (once per machine)", packages.join(" "));
    for (arguments, packages) in [(&["update"][..], &[][..]), (&["install", "--yes"], packages)] {
        let mut apt = process::command("apt-get", &workspace.root);
        apt.args(arguments).args(packages).env("DEBIAN_FRONTEND", "noninteractive");
        process::run_quietly(&mut apt)?;
    }
    Ok(())
}

/// Puts a package's file into `folder`, where there are lists of packages; root fetches them if there are none yet.
pub fn download(folder: &Path, package: &str) -> Result<()> {
    let download = || process::run_quietly(process::command("apt-get", folder).args(["download", package]));
    if download().is_ok() || !is_root() {
        return Ok(());
    }
    process::run_quietly(process::command("apt-get", folder).arg("update"))?;
    download()
}

/// What a person types to the same end.
pub fn command_for(packages: &[&str]) -> String {
    format!("sudo apt-get update && sudo apt-get install --yes {}", packages.join(" "))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
