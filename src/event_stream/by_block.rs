//! Tests of streams that are read by block.

use super::{EventStream, Item, Limits, StreamError, Utf8Mode};
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

fn stream(most_units: usize) -> EventStream {
    let mut stream =
        EventStream::new(Limits { pending: usize::MAX, ..Limits::default() }, Utf8Mode::Replace).with_ignored();
    stream.read_by_block(most_units);
    stream
}

fn seen(stream: &EventStream, seen: &mut Vec<String>) {
    stream.for_each_item(|item| match item {
        Item::Event { data, last_event_id, .. } => seen.push(format!("{data} {last_event_id:?}")),
        // With its text or, where it came in pieces, without.
        Item::IgnoredLine(_) => seen.push("ignored".into()),
        Item::LastEventId(id) => seen.push(format!("id {id:?}")),
        _ => {}
    });
}

#[test]
fn each_event_has_the_id_of_its_own_block_at_every_split() {
    let text =
        "id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\nunknown: é\nid: 3\ndata: d\n\nid\ndata: e\n\ndata: f\n\n";
    let expected = ["a \"1\"", "b \"\"", "id \"2\"", "c \"\"", "ignored", "d \"3\"", "e \"\"", "f \"\""];
    for first in 0..=text.len() {
        for second in first..=text.len() {
            let mut stream = stream(usize::MAX);
            let mut all = vec![];
            for part in [&text.as_bytes()[..first], &text.as_bytes()[first..second], &text.as_bytes()[second..]] {
                stream.feed(part).unwrap();
                seen(&stream, &mut all);
            }
            assert_eq!(all, expected, "at {first} and {second}");
        }
    }
}

/// The code units of what is pending behind `text`, which has one block of data fields.
fn pending_units(text: &[u8]) -> usize {
    let text = String::from_utf8_lossy(text);
    let (lines, unfinished) = text.rsplit_once('\n').unwrap_or(("", &text));
    let data: Vec<&str> = lines.lines().map(|line| line.strip_prefix("data: ").unwrap()).collect();
    data.join("\n").encode_utf16().count() + unfinished.encode_utf16().count()
}

#[test]
fn pending_is_counted_in_code_units_at_every_split() {
    let text = "data: 你好😀x\ndata: é\ndata";
    let is_cut_between_characters = |at: &usize| text.is_char_boundary(*at);
    for at in (0..=text.len()).filter(is_cut_between_characters) {
        for most in 0..40 {
            let mut stream = stream(most);
            let (first, second) = text.as_bytes().split_at(at);
            let expected = |text| {
                if pending_units(text) > most { Err(StreamError::TooManyPendingUnits(most)) } else { Ok(()) }
            };
            assert_eq!(stream.feed(first), expected(first), "{most} at {at}");
            if stream.failed().is_none() {
                assert_eq!(stream.feed(second), expected(text.as_bytes()), "{most} at {at}");
            }
            // The limit outlives the stream.
            stream.reset();
            assert_eq!(stream.feed(text.as_bytes()), expected(text.as_bytes()));
        }
    }
}

#[test]
fn an_unfinished_line_that_can_become_no_field_is_not_kept() {
    let mut stream = stream(5);
    for _ in 0..1000 {
        stream.feed(b"unknown").unwrap();
        assert_eq!(stream.unfinished_line(), 0);
    }
    stream.feed(b"\n").unwrap();
    let mut all = vec![];
    seen(&stream, &mut all);
    assert_eq!(all, ["ignored"]);
    assert!(stream.capacity() < 1000);
}
