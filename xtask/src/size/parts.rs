//! What each crate costs inside the wasm: the functions of a build that keeps their names, grouped by crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasmparser::{BinaryReader, KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef};

use crate::build::Built;
use crate::process;
use crate::size::compress;
use crate::workspace::Workspace;

/// Builds with names, and prints the table.
pub fn print(workspace: &Workspace, built: &Built) -> Result<()> {
    let wasm = build_with_names(workspace, built)?;
    let parts = parts(&wasm)?;
    let total: usize = parts.values().map(Vec::len).sum();
    let sizes = compress(workspace, &parts)?;
    let mut rows: Vec<_> = sizes.into_iter().collect();
    rows.sort_by_key(|(_, size)| std::cmp::Reverse(size.raw));
    println!("\n{:<46} {:>8} {:>8} {:>8}", "crate (after wasm-opt; brotli each alone)", "raw", "share", "brotli");
    for (name, size) in rows {
        let share = 100.0 * size.raw as f64 / total as f64;
        println!("{name:<46} {:>8} {share:>7.1}% {:>8}", size.raw, size.brotli);
    }
    println!("{:<46} {total:>8}", "all functions and data");
    println!("What was inlined counts for the function that it ended up in.");
    Ok(())
}

/// The same steps that wasm-pack takes, except that the names stay.
fn build_with_names(workspace: &Workspace, built: &Built) -> Result<Vec<u8>> {
    let folder = workspace.target.join("size-parts");
    let wasm = folder.join("parts_bg.wasm");
    let optimised = folder.join("parts.opt.wasm");
    process::run_quietly(
        process::command(&built.wasm_bindgen, &workspace.root)
            .arg(&built.cargo_wasm)
            .args(["--no-demangle", "--no-typescript", "--target", "bundler", "--out-name", "parts"])
            .args([Path::new("--out-dir"), &folder]),
    )?;
    process::run_quietly(
        process::command("node", &workspace.root)
            .arg(built.npm.join("node_modules/.bin/wasm-opt"))
            .arg(&wasm)
            .args(workspace.wasm_opt_arguments().iter().filter(|argument| **argument != "--strip-debug"))
            .arg("--debuginfo")
            .args([Path::new("-o"), &optimised]),
    )?;
    fs::read(&optimised).with_context(|| format!("cannot read {}", optimised.display()))
}

/// The bytes of each crate's functions, and of the data.
fn parts(wasm: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(&wasm[body.range()]),
            Payload::DataSection(reader) => {
                let bytes = &wasm[reader.range()];
                parts.entry("(data: strings, tables, vtables)".into()).or_default().extend(bytes);
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(_) = section.as_known() {
                    read_names(&mut names, section.data(), section.data_offset())?;
                }
            }
            _ => {}
        }
    }
    for (index, body) in (imported..).zip(bodies) {
        let name = names.get(&index).map_or("", |name: &String| name);
        parts.entry(crate_of(name)).or_default().extend(body);
    }
    Ok(parts)
}

fn read_names(names: &mut BTreeMap<u32, String>, data: &[u8], offset: usize) -> Result<()> {
    for subsection in NameSectionReader::new(BinaryReader::new(data, offset)) {
        if let Name::Function(functions) = subsection? {
            for naming in functions {
                let naming = naming?;
                // Without the hash.
                names.insert(naming.index, format!("{:#}", rustc_demangle::demangle(naming.name)));
            }
        }
    }
    Ok(())
}

/// The crate that a demangled name begins with: for a method, the one of the type; for a primitive, of the trait.
fn crate_of(name: &str) -> String {
    for glue in ["core::ptr::drop_in_place<", "core::ptr::drop_glue<"] {
        if let Some(dropped) = name.strip_prefix(glue) {
            return crate_of(dropped);
        }
    }
    let is_of_type = name.starts_with('<');
    let path = name.trim_start_matches(['<', '&', '*', '[', '(']);
    let path =
        ["mut ", "const ", "dyn ", "impl "].iter().fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
    let end = path.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(path.len());
    let (first, rest) = path.split_at(end);
    if let Some(rest) = rest.strip_prefix("::") {
        // One line for `core` would hide which part of it a dependency brings in.
        let module = rest.split("::").next().unwrap_or_default();
        return match first {
            "core" if module.chars().all(|letter| letter.is_lowercase() || letter.is_numeric() || letter == '_') => {
                format!("core::{module}")
            }
            _ => first.to_owned(),
        };
    }
    if is_of_type && let Some((_, of_trait)) = rest.split_once(" as ") {
        return crate_of(of_trait);
    }
    match first {
        "memcpy" | "memmove" | "memset" | "memcmp" | "bcmp" => "compiler_builtins".into(),
        _ if first.starts_with("__wbindgen") || first.starts_with("__wbg") || first.starts_with("wasm_bindgen") => {
            "wasm_bindgen".into()
        }
        _ if first.starts_with("__rust") || first.starts_with("__rdl") => "alloc".into(),
        "" => "(no name)".into(),
        _ => "(exports)".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_crate_in_a_name() {
        for (name, expected) in [
            ("eventsource_wasm::event_stream::EventStream::feed", "eventsource_wasm"),
            ("<alloc::string::String as core::fmt::Write>::write_str", "alloc"),
            ("<&mut serde_wasm_bindgen::Error as core::fmt::Debug>::fmt", "serde_wasm_bindgen"),
            ("<str as core::fmt::Display>::fmt", "core::fmt"),
            ("<dyn core::any::Any>::is", "core::any"),
            ("core::ptr::drop_in_place<js_sys::Promise>", "js_sys"),
            ("memmove", "compiler_builtins"),
            ("__wbindgen_malloc", "wasm_bindgen"),
            ("eventstreamparser_feed", "(exports)"),
            ("", "(no name)"),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }
}
