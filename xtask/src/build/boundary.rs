//! Writes the numbers of `src/boundary.rs` for JavaScript.

use std::fs;

use anyhow::{Context, Result, bail};
use eventsource_wasm::boundary::{GROUPS, Group};

use crate::workspace::{Workspace, read};

/// The file, from the root of the repository.
pub const FILE: &str = "pkg-template/generated/boundary.js";

/// Brings the file up to date. In CI it must be so already: what is committed is what a reader sees.
pub fn write(workspace: &Workspace) -> Result<()> {
    let path = workspace.root.join(FILE);
    let text = module(GROUPS);
    if fs::read_to_string(&path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if std::env::var_os("CI").is_some() {
        bail!("{FILE} is not what src/boundary.rs says: run `cargo xtask build` and commit the file");
    }
    println!("==> {FILE}: written anew from src/boundary.rs");
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The constants that JavaScript declares by hand although they are among the numbers: `file: line`.
pub fn written_by_hand(workspace: &Workspace) -> Result<Vec<String>> {
    let numbers: Vec<(String, u32)> = GROUPS
        .iter()
        .flat_map(|group| group.numbers.iter().map(|number| (in_capitals(number.name), number.value)))
        .collect();
    let template = workspace.root.join("pkg-template");
    let mut found = Vec::new();
    for path in super::package::files_in(&template)? {
        let is_script = path.extension().is_some_and(|extension| extension == "js");
        if !is_script || path.starts_with("generated") {
            continue;
        }
        for line in read(&template.join(&path))?.lines() {
            let declared = constant(line);
            if declared.is_some_and(|(name, value)| numbers.iter().any(|known| known.0 == name && known.1 == value)) {
                found.push(format!("pkg-template/{}: {line}", path.display()));
            }
        }
    }
    Ok(found)
}

/// The name and the value of a line such as `export const COMMENTS = 32`.
fn constant(line: &str) -> Option<(&str, u32)> {
    let declaration = line.strip_prefix("export ").unwrap_or(line).strip_prefix("const ")?;
    let (name, value) = declaration.split_once(" = ")?;
    Some((name, value.trim_end_matches(';').parse().ok()?))
}

/// A JavaScript module that exports each number as a constant, which the bundler puts in the place of its name.
fn module(groups: &[Group]) -> String {
    let mut text = String::from("// Written by `cargo xtask build` from src/boundary.rs: change it there.\n");
    for group in groups {
        text.push('\n');
        group.doc.iter().for_each(|line| text.push_str(&format!("//{line}\n")));
        for number in group.numbers {
            let name = format!("{}{}", group.prefix, in_capitals(number.name));
            text.push_str(&format!("/**{} */\nexport const {name} = {}\n", number.doc.join(""), number.value));
        }
    }
    text
}

/// `LastEventId` as `LAST_EVENT_ID`; what is in capitals stays as it is.
fn in_capitals(name: &str) -> String {
    if !name.contains(|letter: char| letter.is_ascii_lowercase()) {
        return name.to_owned();
    }
    let mut capitals = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !capitals.is_empty() {
            capitals.push('_');
        }
        capitals.push(letter.to_ascii_uppercase());
    }
    capitals
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_constant_that_is_declared_by_hand_is_seen() {
        assert_eq!(constant("export const COMMENTS = 32"), Some(("COMMENTS", 32)));
        assert_eq!(constant("const FEW = 16;"), Some(("FEW", 16)));
        assert_eq!(constant("const NOTHING = new Uint8Array(0)"), None);
        assert_eq!(constant("  const at = 3"), None);
    }

    #[test]
    fn names_are_in_capitals() {
        assert_eq!(in_capitals("LastEventId"), "LAST_EVENT_ID");
        assert_eq!(in_capitals("Open"), "OPEN");
        assert_eq!(in_capitals("BASE_MS"), "BASE_MS");
    }

    #[test]
    fn no_two_numbers_have_the_same_name() {
        let mut names = BTreeSet::new();
        for group in GROUPS {
            for number in group.numbers {
                let name = format!("{}{}", group.prefix, in_capitals(number.name));
                assert!(names.insert(name.clone()), "{name}");
            }
        }
        assert!(names.len() > 80, "{}", names.len());
    }
}
