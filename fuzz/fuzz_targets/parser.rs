//! Any bytes at any chunking: the engine finds what the oracle finds. Three bytes in front say how strict it is and where it is cut.
#![no_main]

#[path = "../../tests/oracle/mod.rs"]
mod oracle;

use libfuzzer_sys::fuzz_target;
use oracle::{Settings, interpret, run};

fuzz_target!(|input: &[u8]| {
    let [mode, limit, cuts, stream @ ..] = input else { return };
    let limit = Some(usize::from(*limit));
    let settings = match mode % 4 {
        0 => Settings::default(),
        1 => Settings { fatal: true, ..Settings::default() },
        2 => Settings { line: limit, ..Settings::default() },
        _ => Settings { event: limit, ..Settings::default() },
    };
    let expected = interpret(stream, settings);
    assert_eq!(run(Chunks { rest: stream, cuts: u32::from(*cuts) }, settings), expected);
    assert_eq!(run([stream], settings), expected);
});

/// Pieces of all sizes, empty ones too.
struct Chunks<'a> {
    rest: &'a [u8],
    cuts: u32,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        self.cuts = self.cuts.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Short ones mostly.
        let most = [1, 2, 4, 40][(self.cuts >> 30) as usize];
        let len = (self.cuts >> 16 & 0xFF) as usize % (most + 1);
        let (chunk, rest) = self.rest.split_at(len.min(self.rest.len()));
        self.rest = rest;
        Some(chunk)
    }
}
