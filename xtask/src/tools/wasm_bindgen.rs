//! The `wasm-bindgen` program, built from the library that this workspace pins.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::workspace::Workspace;

/// What decides what it makes, beside the versions in Cargo.lock.
pub const SOURCES: [&str; 4] = [
    include_str!("../bin/wasm-bindgen-cli/main.rs"),
    include_str!("../bin/wasm-bindgen-cli/bulk_memory.rs"),
    include_str!("../bin/wasm-bindgen-cli/panics.rs"),
    include_str!("../bin/wasm-bindgen-cli/short_names.rs"),
];

/// Builds it; returns the program, in a folder of its own that can go on PATH. A `cargo` for wasm-pack is beside it.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    process::run(workspace.cargo().args([
        "build",
        "--quiet",
        "--package",
        "xtask",
        "--bin",
        "wasm-bindgen-cli",
        "--bin",
        "cargo-for-wasm-pack",
    ]))?;
    let folder = workspace.target.join("xtask-bin");
    fs::create_dir_all(&folder)?;
    put(workspace, &folder, "cargo-for-wasm-pack", "cargo")?;
    let program = put(workspace, &folder, "wasm-bindgen-cli", "wasm-bindgen")?;
    let version = process::stdout_of(process::command(&program, &workspace.root).arg("--version"))?;
    let version = version.trim().trim_start_matches("wasm-bindgen ");
    for name in ["wasm-bindgen", "wasm-bindgen-cli-support"] {
        let locked = workspace.locked_version(name)?;
        ensure!(
            locked == version,
            "Cargo.lock pins {name} {locked}, but xtask's wasm-bindgen is {version}: give Cargo.toml, xtask/Cargo.toml \
             and xtask/src/bin/wasm-bindgen-cli/main.rs the same version",
        );
    }
    Ok(program)
}

/// One of our programs, under the name by which wasm-pack calls it.
fn put(workspace: &Workspace, folder: &Path, made: &str, name: &str) -> Result<PathBuf> {
    let suffix = std::env::consts::EXE_SUFFIX;
    let made = workspace.target.join(format!("debug/{made}{suffix}"));
    let program = folder.join(format!("{name}{suffix}"));
    if program.exists() {
        fs::remove_file(&program)?;
    }
    fs::hard_link(&made, &program)
        .or_else(|_| fs::copy(&made, &program).map(|_| ()))
        .with_context(|| format!("cannot copy {} to {}", made.display(), program.display()))?;
    Ok(program)
}
