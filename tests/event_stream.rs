//! The vectors, natively: whole, byte by byte, at every split, with empty chunks.

mod oracle;

use eventsource_wasm::event_stream::{EventStream, Item, Limits, StreamError, Utf8Mode};
use oracle::{Interpretation, Settings, interpret, run, vectors};

/// Above this many bytes only some of the splits are tried.
const EVERY_SPLIT: usize = 400;

#[test]
fn the_oracle_agrees_with_the_vectors() {
    for vector in vectors() {
        assert_eq!(interpret(&vector.bytes, vector.settings), vector.expected, "{}", vector.name);
    }
}

#[test]
fn whole() {
    for vector in vectors() {
        let found = run([&vector.bytes[..]], vector.settings);
        assert_eq!(found, vector.expected, "{}", vector.name);
    }
}

#[test]
fn byte_by_byte() {
    for vector in vectors().iter().filter(|vector| !vector.whole_only) {
        let found = run(vector.bytes.chunks(1), vector.settings);
        assert_eq!(found, vector.expected, "{}", vector.name);
    }
}

#[test]
fn pieces_of_two_to_seven_bytes() {
    for vector in vectors().iter().filter(|vector| !vector.whole_only) {
        for size in 2..=7 {
            let found = run(vector.bytes.chunks(size), vector.settings);
            assert_eq!(found, vector.expected, "{} in {size}s", vector.name);
        }
    }
}

#[test]
fn at_every_split() {
    for vector in vectors().iter().filter(|vector| !vector.whole_only) {
        let step = 1 + vector.bytes.len() / EVERY_SPLIT;
        for at in (0..=vector.bytes.len()).step_by(step) {
            let (left, right) = vector.bytes.split_at(at);
            let found = run([left, right], vector.settings);
            assert_eq!(found, vector.expected, "{} split at {at}", vector.name);
        }
    }
}

#[test]
fn at_every_pair_of_splits() {
    for vector in vectors().iter().filter(|vector| !vector.whole_only && vector.bytes.len() <= 40) {
        for first in 0..=vector.bytes.len() {
            for second in first..=vector.bytes.len() {
                let bytes = &vector.bytes;
                let chunks = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                let found = run(chunks, vector.settings);
                assert_eq!(found, vector.expected, "{} split at {first}, {second}", vector.name);
            }
        }
    }
}

#[test]
fn with_empty_chunks() {
    for vector in vectors().iter().filter(|vector| !vector.whole_only) {
        let chunks = vector.bytes.chunks(1).flat_map(|byte| [&[][..], byte, &[][..]]);
        let found = run(chunks, vector.settings);
        assert_eq!(found, vector.expected, "{}", vector.name);
    }
}

#[test]
fn no_chunk_at_all() {
    assert_eq!(run([], Settings::default()), Interpretation::default());
}

#[test]
fn the_table_of_event_types_starts_anew_between_batches_only() {
    let mut stream = EventStream::default();
    for number in 0..32 {
        stream.feed(format!("event: t{number}\ndata: x\n\n").as_bytes()).unwrap();
    }
    stream
        .feed(b"event: t0\ndata: x\n\nevent: new\ndata: x\n\nevent: newer\ndata: x\n\nevent: new\ndata: x\n\n")
        .unwrap();
    let mut types = Vec::new();
    stream.for_each_item(|item| {
        if let Item::Event { event_type, .. } = item {
            types.push(event_type.to_owned());
        }
    });
    assert_eq!(types, ["t0", "new", "newer", "new"]);
}

