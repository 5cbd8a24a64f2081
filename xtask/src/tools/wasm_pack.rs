//! wasm-pack, from PATH if it is the right one, else installed once into the cache.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::workspace::Workspace;

/// The version that the build is known to work with.
pub const VERSION: &str = "0.15.1";

/// Returns the program.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(program) = process::on_path("wasm-pack")
        && is_right(&program)
    {
        return Ok(program);
    }
    let root = workspace.cache.join(format!("wasm-pack-{VERSION}"));
    let program = root.join("bin").join(format!("wasm-pack{}", std::env::consts::EXE_SUFFIX));
    if is_right(&program) {
        return Ok(program);
    }
    println!("==> installing wasm-pack {VERSION} into the cache (minutes, once per machine)");
    let mut install = workspace.cargo();
    install
        .args(["install", "wasm-pack", "--version", &format!("={VERSION}")])
        .args(["--locked", "--debug", "--force", "--root"])
        .arg(&root)
        // A target folder of the checkout would keep 300 MB that nothing else uses.
        .env_remove("CARGO_TARGET_DIR");
    process::run(&mut install).context("wasm-pack could not be installed; with it on PATH nothing is installed")?;
    ensure!(is_right(&program), "{} is not wasm-pack {VERSION}", program.display());
    Ok(program)
}

fn is_right(program: &Path) -> bool {
    std::process::Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == format!("wasm-pack {VERSION}"))
}
