//! The `wasm-bindgen` that wasm-pack calls: the command line over `wasm-bindgen-cli-support`, so that nothing is
//! downloaded and the version is the one in Cargo.lock. It knows the arguments that wasm-pack passes.
//! (Not named `wasm-bindgen`: rustc takes a crate of that name for an ancient wasm-bindgen.)

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// The version of `wasm-bindgen-cli-support` in xtask/Cargo.toml; `cargo xtask build` compares it with Cargo.lock.
const VERSION: &str = "0.2.130";

fn main() -> Result<()> {
    let mut bindgen = Bindgen::new();
    let mut input = None;
    let mut out_dir = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let (name, joined) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
            _ => (argument.as_str(), None),
        };
        let mut value = || joined.clone().or_else(|| arguments.next()).with_context(|| format!("{name} wants a value"));
        match name {
            "--version" | "-V" => {
                println!("wasm-bindgen {VERSION}");
                return Ok(());
            }
            // wasm-pack looks for "--target" in the help of some versions.
            "--help" | "-h" => {
                println!("wasm-bindgen <input> --out-dir <dir> --target <target> …");
                return Ok(());
            }
            "--out-dir" => out_dir = Some(PathBuf::from(value()?)),
            "--out-name" => {
                bindgen.out_name(&value()?);
            }
            "--target" => {
                let target = value()?;
                match target.as_str() {
                    "bundler" => bindgen.bundler(true)?,
                    "web" => bindgen.web(true)?,
                    "nodejs" => bindgen.nodejs(true)?,
                    "no-modules" => bindgen.no_modules(true)?,
                    "deno" => bindgen.deno(true)?,
                    _ => bail!("unknown target {target}"),
                };
            }
            "--typescript" => {
                bindgen.typescript(true);
            }
            "--no-typescript" => {
                bindgen.typescript(false);
            }
            "--debug" => {
                bindgen.debug(true);
            }
            "--no-demangle" => {
                bindgen.demangle(false);
            }
            "--keep-debug" => {
                bindgen.keep_debug(true);
            }
            "--omit-default-module-path" => {
                bindgen.omit_default_module_path(true);
            }
            "--split-linked-modules" => {
                bindgen.split_linked_modules(true);
            }
            _ if name.starts_with('-') => bail!("unknown argument {argument}"),
            _ if input.is_none() => input = Some(argument),
            _ => bail!("a second input: {argument}"),
        }
    }
    bindgen.input_path(input.context("no input file")?);
    bindgen.generate(out_dir.context("--out-dir is missing")?)
}