#[test]
fn items_are_there_until_the_next_chunk() {
    let mut stream = EventStream::default();
    let event = |event_type, data, last_event_id| Item::Event { event_type, data, last_event_id };
    stream.feed("id: 1\nevent: é\ndata: a\n\ndata: b\n\nid: 2\n\nda".as_bytes()).unwrap();
    let expected = [event("é", "a", "1"), event("message", "b", "1"), Item::LastEventId("2")];
    let mut items = stream.items();
    assert_eq!(items.next(), Some(expected[0]));
    // From where it is.
    assert_eq!(items.clone().collect::<Vec<_>>(), expected[1..]);
    assert_eq!(items.by_ref().count(), 2);
    assert_eq!((items.next(), items.next()), (None, None));
    // From the front again.
    assert_eq!(stream.items().collect::<Vec<_>>(), expected);

    stream.feed(b"ta: c").unwrap();
    assert_eq!(stream.items().next(), None);
    stream.room(2).copy_from_slice(b"\n\n");
    assert_eq!(stream.items().next(), None);
    stream.filled(2).unwrap();
    assert_eq!(stream.items().collect::<Vec<_>>(), [event("message", "c", "2")]);
    stream.end();
    assert_eq!(stream.items().next(), None);
}

#[test]
fn items_before_an_error_are_there_and_the_error_says_which_limit() {
    let limits = Limits { line: 20, event: 10, pending: 15 };
    for (rest, expected, said) in [
        (
            &b"data: 123456789012345\n"[..],
            StreamError::LineTooLong(20),
            "a line is longer than 20 bytes (Limits::line)",
        ),
        (
            b"data: 12345678901\n",
            StreamError::EventTooLarge(10),
            "the data of an event is longer than 10 bytes (Limits::event)",
        ),
        (
            b"data:12345678901",
            StreamError::TooMuchPending(15),
            "an unfinished event is longer than 15 bytes (Limits::pending)",
        ),
        (b"data: \xFF\n", StreamError::InvalidUtf8, "the stream is not UTF-8"),
    ] {
        let mut stream = EventStream::new(limits, Utf8Mode::Fatal);
        let result = stream.feed(&[b"data: a\n\n", rest].concat());
        assert_eq!(result, Err(expected));
        assert_eq!(expected.to_string(), said);
        assert!(matches!(stream.items().next(), Some(Item::Event { data: "a", .. })), "{said}");
        assert_eq!((stream.feed(b"data: b\n\n"), stream.failed()), (Ok(()), Some(expected)));
        assert_eq!(stream.items().next(), None, "{said}");
        stream.end();
        stream.feed(b"data: b\n\n").unwrap();
        assert!(matches!(stream.items().next(), Some(Item::Event { data: "b", .. })), "{said}");
    }
}

#[test]
fn what_has_no_effect_is_handed_out_where_asked_for() {
    let text = "retry: 5\nretry: 5x\n\nevent: ping\n\n: hi\n\nid: 1\nDATA:x\n你好\n\nid: 2\ndata\n\n";
    let expected = [
        "retry 5",
        "ignored \"retry: 5x\"",
        "blank \"\"",
        "blank \"ping\"",
        "blank \"\"",
        "ignored \"DATA:x\"",
        "ignored \"你好\"",
        "id \"1\"",
        "blank \"\"",
        "event \"\" of 2",
    ];
    for len in 1..=text.len() {
        let mut stream = EventStream::default().with_ignored();
        let mut seen = Vec::new();
        for chunk in text.as_bytes().chunks(len) {
            stream.feed(chunk).unwrap();
            stream.for_each_item(|item| {
                seen.push(match item {
                    Item::Event { data, last_event_id, .. } => format!("event {data:?} of {last_event_id}"),
                    Item::LastEventId(id) => format!("id {id:?}"),
                    Item::Retry(time) => format!("retry {time}"),
                    Item::Comment(text) => format!("comment {text:?}"),
                    Item::IgnoredLine(text) => format!("ignored {text:?}"),
                    Item::IgnoredBlock(text) => format!("blank {text:?}"),
                });
            });
        }
        assert_eq!(seen, expected, "in pieces of {len}");
        stream.reset();
        stream.feed(b"x\n").unwrap();
        assert!(!stream.batch().records().is_empty(), "a reset stream goes on telling");
    }
}
