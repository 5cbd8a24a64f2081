//! A wasm as a string for JavaScript. The bytes that are frequent take one character, the others two, and each byte is always written in the
//! same way, so that the string compresses nearly as well as the bytes do; base64 makes brotli's result a third larger.

use std::cmp::Reverse;

/// What `pkg-template/inline.js` decodes.
pub struct Inline {
    /// The bytes that take one character, as hexadecimal digits, the most frequent first.
    pub order: String,
    /// The wasm. ASCII without what would have to be escaped in a string or an HTML page.
    pub text: String,
}

const NOT_USED: [u8; 6] = *b"\"$'<\\`";

impl Inline {
    pub fn new(bytes: &[u8]) -> Self {
        let digits: Vec<char> = (b' '..=b'~').filter(|byte| !NOT_USED.contains(byte)).map(char::from).collect();
        // The last two say that the next character is one of the second or the third set.
        let (digits, shifts) = digits.split_at(digits.len() - 2);
        let mut counts = [0u32; 256];
        bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
        let mut order: Vec<u8> = (0..=u8::MAX).collect();
        order.sort_by_key(|byte| Reverse(counts[usize::from(*byte)]));
        // Those behind are in the order of their values, which needs no table.
        let (frequent, rest) = order.split_at_mut(digits.len());
        rest.sort_unstable();
        let mut code = vec![String::new(); 256];
        for (rank, byte) in frequent.iter().chain(rest.iter()).enumerate() {
            let (set, digit) = (rank / digits.len(), digits[rank % digits.len()]);
            code[usize::from(*byte)] = if set == 0 { digit.into() } else { format!("{}{digit}", shifts[set - 1]) };
        }
        Self {
            order: frequent.iter().map(|byte| format!("{byte:02x}")).collect(),
            text: bytes.iter().map(|byte| code[usize::from(*byte)].as_str()).collect(),
        }
    }

    /// The module that the entries import.
    pub fn module(&self, len: usize) -> String {
        format!(
            "export const length = {len};\nexport const order = \"{}\";\nexport const text = \"{}\";\n",
            self.order, self.text
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_bytes_take_one_character_and_every_byte_has_a_code() {
        let every: Vec<u8> = (0..=u8::MAX).collect();
        let bytes = [&[7; 9][..], &every].concat();
        let inline = Inline::new(&bytes);
        assert!(inline.order.starts_with("07") && inline.order.len() == 2 * 87);
        assert_eq!(inline.text.len(), 9 + 87 + 2 * (256 - 87));
        assert!(inline.text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !NOT_USED.contains(&byte)));
    }
}
