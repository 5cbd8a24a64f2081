//! `cargo xtask bench`: the package as shipped beside others' parsers, in Node, JavaScriptCore and Chromium; natively with `--native`.

use anyhow::{Result, bail};

use crate::build;
use crate::process;
use crate::tools;
use crate::workspace::Workspace;

/// The command. What is not for us is for the script, tests/bench/run.mjs.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let folder = workspace.root.join("tests/bench");
    if arguments.iter().any(|argument| argument == "--native") {
        if arguments.len() > 1 {
            bail!("--native goes alone; `cargo bench` in tests/bench/native takes criterion's options");
        }
        // A workspace of its own: criterion and the other parsers are compiled for nothing else.
        return process::run(
            workspace
                .cargo()
                .current_dir(folder.join("native"))
                .args(["bench", "--locked", "--quiet", "--", "--noplot"])
                .env("CARGO_TARGET_DIR", &workspace.target),
        );
    }
    let built = build::run(workspace)?;
    // The first has esbuild and playwright.
    for folder in [workspace.root.join("tests/js"), folder.clone()] {
        tools::npm::ensure_in_place(workspace, &folder)?;
    }
    process::run(
        process::command("node", &workspace.root)
            .arg(folder.join("run.mjs"))
            .args(arguments)
            .env("PKG_DIR", &built.pkg)
            .env("CHROMIUM", tools::chromium::ensure(workspace)?)
            .env("JSC", tools::jsc::ensure(workspace)?),
    )
}
