//! Time and memory are linear in the bytes, whatever the chunking, and bounded by the limits.

use eventsource_wasm::event_stream::{EventStream, Item, Limits, StreamError, Utf8Mode};
use std::time::{Duration, Instant};

const MIB: usize = 1 << 20;
const CHUNK: usize = 1400;
const LIMITS: Limits = Limits { line: 256 * MIB, event: 256 * MIB, pending: 256 * MIB };
/// So far apart that what is quadratic can not be taken for what caches do.
const SMALL: usize = 8 * MIB;
const LARGE: usize = 128 * MIB;

/// Feeds an event of `size` bytes to the stream, `line` again and again, in chunks of 1,400 bytes; how long it took.
fn time_of_one_event(stream: &mut EventStream, size: usize, line: &[u8], prefix: &[u8]) -> Duration {
    let mut bytes = prefix.to_vec();
    while bytes.len() < size {
        bytes.extend_from_slice(line);
    }
    bytes.extend_from_slice(b"\n\n");
    let mut events = 0;
    let start = Instant::now();
    for chunk in bytes.chunks(CHUNK) {
        stream.feed(chunk).unwrap();
        stream.for_each_item(|item| {
            events += usize::from(matches!(item, Item::Event { data, .. } if data.len() > size / 2))
        });
    }
    let time = start.elapsed();
    assert_eq!(events, 1);
    time
}

/// The least of several runs, alternating, on a buffer that has been as large before: what the machine adds (first touches of
/// memory, other work) is not what is asked about.
#[track_caller]
fn assert_linear(line: &[u8], prefix: &[u8]) {
    let mut stream = EventStream::new(LIMITS, Utf8Mode::Replace);
    time_of_one_event(&mut stream, LARGE, line, prefix);
    let (mut small, mut large) = (Duration::MAX, Duration::MAX);
    // A busy machine takes more rounds until both have had a quiet moment; what is quadratic has none.
    for _ in 0..20 {
        small = small.min(time_of_one_event(&mut stream, SMALL, line, prefix));
        large = large.min(time_of_one_event(&mut stream, LARGE, line, prefix));
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        println!("128 MiB / 8 MiB in {CHUNK}-byte chunks: {ratio:.2} ({small:?}, {large:?})");
        // Linear is 16, or some 40 where a busy machine's caches hold the small one; quadratic 256.
        if ratio <= 64.0 {
            return;
        }
    }
    panic!("128 MiB take more than 64 times as long as 8 MiB");
}

#[test]
fn one_line_of_128_mib_is_linear() {
    assert_linear(b"0123456789abcdef", b"data: ");
}

#[test]
fn an_event_of_many_lines_is_linear() {
    assert_linear(b"data: 0123456789abcdef0123456789abcdef\n", b"");
}

#[test]
fn lines_of_chinese_cut_anywhere_are_linear() {
    assert_linear("data: 春眠不觉晓处处闻啼鸟\n".as_bytes(), b"");
}

#[test]
fn an_event_between_endless_comments_is_linear_and_its_buffer_stays_small() {
    let mut stream = EventStream::default();
    stream.feed(b"data: x\n").unwrap();
    for _ in 0..100_000 {
        stream.feed(b": heartbeat\n").unwrap();
    }
    assert!(stream.room(1).len() == 1);
    assert!(stream.capacity() < 1024, "{} bytes are kept", stream.capacity());
}

#[test]
fn a_line_that_never_ends_hits_its_limit_with_memory_bounded() {
    let limits = Limits { line: MIB, ..Limits::default() };
    let new = || EventStream::new(limits, Utf8Mode::Replace);
    for (prefix, mut stream) in [
        (&b"data: "[..], new()),
        (b"id: ", new()),
        (b"retry: 1", new()),
        (b": ", new().with_comments()),
        (b"unknown", new().with_ignored()),
    ] {
        stream.feed(prefix).unwrap();
        let error = (0..10_000).find_map(|_| stream.feed(&[b'x'; CHUNK]).err());
        assert_eq!(error, Some(StreamError::LineTooLong(MIB)));
        assert!(stream.capacity() <= 2 * MIB + CHUNK, "{} bytes are kept", stream.capacity());
        // Nor does it grow afterwards.
        stream.feed(&[b'x'; CHUNK]).unwrap();
        assert!(stream.capacity() <= 2 * MIB + CHUNK);
    }
}

#[test]
fn a_line_without_effect_is_not_stored_however_long_it_is() {
    for utf8 in [Utf8Mode::Replace, Utf8Mode::Fatal] {
        for prefix in [&b": "[..], b"unknown: ", b"x", b"data: x\n:", "data: 你\nx".as_bytes(), b"\xEF\xBB\xBF:"] {
            let mut stream = EventStream::new(Limits { line: 1000, pending: 1000, ..Limits::default() }, utf8);
            stream.feed(prefix).unwrap();
            for _ in 0..100 * MIB / CHUNK {
                stream.feed(&[b'x'; CHUNK]).unwrap();
                assert!(stream.capacity() < 4 * CHUNK, "{} bytes are kept", stream.capacity());
            }
            stream.feed(b"\ndata: y\n\n").unwrap();
            let mut events = 0;
            stream.for_each_item(|item| events += usize::from(matches!(item, Item::Event { .. })));
            assert_eq!(events, 1);
        }
    }
}

#[test]
fn an_event_that_never_ends_hits_its_limit_with_memory_bounded() {
    let limits = Limits { event: MIB, ..Limits::default() };
    let mut stream = EventStream::new(limits, Utf8Mode::Replace);
    let error = (0..1_000_000).find_map(|_| stream.feed(b"data: 0123456789\n").err());
    assert_eq!(error, Some(StreamError::EventTooLarge(MIB)));
    assert!(stream.capacity() <= 2 * MIB + CHUNK, "{} bytes are kept", stream.capacity());
}

#[test]
fn what_is_pending_hits_its_limit() {
    let limits = Limits { pending: 20, ..Limits::default() };
    let mut stream = EventStream::new(limits, Utf8Mode::Replace);
    // 10 of data and 10 of an unfinished line; then one more.
    stream.feed(b"data: 0123456789\ndata: 0123").unwrap();
    assert_eq!(stream.feed(b"4"), Err(StreamError::TooMuchPending(20)));
}

#[test]
fn events_before_a_limit_are_there() {
    let mut stream = EventStream::new(Limits { line: 10, ..Limits::default() }, Utf8Mode::Replace);
    assert_eq!(stream.feed(b"data: 1\n\ndata: 23456\ndata: 2\n\n"), Err(StreamError::LineTooLong(10)));
    let mut data = Vec::new();
    stream.for_each_item(|item| {
        if let Item::Event { data: text, .. } = item {
            data.push(text.to_owned());
        }
    });
    assert_eq!(data, ["1"]);
    assert_eq!(stream.feed(b"data: 3\n\n"), Ok(()));
    stream.for_each_item(|item| panic!("{item:?} behind the error"));
    stream.reset();
    stream.feed(b"data: 4\n\n").unwrap();
    stream.for_each_item(|item| assert!(matches!(item, Item::Event { data: "4", .. })));
}
