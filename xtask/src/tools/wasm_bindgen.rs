//! The `wasm-bindgen` program, built from the library that this workspace pins.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::workspace::Workspace;

/// Builds it; returns the program, in a folder of its own that can go on PATH.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    process::run(workspace.cargo().args(["build", "--quiet", "--package", "xtask", "--bin", "wasm-bindgen-cli"]))?;
    let suffix = std::env::consts::EXE_SUFFIX;
    let made = workspace.target.join(format!("debug/wasm-bindgen-cli{suffix}"));
    let folder = workspace.target.join("xtask-bin");
    let program = folder.join(format!("wasm-bindgen{suffix}"));
    fs::create_dir_all(&folder)?;
    if program.exists() {
        fs::remove_file(&program)?;
    }
    fs::hard_link(&made, &program)
        .or_else(|_| fs::copy(&made, &program).map(|_| ()))
        .with_context(|| format!("cannot copy {} to {}", made.display(), program.display()))?;
    let version = process::stdout_of(process::command(&program, &workspace.root).arg("--version"))?;
    let version = version.trim().trim_start_matches("wasm-bindgen ");
    for name in ["wasm-bindgen", "wasm-bindgen-cli-support"] {
        let locked = workspace.locked_version(name)?;
        ensure!(
            locked == version,
            "Cargo.lock pins {name} {locked}, but xtask's wasm-bindgen is {version}: give Cargo.toml, xtask/Cargo.toml \
             and xtask/src/bin/wasm-bindgen-cli.rs the same version",
        );
    }
    Ok(program)
}
