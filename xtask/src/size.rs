//! `cargo xtask size`: what is shipped, compressed as servers do it, against the budget in the tree.

mod parts;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build;
use crate::build::{Built, MINI_FOLDER};
use crate::process;
use crate::workspace::{LIB_NAME, Workspace, read};

const BUDGET: &str = "xtask/size-budget.json";
/// The package's folder of the command.
const COMMAND_LINE: &str = "bin";

/// Sizes in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

/// The command.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let mut with_parts = false;
    for argument in arguments {
        match argument.as_str() {
            "--parts" => with_parts = true,
            _ => bail!("size does not know {argument}"),
        }
    }
    let built = build::run(workspace)?;
    let rows = measure(workspace, &built)?;
    println!("\n{:<46} {:>8} {:>8} {:>8} {:>8}", "bytes", "raw", "gzip", "brotli", "budget");
    let budget = Budget::read(workspace).with_context(|| format!("{BUDGET} is not as expected"))?;
    for (name, size) in &rows {
        let limit = budget.limit_of(name);
        println!("{name:<46} {:>8} {:>8} {:>8} {limit:>8}", size.raw, size.gzip, size.brotli);
    }
    if with_parts {
        parts::print(workspace, &built)?;
    }
    let excesses = excesses(&rows, &budget);
    if !excesses.is_empty() {
        bail!("above {BUDGET}:\n  {}", excesses.join("\n  "));
    }
    println!("\nwithin {BUDGET}");
    Ok(())
}

/// Every file, then every entry with all that it loads.
fn measure(workspace: &Workspace, built: &Built) -> Result<Vec<(String, Size)>> {
    let wasm_name = format!("{LIB_NAME}_bg.wasm");
    let wasm = fs::read(built.pkg.join(&wasm_name))?;
    let inline = build::inline_text(&wasm);
    let mut contents = BTreeMap::from([(wasm_name.clone(), wasm)]);
    contents.insert(build::SCRIPT.to_owned(), fs::read(built.pkg.join(build::SCRIPT))?);
    for folder in ["esm", "cjs", COMMAND_LINE] {
        for entry in fs::read_dir(built.pkg.join(folder))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.ends_with(".js") {
                continue;
            }
            let text = read(&path)?;
            if text.contains(&inline) {
                contents.insert(without_wasm(&format!("{folder}/{name}")), text.replace(&inline, "").into());
            }
            contents.insert(format!("{folder}/{name}"), text.into());
        }
    }
    let mini = mini_files(built)?;
    contents.extend(mini.iter().map(|(name, bytes)| (format!("{MINI_FOLDER}/{name}"), bytes.clone())));
    let sizes = compress(workspace, &contents)?;

    let bundle: Value = serde_json::from_str(&read(&built.bundle)?)?;
    let imports: BTreeMap<String, Vec<String>> = serde_json::from_value(bundle)?;
    let mut rows: Vec<(String, Size)> = sizes
        .iter()
        .filter(|(name, _)| !name.ends_with(WITHOUT_WASM))
        .map(|(name, size)| (name.clone(), *size))
        .collect();
    for entry in build::ENTRIES {
        for folder in ["esm", "cjs"] {
            let files: Vec<String> = loaded_by(entry, &imports).iter().map(|name| format!("{folder}/{name}")).collect();
            rows.extend(entry_rows(&format!("entry {} ({folder})", specifier(entry)), &files, &sizes, &wasm_name)?);
        }
    }
    let mut command_line = Size::default();
    sizes.iter().filter(|(name, _)| name.starts_with(COMMAND_LINE)).for_each(|(_, size)| command_line += *size);
    rows.push(("command line, beside entry .".to_owned(), command_line));
    rows.extend(mini_rows(built, &mini.into_keys().collect::<Vec<_>>(), &sizes)?);
    Ok(rows)
}

/// Everything that a mini program takes over.
fn mini_files(built: &Built) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(built.pkg.join(MINI_FOLDER))? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
    }
    Ok(files)
}

