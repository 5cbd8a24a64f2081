//! Random streams, malformed bytes included, cut at random: the engine against the oracle.
//! `STREAMS=200000 SEED=1 cargo test --release --test differential`

mod oracle;

use oracle::{Settings, interpret, run};

/// SplitMix64: small, seeded, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick<'a>(&mut self, choices: &[&'a [u8]]) -> &'a [u8] {
        choices[self.below(choices.len())]
    }
}

const ENDS_OF_LINE: &[&[u8]] = &[b"\n", b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n", b"\r\r", b"\n\r", b""];
const NAMES: &[&[u8]] = &[
    b"data",
    b"data",
    b"data",
    b"event",
    b"id",
    b"retry",
    b"",
    b"foo",
    b"Data",
    b"dat",
    b"data ",
    b"\xEF\xBB\xBFdata",
    b"data\x00",
];
const SEPARATORS: &[&[u8]] = &[b": ", b": ", b":", b"", b":  ", b"::", b" "];
const VALUES: &[&[u8]] = &[
    b"",
    b"a",
    b"hello world",
    b"12",
    b"007",
    b"4294967296",
    b"99999999999999999999999",
    b"1x",
    "你好".as_bytes(),
    "😀".as_bytes(),
    "é".as_bytes(),
    b"\x00",
    b"a\x00b",
    b"\xEF\xBB\xBF",
    b"\xEF\xBF\xBD",
    b"\xC3",
    b"\xE4\xBD",
    b"\xF0\x9F\x98",
    b"\xF0\x9F",
    b"\x80",
    b"\xC0\xAF",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    b"\xE0\x80",
    b"\xF0\x80",
    b"\xFF",
    b" ",
    b"\t",
    b":",
];

fn stream(random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..[0, 0, 0, 1, 1, 2][random.below(6)] {
        bytes.extend(b"\xEF\xBB\xBF");
    }
    if random.below(16) == 0 {
        bytes.truncate(random.below(3));
    }
    for _ in 0..[2, 8, 24, 150][random.below(4)] {
        match random.below(12) {
            0 => {
                for _ in 0..random.below(8) {
                    bytes.push(random.next() as u8);
                }
            }
            1 => {
                let run = random.below(300);
                let value = random.pick(VALUES);
                bytes.extend(b"data:");
                for _ in 0..run / value.len().max(1) {
                    bytes.extend(value);
                }
            }
            // More event types than an engine may remember, and long ones.
            2 => {
                let (number, length) = (random.below(60), [0, 1, 63, 64, 65, 200][random.below(6)]);
                bytes.extend(format!("event: {}{number}\ndata: {number}\n\n", "t".repeat(length)).bytes());
            }
            _ => {
                bytes.extend(random.pick(NAMES));
                bytes.extend(random.pick(SEPARATORS));
                for _ in 0..random.below(4) {
                    bytes.extend(random.pick(VALUES));
                }
            }
        }
        bytes.extend(random.pick(ENDS_OF_LINE));
        if random.below(3) == 0 {
            bytes.extend(random.pick(ENDS_OF_LINE));
        }
    }
    bytes
}

fn cut<'a>(bytes: &'a [u8], random: &mut Random) -> Vec<&'a [u8]> {
    let longest = [1, 2, 3, 8, 40, 4096][random.below(6)];
    let mut chunks = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(random.below(longest + 1).min(rest.len()));
        chunks.push(chunk);
        rest = after;
    }
    chunks
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[test]
fn random_streams_cut_at_random() {
    let streams = from_environment("STREAMS", 20_000);
    let seed = from_environment("SEED", 20_260_701);
    let mut bytes_in_all = 0;
    let mut events_in_all = 0;
    for number in 0..streams {
        let mut random = Random(seed.wrapping_mul(0x1000_0001).wrapping_add(number));
        let bytes = stream(&mut random);
        // Limits whose outcome does not depend on the chunks are met by some of the streams.
        let settings = match random.below(8) {
            0 => Settings { line: Some(random.below(60)), ..Settings::default() },
            1 => Settings { event: Some(random.below(60)), ..Settings::default() },
            2 => Settings { fatal: true, ..Settings::default() },
            _ => Settings::default(),
        };
        let settings = Settings { without_comments: random.below(2) == 0, ..settings };
        let chunks = cut(&bytes, &mut random);
        let expected = interpret(&bytes, settings);
        let found = run(chunks.iter().copied(), settings);
        assert_eq!(
            found,
            expected,
            "seed {seed}, stream {number}, {settings:?}, chunks {:?}",
            chunks.iter().map(|chunk| chunk.escape_ascii().to_string()).collect::<Vec<_>>()
        );
        bytes_in_all += bytes.len();
        events_in_all += found.events.len();
    }
    println!("{streams} streams, {bytes_in_all} bytes, {events_in_all} events, seed {seed}: 0 differences");
}
