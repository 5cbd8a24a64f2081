//! Properties of the engine on streams that proptest invents and shrinks.

mod oracle;

use eventsource_wasm::event_stream::{EventStream, Item};
use oracle::{Settings, interpret, run};
use proptest::prelude::*;

fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let words: [&[u8]; 22] = [
        b"data",
        b"data:",
        b"data: a\n",
        b"event:",
        b"id:",
        b"retry: 1",
        b": c",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b" ",
        b"\x00",
        b"\xEF\xBB\xBF",
        b"\xEF\xBB",
        b"\xE2\x82",
        b"\xF0\x9F\x98",
        b"\xED\xA0",
        "你😀é".as_bytes(),
        b"\xC0",
        b"\xFF",
        b"\x80",
    ];
    prop_oneof![
        9 => prop::sample::select(words.map(<[u8]>::to_vec).to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

/// The pieces are the chunks: concatenated they are the stream.
fn chunks() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let chunk = prop::collection::vec(fragment(), 0..6).prop_map(|fragments| fragments.concat());
    prop::collection::vec(chunk, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_the_oracle(chunks in chunks(), fatal: bool) {
        let settings = Settings { fatal, ..Settings::default() };
        let whole = chunks.concat();
        prop_assert_eq!(run(chunks.iter().map(Vec::as_slice), settings), interpret(&whole, settings));
        prop_assert_eq!(run(whole.chunks(1), settings), interpret(&whole, settings));
    }

    #[test]
    fn what_follows_does_not_change_what_came(before in chunks(), after in chunks()) {
        let before = before.concat();
        let both = [before.clone(), after.concat()].concat();
        let early = run([&before[..]], Settings::default()).events;
        prop_assert!(run([&both[..]], Settings::default()).events.starts_with(&early));
    }
}

/// More event types than a table of them may hold, old ones again, short and long, in every chunking.
#[test]
fn many_event_types() {
    let mut bytes = Vec::new();
    for number in (0..90).chain([0, 31, 32, 33, 64, 89]).chain((0..90).rev()) {
        let length = [1, 63, 64, 65, 66][number % 5];
        let event_type = format!("{}{number}", "t".repeat(length));
        bytes.extend(format!("event: {event_type}\ndata: {number}\n\ndata: plain\n\n").into_bytes());
    }
    let expected = interpret(&bytes, Settings::default());
    for size in (1..200).chain([500, 1000, 3000, 7001, bytes.len()]) {
        assert_eq!(run(bytes.chunks(size), Settings::default()), expected, "chunks of {size}");
    }
}

/// A batch holds what its own chunk has completed, and the stream's end leaves the last event ID.
#[test]
fn ends_and_resets() {
    let seen = |stream: &EventStream| {
        let mut seen = Vec::new();
        stream.for_each_item(|item| {
            if let Item::Event { data, last_event_id, .. } = item {
                seen.push(format!("{data}@{last_event_id}"));
            }
        });
        seen
    };
    let mut stream = EventStream::default();
    stream.feed(b"id: 1\ndata: a\n\nid: 2\ndata: b\r").unwrap();
    assert_eq!(seen(&stream), ["a@1"]);
    stream.end();
    assert_eq!(stream.last_event_id(), "1");
    assert!(seen(&stream).is_empty());
    // Neither the CR nor the block or its id go on in the next stream; its BOM is a BOM.
    stream.feed(b"\xEF\xBB\xBFdata: c\n\n").unwrap();
    assert_eq!(seen(&stream), ["c@1"]);
    stream.feed(b"id: 3\ndata: half\xE4\xBD").unwrap();
    stream.reset();
    stream.feed(b"\ndata: d\n\n").unwrap();
    assert_eq!(seen(&stream), ["d@"]);
}
