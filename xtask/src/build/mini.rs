//! What mini programs get: an engine without fetch, serde and std, as WebAssembly and as JavaScript, and a client in ES5.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::package::{copy_folder, files_in};
use super::{RUSTFLAGS, check_paths, features, remap_flags, remove};
use crate::process;
use crate::tools;
use crate::workspace::{LIB_NAME, PACKAGE, WASM_TARGET, Workspace, read};

/// The folder of the package, as its manifest names it for mini programs.
pub const FOLDER: &str = "miniprogram_dist";
/// The engine as WebAssembly.
pub const WASM: &str = "eventsource_wasm.wasm";
/// The engine as JavaScript.
pub const ENGINE: &str = "engine.js";
/// The entry points; `index.js` is another name for the first.
pub const ENTRIES: [&str; 3] = ["weapp.js", "weapp-parser.js", "weapp-streams.js"];
const BROTLI: &str = "eventsource_wasm.wasm.br";

/// The engine needs far less than the megabyte that is usual; in JavaScript all of it is allocated.
const STACK_SIZE: u32 = 16 << 10;
/// Takes back what .cargo/config.toml adds: no more than std's own objects declare, which is lowered later.
const MVP: &str = "-Ctarget-feature=-simd128,-bulk-memory,-sign-ext,-nontrapping-fptoint";
const COMMON_JS: &str = "{\"type\":\"commonjs\"}\n";
const SCRIPTS: &str = concat!(include_str!("../../npm/mini-engine.mjs"), include_str!("../../npm/glue.mjs"));

/// A small engine: as WebAssembly and as JavaScript.
pub struct Profile {
    /// Of its folders below target/.
    name: &'static str,
    features: &'static str,
}

/// The engine of mini programs.
pub const MINI: Profile = Profile { name: "mini", features: "js" };
/// Of this one, pages that refuse WebAssembly get the JavaScript: it takes the same road as the WebAssembly does for others.
pub const SCRIPT: Profile = Profile { name: "script", features: "js,web" };

/// The engine in both forms, and its glue: the folder that has them.
pub fn build(workspace: &Workspace, profile: &Profile, wasm_bindgen: &Path, npm: &Path) -> Result<PathBuf> {
    let cargo_wasm = cargo_build(workspace, profile)?;
    let Profile { name, .. } = profile;
    let out = workspace.target.join(name);
    let stamp = workspace.target.join(format!("{name}-stamp"));
    let mut inputs = fs::read(&cargo_wasm).with_context(|| format!("cannot read {}", cargo_wasm.display()))?;
    inputs.extend_from_slice(tools::wasm_bindgen::SOURCES.concat().as_bytes());
    inputs.extend_from_slice(SCRIPTS.as_bytes());
    for file in ["Cargo.lock", "xtask/npm/package-lock.json"] {
        inputs.extend_from_slice(read(&workspace.root.join(file))?.as_bytes());
    }
    let results = [WASM, BROTLI, ENGINE].map(|name| out.join(name));
    if results.iter().all(|path| path.exists()) && fs::read(&stamp).is_ok_and(|last| last == inputs) {
        return Ok(out);
    }

    println!("==> small engine, {name} (wasm-bindgen, wasm-opt, wasm2js)");
    for path in [&out, &stamp] {
        remove(path)?;
    }
    process::run_quietly(
        process::command(wasm_bindgen, &workspace.root)
            .arg(&cargo_wasm)
            .args(["--target", "bundler", "--no-typescript", "--mini-program", "--out-name", LIB_NAME])
            .arg("--out-dir")
            .arg(&out),
    )?;
    process::run_quietly(
        process::command("node", &workspace.root)
            .arg("xtask/npm/mini-engine.mjs")
            .args([npm, &out.join(format!("{LIB_NAME}_bg.wasm")), &out])
            .arg(WASM),
    )?;
    features::check(&fs::read(out.join(WASM))?, features::MINI_PROGRAMS)?;
    fs::write(stamp, inputs)?;
    Ok(out)
}

/// In a target folder of its own: with other features and flags it would undo the other build's work each time.
fn cargo_build(workspace: &Workspace, profile: &Profile) -> Result<PathBuf> {
    let Profile { name, features } = profile;
    println!("==> cargo rustc --release --target {WASM_TARGET} --no-default-features --features {features}");
    let target = workspace.target.join(format!("{name}-cargo"));
    process::run(
        workspace
            .cargo()
            .args(["rustc", "--lib", "--release", "--quiet", "--package", PACKAGE])
            .args(["--no-default-features", "--features", features])
            // Where the library is an rlib too, cargo leaves out the link-time optimisation, which is a sixth of the size.
            .args(["--crate-type", "cdylib"])
            .arg("--target-dir")
            .arg(&target)
            .env("CARGO_BUILD_TARGET", WASM_TARGET)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "z")
            .env(RUSTFLAGS, format!("{}{MVP} -Clink-arg=-zstack-size={STACK_SIZE}", remap_flags()?)),
    )?;
    Ok(target.join(WASM_TARGET).join("release").join(format!("{LIB_NAME}.wasm")))
}

/// Puts the folder of mini programs, and what else the template has for them, into the staged package.
pub fn assemble(workspace: &Workspace, npm: &Path, mini: &Path, stage: &Path) -> Result<()> {
    let template = workspace.root.join("pkg-template");
    let (source, folder) = (stage.join("mini-source"), stage.join("pkg").join(FOLDER));
    copy_folder(&template, &source)?;
    let glue = format!("{LIB_NAME}_bg.js");
    fs::copy(mini.join(&glue), source.join(glue))?;
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), COMMON_JS)?;
    for name in [WASM, BROTLI, ENGINE] {
        fs::copy(mini.join(name), folder.join(name))?;
    }
    process::run(
        process::command("node", &workspace.root)
            .arg("xtask/npm/mini-bundle.mjs")
            .args([npm, &source, &folder])
            .args(ENTRIES.map(|name| format!("mini/{name}"))),
    )?;
    let index = folder.join("index.js");
    fs::write(index, format!("module.exports=require('./{}')\n", ENTRIES[0]))?;
    copy_common_js(&template, &stage.join("pkg"))?;
    for name in files_in(&folder)? {
        check_paths(workspace, &fs::read(folder.join(name))?)?;
    }
    Ok(())
}

/// What Taro's command line and bundlers require: folders of their own say that it is CommonJS.
fn copy_common_js(template: &Path, pkg: &Path) -> Result<()> {
    for file in ["taro-plugin/index.js", "mini/taro.js", "mini/uni.js"] {
        let to = pkg.join(file);
        let folder = to.parent().context("a file has no folder")?;
        fs::create_dir_all(folder)?;
        fs::copy(template.join(file), &to).with_context(|| format!("cannot copy pkg-template/{file}"))?;
        fs::write(folder.join("package.json"), COMMON_JS)?;
    }
    Ok(())
}
