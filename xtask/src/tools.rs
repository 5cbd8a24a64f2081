//! The tools that a command needs: found, or installed at the exact version.

use std::fmt;

use anyhow::Result;

mod apt;
mod cargo_install;
pub mod chromium;
pub mod firefox;
pub mod jsc;
pub mod nginx;
pub mod npm;
pub mod rust_target;
pub mod wasm_bindgen;
pub mod wasm_bindgen_test;
pub mod wasm_pack;
pub mod webkit;

/// A host that can't be had here, and what would bring it.
#[derive(Debug)]
pub struct Absent(pub String);

impl Absent {
    /// After an attempt to install it; `otherwise` is how to name one that is elsewhere.
    fn after(installed: Result<()>, packages: &[&str], otherwise: &str) -> Self {
        let why = match installed {
            Ok(()) => "not found".to_owned(),
            Err(error) => format!("{error:#}"),
        };
        Self(format!("{why}; install it with `{}`, or set {otherwise}", apt::command_for(packages)))
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Absent {}