/// What a mini program grows by: what its first entry loads where there is no WebAssembly, and all files.
fn mini_rows(built: &Built, names: &[String], sizes: &BTreeMap<String, Size>) -> Result<Vec<(String, Size)>> {
    let imports: BTreeMap<String, Vec<String>> = serde_json::from_str(&read(&built.mini_bundle)?)?;
    let mut script = loaded_by(build::MINI_ENTRIES[0], &imports);
    script.insert(build::MINI_ENGINE.to_owned());
    let sum = |names: &mut dyn Iterator<Item = &String>| -> Result<Size> {
        let mut sum = Size::default();
        for name in names {
            let file = format!("{MINI_FOLDER}/{name}");
            sum += sizes.get(&file).copied().with_context(|| format!("{file} was not measured"))?;
        }
        Ok(sum)
    };
    Ok(vec![
        ("mini program, JS engine alone".to_owned(), sum(&mut script.iter())?),
        ("mini program, in all".to_owned(), sum(&mut names.iter())?),
    ])
}

/// What a user writes after the package's name.
fn specifier(entry: &str) -> String {
    match entry.trim_end_matches(".js") {
        "index" => ".".into(),
        name => format!("./{name}"),
    }
}

/// Marks the file as it would be without the text of the wasm.
const WITHOUT_WASM: &str = " without wasm";

fn without_wasm(name: &str) -> String {
    format!("{name}{WITHOUT_WASM}")
}

/// An entry as it is shipped; one that carries its wasm also split into its JS and the wasm itself.
fn entry_rows(
    label: &str,
    files: &[String],
    sizes: &BTreeMap<String, Size>,
    wasm_name: &str,
) -> Result<Vec<(String, Size)>> {
    let size_of = |name: &str| sizes.get(name).copied().with_context(|| format!("{name} was not measured"));
    let wasm = size_of(wasm_name)?;
    let (mut shipped, mut script) = (Size::default(), Size::default());
    let mut carries = false;
    for name in files {
        shipped += size_of(name)?;
        match sizes.get(&without_wasm(name)) {
            Some(size) => {
                carries = true;
                script += *size;
            }
            None => script += size_of(name)?,
        }
    }
    let mut whole = script;
    whole += wasm;
    Ok(match carries {
        true => vec![
            (label.to_owned(), shipped),
            (format!("{label}, JS alone"), script),
            (format!("{label}, JS + wasm as bytes"), whole),
        ],
        false => vec![(format!("{label}, JS alone"), script), (label.to_owned(), whole)],
    })
}

/// The file and everything that it loads.
fn loaded_by(entry: &str, imports: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut wanted = vec![entry.to_owned()];
    while let Some(name) = wanted.pop() {
        if found.insert(name.clone()) {
            wanted.extend(imports.get(&name).into_iter().flatten().cloned());
        }
    }
    found
}

/// The most that items may take: compressed where servers compress, raw where a platform counts the files as they are.
struct Budget {
    brotli: BTreeMap<String, u64>,
    raw: BTreeMap<String, u64>,
}

impl Budget {
    fn read(workspace: &Workspace) -> Result<Self> {
        let mut groups: BTreeMap<String, BTreeMap<String, u64>> =
            serde_json::from_str(&read(&workspace.root.join(BUDGET))?)?;
        let mut group = |name: &str| groups.remove(name).with_context(|| format!("there is no {name}"));
        Ok(Self { brotli: group("brotli")?, raw: group("raw")? })
    }

    /// For the table.
    fn limit_of(&self, name: &str) -> String {
        match (self.brotli.get(name), self.raw.get(name)) {
            (Some(limit), _) => limit.to_string(),
            (None, Some(limit)) => format!("{limit} raw"),
            (None, None) => String::new(),
        }
    }
}

