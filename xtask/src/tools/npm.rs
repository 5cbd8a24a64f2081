//! npm packages at the versions of a lock file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::{Workspace, read};

/// The oldest Node that the tools run on.
const OLDEST_NODE: u32 = 20;

/// Installs the build tools of xtask/npm once per machine and lock; returns the folder that holds node_modules.
pub fn ensure_build_tools(workspace: &Workspace) -> Result<PathBuf> {
    check_node(workspace)?;
    let source = workspace.root.join("xtask/npm");
    let lock = read(&source.join("package-lock.json"))?;
    let folder = workspace.cache.join(format!("npm-{:016x}", hash(lock.as_bytes())));
    if folder.join("package-lock.json").exists() && read(&folder.join("package-lock.json"))? == lock {
        return Ok(folder);
    }
    println!("==> npm ci: binaryen, esbuild, typescript, into the cache (once per machine)");
    // Made aside and renamed, so that a folder in the cache is always whole.
    let new = workspace.cache.join(format!("npm-new-{}", std::process::id()));
    fs::create_dir_all(&new)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(source.join(name), new.join(name))?;
    }
    install(&new)?;
    if fs::rename(&new, &folder).is_err() {
        // There already: another build was faster, or the folder is broken.
        if !folder.join("node_modules").is_dir() || read(&folder.join("package-lock.json")).ok().as_ref() != Some(&lock)
        {
            fs::remove_dir_all(&folder)?;
            fs::rename(&new, &folder)?;
        } else {
            fs::remove_dir_all(&new)?;
        }
    }
    Ok(folder)
}

/// `npm ci` in `folder`, unless its node_modules was made from the lock that is there now.
pub fn ensure_in_place(workspace: &Workspace, folder: &Path) -> Result<()> {
    let path = folder.join("package-lock.json");
    if !folder.join("package.json").exists() {
        return Ok(());
    }
    check_node(workspace)?;
    let lock = read(&path)?;
    let stamp = folder.join("node_modules/.xtask-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("==> npm ci in {}", folder.strip_prefix(&workspace.root).unwrap_or(folder).display());
    install(folder)?;
    fs::create_dir_all(folder.join("node_modules"))?;
    fs::write(&stamp, lock)?;
    Ok(())
}

fn install(folder: &Path) -> Result<()> {
    // None of the packages needs its install script.
    let npm = |how: &[&str]| {
        process::run_quietly(process::command("npm", folder).args(how).args([
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]))
    };
    // A lock that was made where the registry lacks other machines' binaries is not whole to `npm ci`.
    npm(&["ci"])
        .or_else(|_| npm(&["install", "--no-save"]))
        .context("npm could not install the packages of package-lock.json")
}

fn check_node(workspace: &Workspace) -> Result<()> {
    let version = process::stdout_of(process::command("node", &workspace.root).arg("--version"))
        .with_context(|| format!("Node {OLDEST_NODE} or newer is needed (https://nodejs.org)"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    if major.parse().is_ok_and(|major: u32| major >= OLDEST_NODE) {
        return Ok(());
    }
    bail!("Node {OLDEST_NODE} or newer is needed, and this is {}", version.trim())
}

/// FNV-1a: names a folder; what is in it is compared in full.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
