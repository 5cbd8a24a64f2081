//! Sentences for people, put together by hand: `format!` would be the only thing to bring core::fmt into the wasm.

use alloc::string::String;

/// The template with `@` and `$` replaced by texts, `~` by `: ` and the second text, if there is one, and `#` by a number. The text behind
/// `~` is somebody else's sentence: its full stop is left out, since the template has one of its own.
pub(crate) fn sentence(template: &str, first: &str, second: &str, number: u32) -> String {
    let mut text = String::new();
    let reason = without_full_stop(second);
    for letter in template.bytes() {
        match letter {
            b'@' => text.push_str(first),
            b'~' if reason.is_empty() => {}
            b'~' => {
                text.push_str(": ");
                text.push_str(reason);
            }
            b'$' => text.push_str(second),
            b'#' => push_decimal(&mut text, number),
            // Templates are ASCII.
            _ => text.push(char::from(letter & 0x7F)),
        }
    }
    text
}

fn without_full_stop(text: &str) -> &str {
    let mut bytes = text.as_bytes();
    // The third is U+3002 in UTF-8, the full stop of Chinese.
    while let [rest @ .., b'.' | b' '] | [rest @ .., 0xE3, 0x80, 0x82] = bytes {
        bytes = rest;
    }
    text.get(..bytes.len()).unwrap_or_default()
}

fn push_decimal(text: &mut String, number: u32) {
    if number > 9 {
        push_decimal(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sign_has_its_meaning() {
        assert_eq!(sentence("@: $.", "a", "b", 0), "a: b.");
        assert_eq!(sentence("@~ (#)", "a", "b", 0), "a: b (0)");
        assert_eq!(sentence("@~ (#)", "é", "", u32::MAX), "é (4294967295)");
        assert_eq!(sentence("#", "", "", 1090), "1090");
        assert_eq!(sentence("@~. (#)", "a", "b. ", 0), "a: b. (0)");
        assert_eq!(sentence("@~.", "a", "失败。", 0), "a: 失败.");
    }
}
