//! Lays pkg-template/ over what wasm-pack made, bundles the entries, and brings the result to pkg/.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::inline;
use super::{MINI_ENGINE, remove};
use crate::process;
use crate::workspace::{LIB_NAME, Workspace, read};

/// The entry points that are bundled.
pub const ENTRIES: [&str; 7] = [
    "index.js",
    "parser.js",
    "slim.js",
    "fetch-event-source.js",
    "fetch-event-source-parse.js",
    "polyfill.js",
    "js-engine.js",
];
/// The polyfill as a classic script, with everything inside.
pub const SCRIPT: &str = "dist/eventsource.polyfill.min.js";
/// Files of the root that are part of the package.
const DOCUMENTS: [&str; 5] = ["README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Everything from wasm-pack's output to pkg/.
pub fn assemble(
    workspace: &Workspace,
    npm: &Path,
    wasm_pack: &Path,
    mini: &Path,
    script: &Path,
    stage: &Path,
) -> Result<()> {
    println!("==> bundling");
    remove(stage)?;
    let (source, pkg) = (stage.join("source"), stage.join("pkg"));
    fs::create_dir_all(&pkg)?;
    copy_folder(wasm_pack, &source)?;
    let template = workspace.root.join("pkg-template");
    copy_folder(&template, &source)?;
    let wasm_name = format!("{LIB_NAME}_bg.wasm");
    fs::copy(source.join(&wasm_name), pkg.join(&wasm_name))?;
    let wasm = fs::read(pkg.join(&wasm_name))?;
    fs::write(source.join("wasm-inline.js"), inline::module(&wasm))?;
    fs::write(source.join("version.js"), format!("export const version = '{}'\n", workspace.version()?))?;
    fs::copy(script.join(MINI_ENGINE), source.join("script-engine.cjs"))?;
    fs::copy(script.join(format!("{LIB_NAME}_bg.js")), source.join("script-glue.js"))?;

    process::run(
        process::command("node", &workspace.root).arg("xtask/npm/bundle.mjs").args([npm, &source, &pkg]).args(ENTRIES),
    )?;
    process::run(process::command("node", &workspace.root).arg("xtask/npm/script.mjs").args([
        npm,
        &source,
        &pkg.join(SCRIPT),
    ]))?;

    super::mini::assemble(workspace, npm, mini, stage)?;
    // The command line loads the bundled entries.
    copy_folder(&template.join("bin"), &pkg.join("bin"))?;

    for name in DOCUMENTS {
        let document = workspace.root.join(name);
        if document.exists() {
            fs::copy(document, pkg.join(name))?;
        } else {
            println!("    warning: there is no {name} to put into the package");
        }
    }
    let missing = write_manifest_and_types(workspace, &template, &pkg)?;
    synchronise(&pkg, &workspace.pkg())?;
    if !missing.is_empty() {
        bail!("pkg-template/package.json names what is not there: {}", missing.join(", "));
    }
    Ok(())
}

/// Returns the files that the manifest names and that nothing made.
fn write_manifest_and_types(workspace: &Workspace, template: &Path, pkg: &Path) -> Result<Vec<String>> {
    let mut manifest: Value = serde_json::from_str(&read(&template.join("package.json"))?)
        .context("pkg-template/package.json is not JSON")?;
    manifest["version"] = workspace.version()?.into();
    fs::write(pkg.join("package.json"), format!("{manifest:#}\n"))?;

    let mut declarations = BTreeMap::new();
    for path in files_in(template)? {
        if path.to_string_lossy().ends_with(".d.ts") {
            declarations.insert(path.to_string_lossy().into_owned(), read(&template.join(&path))?);
        }
    }
    let named = named_files(&manifest);
    let for_require = common_js_declarations(&declarations, &named);
    for (name, text) in declarations.iter().chain(&for_require) {
        let path = pkg.join(name);
        fs::create_dir_all(path.parent().context("a file has no folder")?)?;
        fs::write(path, text)?;
    }
    Ok(named.into_iter().filter(|name| !name.contains('*') && !pkg.join(name).is_file()).collect())
}

/// Every file that the manifest's entry points name, without the leading "./".
fn named_files(manifest: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(path) => {
                found.insert(path.trim_start_matches("./").to_owned());
            }
            Value::Object(map) => map.values().for_each(|value| collect(value, found)),
            Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for key in ["exports", "main", "module", "types", "bin", "unpkg", "jsdelivr"] {
        collect(&manifest[key], &mut found);
    }
    found
}

/// TypeScript takes the declarations of an ES module for those of a CommonJS one only under the name `.d.cts`: a copy
/// for each one that is named, and for those it imports.
fn common_js_declarations(
    declarations: &BTreeMap<String, String>,
    named: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let mut copies = BTreeMap::new();
    let mut wanted: Vec<String> = named.iter().filter(|name| name.ends_with(".d.cts")).cloned().collect();
    while let Some(name) = wanted.pop() {
        if copies.contains_key(&name) {
            continue;
        }
        let Some(text) = declarations.get(&name.replace(".d.cts", ".d.ts")) else {
            continue; // Reported with everything else that is named and not there.
        };
        let (text, imported) = with_common_js_imports(text);
        for import in imported {
            let folder = Path::new(&name).parent().unwrap_or(Path::new(""));
            let path = folder.join(import.trim_start_matches("./")).to_string_lossy().into_owned();
            wanted.push(path.replace(".cjs", ".d.cts"));
        }
        copies.insert(name, text);
    }
    copies
}

/// Turns the specifiers `"./x.js"` of declarations into `"./x.cjs"`; returns these too.
fn with_common_js_imports(text: &str) -> (String, Vec<String>) {
    let mut result = String::new();
    let mut imported = Vec::new();
    for line in text.split_inclusive('\n') {
        let is_import = ["import", "export", "}"].iter().any(|word| line.trim_start().starts_with(word))
            || line.contains("import(");
        let specifier =
            line.split(['\'', '"']).find(|piece| is_import && piece.starts_with("./") && piece.ends_with(".js"));
        match specifier {
            Some(specifier) => {
                let renamed = format!("{}.cjs", specifier.trim_end_matches(".js"));
                result.push_str(&line.replace(specifier, &renamed));
                imported.push(renamed);
            }
            None => result.push_str(line),
        }
    }
    (result, imported)
}

/// Makes `to` the same as `from`, touching only what differs.
fn synchronise(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let wanted = files_in(from)?;
    for name in files_in(to)? {
        if !wanted.contains(&name) {
            remove(&to.join(name))?;
        }
    }
    for name in wanted {
        let bytes = fs::read(from.join(&name))?;
        let path = to.join(&name);
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            continue;
        }
        fs::create_dir_all(path.parent().context("a file has no folder")?)?;
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

pub(super) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for name in files_in(from)? {
        let path = to.join(&name);
        fs::create_dir_all(path.parent().context("a file has no folder")?)?;
        fs::copy(from.join(&name), path)?;
    }
    Ok(())
}

/// The files in a folder and below it, relative to it.
pub(super) fn files_in(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    fn collect(folder: &Path, prefix: &Path, found: &mut BTreeSet<PathBuf>) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            let name = prefix.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                collect(&entry.path(), &name, found)?;
            } else {
                found.insert(name);
            }
        }
        Ok(())
    }
    let mut found = BTreeSet::new();
    collect(folder, Path::new(""), &mut found)?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_the_named_declarations_and_what_they_import() {
        let declarations = BTreeMap::from([
            (
                "index.d.ts".into(),
                "import type { A } from './a.js';\n/** not './b.js' */\nexport * from \"./a.js\";\n".into(),
            ),
            ("a.d.ts".into(), "export interface A {}\n".into()),
            ("b.d.ts".into(), String::new()),
        ]);
        let manifest = serde_json::json!({
            "exports": { ".": { "require": { "types": "./index.d.cts", "default": "./cjs/index.js" } } },
            "main": "./cjs/index.js",
        });
        let named = named_files(&manifest);
        assert_eq!(named.iter().collect::<Vec<_>>(), ["cjs/index.js", "index.d.cts"]);
        let copies = common_js_declarations(&declarations, &named);
        assert_eq!(copies.keys().collect::<Vec<_>>(), ["a.d.cts", "index.d.cts"]);
        assert_eq!(
            copies["index.d.cts"],
            "import type { A } from './a.cjs';\n/** not './b.js' */\nexport * from \"./a.cjs\";\n",
        );
    }
}
