//! Programs that cargo installs into the cache, once per machine.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::workspace::Workspace;

/// A program of a crate, in one version.
pub struct Program<'a> {
    /// The crate that it is in.
    pub package: &'a str,
    /// The program, which says its name and version when it is asked by `--version`.
    pub name: &'a str,
    /// The version that we know to work.
    pub version: &'a str,
    /// Whether the crate's own lock file can be had.
    pub is_locked: bool,
}

/// Returns the program: the one on PATH if it is the right one, else the one in the cache, installed there if need be.
pub fn ensure(workspace: &Workspace, wanted: &Program) -> Result<PathBuf> {
    let Program { package, name, version, is_locked } = *wanted;
    if let Some(program) = process::on_path(name)
        && is_right(&program, wanted)
    {
        return Ok(program);
    }
    let root = workspace.cache.join(format!("{name}-{version}"));
    let program = root.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if is_right(&program, wanted) {
        return Ok(program);
    }
    println!("==> installing {name} {version} into the cache (minutes, once per machine)");
    let mut install = workspace.cargo();
    install
        .args(["install", package, "--bin", name, "--version", &format!("={version}"), "--debug", "--force"])
        .args(is_locked.then_some("--locked"))
        .arg("--root")
        .arg(&root)
        // A target folder of the checkout would keep 300 MB that nothing else uses.
        .env_remove("CARGO_TARGET_DIR");
    process::run(&mut install)
        .with_context(|| format!("{name} could not be installed; with it on PATH nothing is installed"))?;
    ensure!(is_right(&program, wanted), "{} is not {name} {version}", program.display());
    Ok(program)
}

fn is_right(program: &Path, wanted: &Program) -> bool {
    let expected = format!("{} {}", wanted.name, wanted.version);
    std::process::Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == expected)
}
