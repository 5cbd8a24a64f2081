//! `cargo xtask build`: cargo → wasm-pack (wasm-bindgen, wasm-opt) → pkg-template → bundler → pkg/.

mod boundary;
mod features;
mod inline;
mod mini;
mod package;

pub use boundary::written_by_hand;
pub use inline::text as inline_text;
pub use mini::{ENGINE as MINI_ENGINE, ENTRIES as MINI_ENTRIES, FOLDER as MINI_FOLDER};
pub use package::{ENTRIES, SCRIPT};

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::tools;
use crate::workspace::{LIB_NAME, PACKAGE, WASM_TARGET, Workspace, read};

/// What a build leaves for the other commands.
pub struct Built {
    /// The npm package.
    pub pkg: PathBuf,
    /// The folder whose node_modules has the build tools.
    pub npm: PathBuf,
    /// What cargo made: before wasm-bindgen and wasm-opt.
    pub cargo_wasm: PathBuf,
    /// Our wasm-bindgen.
    pub wasm_bindgen: PathBuf,
    /// What the bundler says each of its files loads.
    pub bundle: PathBuf,
    /// The same of mini programs' files.
    pub mini_bundle: PathBuf,
}

/// The command.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("build takes no arguments, and got {argument}");
    }
    run(workspace).map(|_| ())
}

/// Builds what is not up to date.
pub fn run(workspace: &Workspace) -> Result<Built> {
    let start = Instant::now();
    let _lock = lock(workspace)?;
    boundary::write(workspace)?;
    fs::create_dir_all(&workspace.cache)
        .with_context(|| format!("cannot make the cache folder {}", workspace.cache.display()))?;
    tools::rust_target::ensure(workspace, WASM_TARGET)?;
    let npm = tools::npm::ensure_build_tools(workspace)?;
    let wasm_bindgen = tools::wasm_bindgen::ensure(workspace)?;

    let cargo_wasm = cargo_build(workspace)?;
    let wasm_pack = wasm_pack_build(workspace, &cargo_wasm, &wasm_bindgen, &npm)?;
    let wasm = fs::read(wasm_pack.join(format!("{LIB_NAME}_bg.wasm")))?;
    features::check(&wasm, features::engine())?;
    check_paths(workspace, &wasm)?;

    let mini = mini::build(workspace, &mini::MINI, &wasm_bindgen, &npm)?;
    let script = mini::build(workspace, &mini::SCRIPT, &wasm_bindgen, &npm)?;

    let stage = workspace.target.join("stage");
    package::assemble(workspace, &npm, &wasm_pack, &mini, &script, &stage)?;
    println!(
        "==> pkg/ is built: {LIB_NAME}_bg.wasm {} bytes; for mini programs {} and {} bytes of JS engine ({:.1} s)",
        wasm.len(),
        fs::metadata(mini.join(mini::WASM))?.len(),
        fs::metadata(mini.join(mini::ENGINE))?.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(Built {
        pkg: workspace.pkg(),
        npm,
        cargo_wasm,
        wasm_bindgen,
        bundle: stage.join("bundle.json"),
        mini_bundle: stage.join("mini-bundle.json"),
    })
}

/// One build at a time writes pkg/, whatever target folders are in use.
fn lock(workspace: &Workspace) -> Result<File> {
    let folder = workspace.root.join("target");
    fs::create_dir_all(&folder)?;
    let file = File::create(folder.join("xtask-build.lock"))?;
    if file.try_lock().is_err() {
        println!("==> waiting for another build of this checkout");
        file.lock().context("cannot lock the build")?;
    }
    Ok(file)
}

/// Added to the flags of .cargo/config.toml.
const RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Panic messages name source files: what is shipped must not say where this machine keeps its crates.
fn remap_flags() -> Result<String> {
    let mut flags = String::new();
    // A folder per registry: the crates are here, since xtask itself is made of some.
    for registry in fs::read_dir(cargo_home()?.join("registry/src")).into_iter().flatten() {
        flags.push_str(&format!("--remap-path-prefix={}/= ", registry?.path().display()));
    }
    Ok(flags)
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    Ok(std::env::home_dir().context("neither CARGO_HOME nor a home folder is known")?.join(".cargo"))
}

/// Fails if a shipped file names a folder of this machine.
fn check_paths(workspace: &Workspace, file: &[u8]) -> Result<()> {
    for folder in [cargo_home()?, workspace.root.clone()] {
        let name = folder.to_string_lossy().into_owned();
        if file.windows(name.len()).any(|window| window == name.as_bytes()) {
            bail!("what would be shipped names {name}, a folder of this machine");
        }
    }
    Ok(())
}

/// The same command that wasm-pack gives to our cargo: it finds the work done, and we know whether anything changed.
fn cargo_build(workspace: &Workspace) -> Result<PathBuf> {
    println!("==> cargo rustc --release --target {WASM_TARGET}");
    process::run(
        workspace
            .cargo()
            .args(["rustc", "--crate-type", "cdylib", "--lib", "--release", "--quiet", "--package", PACKAGE])
            .env("CARGO_BUILD_TARGET", WASM_TARGET)
            .env(RUSTFLAGS, remap_flags()?),
    )?;
    Ok(workspace.target.join(WASM_TARGET).join("release").join(format!("{LIB_NAME}.wasm")))
}

/// Skipped when the wasm and everything else that decides the result are, byte for byte, those of the last run.
fn wasm_pack_build(workspace: &Workspace, cargo_wasm: &Path, wasm_bindgen: &Path, npm: &Path) -> Result<PathBuf> {
    let out = workspace.target.join("wasm-pack");
    let stamp = workspace.target.join("wasm-pack-stamp");
    let mut inputs = fs::read(cargo_wasm).with_context(|| format!("cannot read {}", cargo_wasm.display()))?;
    inputs.extend_from_slice(tools::wasm_pack::VERSION.as_bytes());
    inputs.extend_from_slice(&tools::wasm_bindgen::SOURCES.concat().into_bytes());
    for file in ["Cargo.toml", "Cargo.lock", "xtask/npm/package-lock.json"] {
        inputs.extend_from_slice(read(&workspace.root.join(file))?.as_bytes());
    }
    let results = ["_bg.js", "_bg.wasm"].map(|end| out.join(format!("{LIB_NAME}{end}")));
    if results.iter().all(|path| path.exists()) && fs::read(&stamp).is_ok_and(|last| last == inputs) {
        return Ok(out);
    }

    let wasm_pack = tools::wasm_pack::ensure(workspace)?;
    println!("==> wasm-pack build (wasm-bindgen, wasm-opt)");
    for path in [&out, &stamp] {
        remove(path)?;
    }
    let mut path =
        vec![wasm_bindgen.parent().context("wasm-bindgen has no folder")?.to_owned(), npm.join("node_modules/.bin")];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    process::run_quietly(
        process::command(wasm_pack, &workspace.root)
            .args(["build", "--release", "--target", "bundler"])
            .args(["--mode", "no-install", "--no-pack", "--out-name", LIB_NAME, "--out-dir"])
            .arg(&out)
            .env("PATH", std::env::join_paths(path)?)
            .env("XTASK_CARGO", workspace.cargo().get_program())
            .env(RUSTFLAGS, remap_flags()?),
    )?;
    for path in results {
        if !path.exists() {
            bail!("wasm-pack did not make {}", path.display());
        }
    }
    fs::write(stamp, inputs)?;
    Ok(out)
}

/// Removes a file or a folder that may not be there.
fn remove(path: &Path) -> Result<()> {
    let result = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
