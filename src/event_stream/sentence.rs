//! Sentences for people, put together by hand: `format!` would be the only thing to bring core::fmt into the wasm.

use alloc::string::String;

/// The template with `@` and `$` replaced by texts, `~` by `: ` and the second text, if there is one, and `#` by a number. The text behind
/// `~` is somebody else's sentence: where that has an end of its own, the template's full stop is left out.
pub(crate) fn sentence(template: &str, first: &str, second: &str, number: u32) -> String {
    let mut text = String::new();
    let mut has_ended = false;
    for letter in template.bytes() {
        let has_stop = core::mem::take(&mut has_ended);
        match letter {
            b'@' => text.push_str(first),
            b'~' if second.is_empty() => {}
            b'~' => {
                text.push_str(": ");
                text.push_str(second);
                has_ended = ends_sentence(second);
            }
            b'$' => text.push_str(second),
            b'#' => push_decimal(&mut text, number),
            b'.' if has_stop => {}
            // Templates are ASCII.
            _ => text.push(char::from(letter & 0x7F)),
        }
    }
    text
}

fn ends_sentence(text: &str) -> bool {
    // The last is U+3002, the full stop of Chinese, in UTF-8.
    matches!(text.as_bytes(), [.., b'.' | b'!' | b'?'] | [.., 0xE3, 0x80, 0x82])
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
        assert_eq!(sentence("@~. (#)", "a", "b.", 0), "a: b. (0)");
        assert_eq!(sentence("@~. @.", "a", "b!", 0), "a: b! a.");
        assert_eq!(sentence("@~.", "a", "失败。", 0), "a: 失败。");
    }
}
