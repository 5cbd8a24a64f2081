//! `cargo xtask soak`: many sources for long against a server that misbehaves at random, tests/faults/soak.mjs.

use anyhow::Result;

use crate::build;
use crate::process;
use crate::workspace::Workspace;

/// The command. What is not for us is for the script.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let built = build::run(workspace)?;
    process::run(
        process::command("node", &workspace.root)
            .arg("tests/faults/soak.mjs")
            .args(arguments)
            .env("PKG_DIR", &built.pkg),
    )
}