/// One line for each item of the budget that is exceeded or not there any more.
fn excesses(rows: &[(String, Size)], budget: &Budget) -> Vec<String> {
    let compressed = budget.brotli.iter().map(|(name, limit)| (name, limit, "brotli"));
    let raw = budget.raw.iter().map(|(name, limit)| (name, limit, "raw"));
    compressed
        .chain(raw)
        .filter_map(|(name, limit, unit)| {
            let Some((_, size)) = rows.iter().find(|(row, _)| row == name) else {
                return Some(format!("{name}: there is no such item"));
            };
            let bytes = if unit == "raw" { size.raw } else { size.brotli };
            (bytes > *limit).then(|| format!("{name}: {bytes} > {limit} bytes ({unit})"))
        })
        .collect()
}

/// Node's zlib: the same libraries that servers compress with.
fn compress(workspace: &Workspace, contents: &BTreeMap<String, Vec<u8>>) -> Result<BTreeMap<String, Size>> {
    let folder = workspace.target.join("size");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for (index, bytes) in contents.values().enumerate() {
        fs::write(folder.join(index.to_string()), bytes)?;
    }
    let sizes: Value = serde_json::from_str(&process::stdout_of(
        process::command("node", &workspace.root).args([Path::new("xtask/npm/compress.mjs"), &folder]),
    )?)?;
    contents
        .keys()
        .enumerate()
        .map(|(index, name)| {
            let size = &sizes[index.to_string()];
            let number = |key: &str| size[key].as_u64().with_context(|| format!("{name} was not measured"));
            Ok((name.clone(), Size { raw: number("raw")?, gzip: number("gzip")?, brotli: number("brotli")? }))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(bytes: u64) -> Size {
        Size { raw: bytes, gzip: bytes, brotli: bytes }
    }

    fn sizes() -> BTreeMap<String, Size> {
        [
            ("w.wasm", 1000),
            ("esm/index.js", 10),
            ("esm/chunk.js", 1400),
            ("esm/chunk.js without wasm", 7),
            ("esm/slim.js", 20),
        ]
        .map(|(name, bytes)| (name.to_owned(), size(bytes)))
        .into()
    }

    #[test]
    fn follows_imports_once_each() {
        let imports = BTreeMap::from([
            ("a.js".to_owned(), vec!["b.js".to_owned(), "c.js".to_owned()]),
            ("b.js".to_owned(), vec!["c.js".to_owned()]),
            ("c.js".to_owned(), vec!["b.js".to_owned()]),
            ("d.js".to_owned(), vec![]),
        ]);
        assert_eq!(loaded_by("a.js", &imports).into_iter().collect::<Vec<_>>(), ["a.js", "b.js", "c.js"]);
    }

    #[test]
    fn counts_an_entry_that_carries_its_wasm_both_ways() {
        let files = ["esm/index.js".to_owned(), "esm/chunk.js".to_owned()];
        let rows = entry_rows("entry .", &files, &sizes(), "w.wasm").unwrap();
        assert_eq!(rows[0], ("entry .".to_owned(), size(1410)));
        assert_eq!(rows[1].1, size(17));
        assert_eq!(rows[2].1, size(1017));
    }

    #[test]
    fn adds_the_wasm_to_an_entry_that_loads_it_by_url() {
        let rows = entry_rows("entry ./slim", &["esm/slim.js".to_owned()], &sizes(), "w.wasm").unwrap();
        assert_eq!(rows[1], ("entry ./slim".to_owned(), size(1020)));
    }

    #[test]
    fn names_what_is_above_the_budget() {
        let rows = [("a".to_owned(), size(11)), ("b".to_owned(), size(10))];
        let limits = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), 10)).collect();
        let budget = Budget { brotli: limits(&["a", "b", "c"]), raw: limits(&["a", "b"]) };
        assert_eq!(
            excesses(&rows, &budget),
            ["a: 11 > 10 bytes (brotli)", "c: there is no such item", "a: 11 > 10 bytes (raw)"]
        );
    }
}
