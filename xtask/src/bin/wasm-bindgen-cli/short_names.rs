//! Short names between the module and its glue, which carry each of them twice, and a third time in the engine in JavaScript.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use walrus::Module;

/// JavaScript of ours reads them too.
const KEPT: [&str; 2] = ["memory", "__wbindgen_start"];

/// What was renamed, for the glue.
pub struct Renamed {
    imports: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

/// Renames every import and nearly every export.
pub fn give(module: &mut Module) -> Renamed {
    let mut renamed = Renamed { imports: BTreeMap::new(), exports: BTreeMap::new() };
    for (number, import) in module.imports.iter_mut().enumerate() {
        let short = format!("${}", in_letters(number));
        renamed.imports.insert(std::mem::replace(&mut import.name, short.clone()), short);
    }
    for (number, export) in module.exports.iter_mut().filter(|export| !KEPT.contains(&export.name.as_str())).enumerate()
    {
        let short = in_letters(number);
        renamed.exports.insert(std::mem::replace(&mut export.name, short.clone()), short);
    }
    renamed
}

impl Renamed {
    /// The glue with the new names: imports are functions of these names, exports are properties of `wasm`.
    pub fn in_glue(&self, glue: &str) -> Result<String> {
        let words: Vec<&str> = split_at_words(glue);
        if let Some(taken) = self.imports.values().find(|short| words.contains(&short.as_str())) {
            bail!("the glue has a name {taken} of its own");
        }
        let mut text = String::new();
        let mut before = ["", ""];
        for word in words {
            let known = if before == ["wasm", "."] { self.exports.get(word) } else { self.imports.get(word) };
            text.push_str(known.map_or(word, String::as_str));
            before = [before[1], word];
        }
        let left = self.exports.keys().find(|name| text.contains(&format!("wasm.{name}(")));
        if let Some(name) = left {
            return Err(anyhow::anyhow!("{name}")).context("the glue still has an old name");
        }
        Ok(text)
    }
}

/// 0 is `a`, 25 is `z`, 26 is `aa`.
fn in_letters(number: usize) -> String {
    let letter = char::from(b'a' + (number % 26) as u8).to_string();
    if number < 26 { letter } else { in_letters(number / 26 - 1) + &letter }
}

/// Words of JavaScript and single other characters, in order.
fn split_at_words(text: &str) -> Vec<&str> {
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if is_of_word(first) {
            rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_whole_words_where_they_mean_the_boundary() {
        let map = |from: &str, to: &str| BTreeMap::from([(from.to_owned(), to.to_owned())]);
        let renamed = Renamed { imports: map("__wbg_open_1", "$a"), exports: map("end", "b") };
        let glue = "export function __wbg_open_1(a) {}\nclass C { end() { wasm.end(this.end) } }";
        let expected = "export function $a(a) {}\nclass C { end() { wasm.b(this.end) } }";
        assert_eq!(renamed.in_glue(glue).unwrap(), expected);
        assert_eq!([0, 25, 26, 27 * 26].map(in_letters), ["a", "z", "aa", "aaa"]);
    }
}
