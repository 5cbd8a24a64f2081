//! The `wasm-bindgen` that wasm-pack calls: the command line over `wasm-bindgen-cli-support`, so that nothing is
//! downloaded and the version is the one in Cargo.lock. It knows the arguments that wasm-pack passes.
//!
//! Before that it makes the module smaller, see the modules.
//! (Not named `wasm-bindgen`: rustc takes a crate of that name for an ancient wasm-bindgen.)

mod bulk_memory;
mod panics;
mod short_names;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use walrus::{ExportItem, Module};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

/// The version of `wasm-bindgen-cli-support` in xtask/Cargo.toml; `cargo xtask build` compares it with Cargo.lock.
const VERSION: &str = "0.2.130";

fn main() -> Result<()> {
    let mut bindgen = Bindgen::new();
    let mut input = None;
    let (mut out_dir, mut out_name) = (None, None);
    let mut is_for_mini_programs = false;
    let mut keeps_panics = false;
    // Of the other targets' glue we know nothing.
    let mut is_bundler = false;
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
            "--out-name" => out_name = Some(value()?),
            "--target" => {
                let target = value()?;
                is_bundler = target == "bundler";
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
            // Ours.
            "--mini-program" => is_for_mini_programs = true,
            // For what is not the engine: std asks whether it panics, by functions that `panics` takes for panics.
            "--keep-panics" => keeps_panics = true,
            _ if name.starts_with('-') => bail!("unknown argument {argument}"),
            _ if input.is_none() => input = Some(argument),
            _ => bail!("a second input: {argument}"),
        }
    }
    let input = PathBuf::from(input.context("no input file")?);
    let stem = input.file_stem().context("the input is no file")?.to_string_lossy().into_owned();
    let mut module = Module::from_file(&input).with_context(|| format!("cannot read {}", input.display()))?;
    if is_for_mini_programs {
        panics::silence_all(&mut module);
        bulk_memory::put_in_place(&mut module)?;
        // Texts that go in are short there: no other code for long ones.
        bindgen.encode_into(EncodeInto::Never);
    } else if !keeps_panics {
        panics::silence(&mut module);
    }
    let name = out_name.unwrap_or(stem);
    let out_dir = out_dir.context("--out-dir is missing")?;
    bindgen.input_module(&name, module);
    let mut output = bindgen.generate_output()?;
    without_exported_globals(output.wasm_mut());
    let renamed = is_bundler.then(|| short_names::give(output.wasm_mut()));
    output.emit(&out_dir)?;
    if let Some(renamed) = renamed {
        let glue = out_dir.join(format!("{name}_bg.js"));
        fs::write(&glue, renamed.in_glue(&fs::read_to_string(&glue)?)?)?;
    }
    Ok(())
}

/// wasm-bindgen's own, for builds that unwind: nothing reads them in one that aborts, and some hosts know no exported global.
fn without_exported_globals(module: &mut Module) {
    let globals: Vec<_> = module
        .exports
        .iter()
        .filter(|export| matches!(export.item, ExportItem::Global(_)))
        .map(|export| export.id())
        .collect();
    globals.into_iter().for_each(|id| module.exports.delete(id));
}
