//! `cargo xtask check`: what a reader would complain about: formatting, lints, documentation, types, exports.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::build::{self, Built};
use crate::process;
use crate::workspace::{PACKAGE, WASM_TARGET, Workspace};

/// One check that needs only the sources.
pub type SourceCheck = fn(&Workspace) -> Result<()>;
/// One check of the built package.
pub type PackageCheck = fn(&Workspace, &Built) -> Result<()>;

/// The checks of the sources, by name.
pub const OF_SOURCES: [(&str, SourceCheck); 5] = [
    ("check-format", format),
    ("check-boundary", boundary),
    ("check-clippy", clippy),
    ("check-clippy-wasm32", clippy_wasm32),
    ("check-docs", docs),
];
/// The checks of the package, by name.
pub const OF_PACKAGE: [(&str, PackageCheck); 3] =
    [("check-types", types), ("check-exports", exports), ("check-mini-syntax", mini_syntax)];

/// The command.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("check takes no arguments, and got {argument}");
    }
    let mut failed = Vec::new();
    let mut report = |name: &'static str, start: Instant, result: Result<()>| {
        let seconds = start.elapsed().as_secs_f64();
        match result {
            Ok(()) => println!("==> {name}: passed ({seconds:.1} s)"),
            Err(error) => {
                println!("==> {name}: FAILED ({seconds:.1} s): {error:#}");
                failed.push(name);
            }
        }
    };
    for (name, check) in OF_SOURCES {
        let start = Instant::now();
        report(name, start, check(workspace));
    }
    let built = build::run(workspace)?;
    for (name, check) in OF_PACKAGE {
        let start = Instant::now();
        report(name, start, check(workspace, &built));
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    println!("==> all is well");
    Ok(())
}

fn format(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["fmt", "--all", "--check"])).context("`cargo fmt --all` mends it")
}

/// No number that Rust and JavaScript share is written down in both.
fn boundary(workspace: &Workspace) -> Result<()> {
    let found = build::written_by_hand(workspace)?;
    if !found.is_empty() {
        bail!("src/boundary.rs has these, import them from generated/boundary.js:\n{}", found.join("\n"));
    }
    Ok(())
}

fn clippy(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-Dwarnings"]))
}

fn clippy_wasm32(workspace: &Workspace) -> Result<()> {
    // With serde-wasm-bindgen, as `no_std` without it, as JavaScript's engine has it, and as Rust pages and other Rust programs have it.
    for features in ["js,web,serde", "js", "js,web", "web,serde", "web", ""] {
        process::run(
            workspace
                .cargo()
                .args(["clippy", "--quiet", "--package", PACKAGE, "--lib", "--target", WASM_TARGET])
                .args(["--no-default-features", "--features", features])
                .args(["--", "-Dwarnings"]),
        )?;
    }
    Ok(())
}

fn docs(workspace: &Workspace) -> Result<()> {
    let of_pages = ["--target", WASM_TARGET, "--no-default-features", "--features", "web,serde"];
    for target in [&[][..], &["--target", WASM_TARGET], &of_pages] {
        process::run(
            workspace
                .cargo()
                .args(["doc", "--quiet", "--no-deps", "--package", PACKAGE, "--lib"])
                .args(target)
                .env("RUSTDOCFLAGS", "-Dwarnings"),
        )?;
    }
    Ok(())
}

/// tests/types as a stranger would write it: it finds the package in its own node_modules.
fn types(workspace: &Workspace, built: &Built) -> Result<()> {
    let folder = workspace.root.join("tests/types");
    if !folder.is_dir() {
        bail!("there is no tests/types");
    }
    let installed = folder.join("node_modules").join(PACKAGE);
    if installed.exists() {
        fs::remove_dir_all(&installed)?;
    }
    fs::create_dir_all(&installed)?;
    for entry in fs::read_dir(&built.pkg)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "package.json" || name.ends_with(".d.ts") || name.ends_with(".d.cts") {
            fs::copy(&path, installed.join(name))?;
        }
    }
    let mut projects: Vec<String> = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("tsconfig.") && name.ends_with(".json") {
            projects.push(name);
        }
    }
    projects.sort();
    if projects.is_empty() {
        bail!("tests/types has no tsconfig.*.json");
    }
    for project in projects {
        println!("    tsc --project tests/types/{project}");
        process::run(process::command("node", &folder).arg(built.npm.join("node_modules/typescript/bin/tsc")).args([
            "--noEmit",
            "--project",
            &project,
        ]))?;
    }
    Ok(())
}

/// The names that the entries export are those that their declarations promise.
fn exports(workspace: &Workspace, built: &Built) -> Result<()> {
    process::run(process::command("node", &workspace.root).arg("xtask/npm/exports.mjs").args([&built.npm, &built.pkg]))
}

/// What mini programs load is ES5, and nothing that they forbid.
fn mini_syntax(workspace: &Workspace, built: &Built) -> Result<()> {
    process::run(
        process::command("node", &workspace.root)
            .arg("xtask/npm/mini-check.mjs")
            .args([&built.npm, &built.pkg.join(build::MINI_FOLDER)]),
    )
}
