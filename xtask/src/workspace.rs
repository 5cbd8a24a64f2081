//! Where things are: the checkout, cargo's target folder, the cache that outlives a checkout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The name of the wasm library, as cargo and wasm-pack spell it.
pub const LIB_NAME: &str = "eventsource_wasm";
/// The root package.
pub const PACKAGE: &str = "eventsource-wasm";
/// What the library is compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// This checkout.
pub struct Workspace {
    /// The folder of the root Cargo.toml.
    pub root: PathBuf,
    /// cargo's target folder.
    pub target: PathBuf,
    /// The root package, as `cargo metadata` gives it.
    pub package: Value,
    /// Tools that every checkout on this machine shares.
    pub cache: PathBuf,
}

impl Workspace {
    /// Asks cargo.
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?.to_owned();
        let metadata = process::stdout_of(cargo(&root).args(["metadata", "--format-version", "1", "--no-deps"]))?;
        let mut metadata: Value = serde_json::from_str(&metadata)?;
        let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?.into();
        let package = metadata["packages"]
            .as_array_mut()
            .and_then(|packages| packages.iter_mut().find(|package| package["name"] == PACKAGE))
            .with_context(|| format!("cargo metadata does not list {PACKAGE}"))?
            .take();
        Ok(Self { root, target, package, cache: cache_folder()? })
    }

    /// cargo, in the root folder.
    pub fn cargo(&self) -> Command {
        cargo(&self.root)
    }

    /// Version of the root package.
    pub fn version(&self) -> Result<&str> {
        self.package["version"].as_str().context("the package has no version")
    }

    /// What wasm-pack is told to pass to wasm-opt.
    pub fn wasm_opt_arguments(&self) -> Vec<&str> {
        self.package["metadata"]["wasm-pack"]["profile"]["release"]["wasm-opt"]
            .as_array()
            .map(|arguments| arguments.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    /// The version that Cargo.lock pins for a crate.
    pub fn locked_version(&self, name: &str) -> Result<String> {
        let lock = read(&self.root.join("Cargo.lock"))?;
        locked_version(&lock, name).with_context(|| format!("Cargo.lock does not pin {name}"))
    }

    /// The built npm package.
    pub fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }
}

/// `fs::read_to_string` with the path in the error.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn cargo(root: &Path) -> Command {
    process::command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), root)
}

fn cache_folder() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir().context("there is no home folder: set XDG_CACHE_HOME")?.join(".cache"),
    };
    Ok(base.join(PACKAGE))
}

fn locked_version(lock: &str, name: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{name}\""))?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_version_out_of_the_lock() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
