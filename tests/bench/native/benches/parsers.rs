//! The core beside other parsers of Rust: chunks in memory in, owned strings out; and the core's own borrowed strings.

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use eventsource_client::{Client, ClientBuilder, ReconnectOptions, SSE};
use eventsource_stream::Eventsource;
use eventsource_wasm::event_stream::{EventStream, Item};
use futures::executor::block_on;
use futures::{StreamExt, stream};
use launchdarkly_sdk_transport::{HttpTransport, Request, Response, ResponseFuture, TransportError};

const WORDS: [&str; 8] = [" the", " of", " stream", "ing", " event", ",", " WebAssembly", " token"];
const CHINESE: [&str; 8] = ["你好", "世界", "，", "流式", "输出", "事件", "字节", "我们"];

fn openai(word: &str) -> String {
    format!(
        "data: {{\"id\":\"chatcmpl-BxQ2mV0aZkYtLr7cPq9sWnEf\",\"object\":\"chat.completion.chunk\",\"created\":1763700000,\
         \"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_07871e2ad8\",\"choices\":[{{\
         \"index\":0,\"delta\":{{\"content\":\"{word}\"}},\"logprobs\":null,\"finish_reason\":null}}]}}\n\n"
    )
}

/// A mebibyte or so of an event after the other.
fn events(next: impl Fn(usize) -> String) -> Vec<String> {
    let mut events = Vec::new();
    let mut size = 0;
    while size < 1 << 20 {
        let event = next(events.len());
        size += event.len();
        events.push(event);
    }
    events
}

/// Cut into chunks of `size` bytes; 0: an event each.
fn chunks(events: &[String], size: usize) -> Vec<Bytes> {
    if size == 0 {
        return events.iter().map(|event| Bytes::from(event.clone())).collect();
    }
    events.concat().as_bytes().chunks(size).map(Bytes::copy_from_slice).collect()
}

fn borrowed(chunks: &[Bytes]) -> usize {
    let mut parser = EventStream::default();
    let mut count = 0;
    for chunk in chunks {
        parser.feed(chunk).expect("within the limits");
        parser.for_each_item(|item| {
            if let Item::Event { data, .. } = item {
                black_box(data);
                count += 1;
            }
        });
    }
    count
}

fn owned(chunks: &[Bytes]) -> usize {
    let mut parser = EventStream::default();
    let mut count = 0;
    for chunk in chunks {
        parser.feed(chunk).expect("within the limits");
        parser.for_each_item(|item| {
            if let Item::Event { event_type, data, last_event_id } = item {
                black_box((event_type.to_owned(), data.to_owned(), last_event_id.to_owned()));
                count += 1;
            }
        });
    }
    count
}

type Never = std::convert::Infallible;

fn eventsource_stream(chunks: &[Bytes]) -> usize {
    let mut events = stream::iter(chunks.iter().cloned().map(Ok::<_, Never>)).eventsource();
    let mut count = 0;
    block_on(async {
        while let Some(event) = events.next().await {
            black_box(event.expect("an event"));
            count += 1;
        }
    });
    count
}

fn sseer(chunks: &[Bytes]) -> usize {
    let mut events = sseer::EventStream::new(stream::iter(chunks.iter().cloned().map(Ok::<_, Never>)));
    let mut count = 0;
    block_on(async {
        while let Some(event) = events.next().await {
            black_box(event.expect("an event"));
            count += 1;
        }
    });
    count
}

/// Answers each request with the chunks.
#[derive(Clone)]
struct Memory(Vec<Bytes>);

impl HttpTransport for Memory {
    fn request(&self, _: Request<Option<Bytes>>) -> ResponseFuture {
        let body = stream::iter(self.0.clone().into_iter().map(Ok::<_, TransportError>));
        let response = Response::builder().status(200).header("content-type", "text/event-stream");
        Box::pin(std::future::ready(Ok(response.body(Box::pin(body) as _).expect("a response"))))
    }
}

fn eventsource_client(chunks: &[Bytes]) -> usize {
    let client = ClientBuilder::for_url("http://localhost/")
        .expect("a URL")
        .reconnect(ReconnectOptions::reconnect(false).build())
        .build_with_transport(Memory(chunks.to_vec()));
    let mut events = client.stream();
    let mut count = 0;
    block_on(async {
        // The stream's end is an error to it.
        while let Some(Ok(event)) = events.next().await {
            if let SSE::Event(event) = event {
                black_box(event);
                count += 1;
            }
        }
    });
    count
}

type Parser = fn(&[Bytes]) -> usize;
const PARSERS: [(&str, Parser); 5] = [
    ("eventsource-wasm, borrowed", borrowed),
    ("eventsource-wasm, owned", owned),
    ("sseer", sseer),
    ("eventsource-client", eventsource_client),
    ("eventsource-stream", eventsource_stream),
];

fn parsers(criterion: &mut Criterion) {
    let workloads = [
        ("OpenAI tokens", events(|index| openai(WORDS[index % WORDS.len()])), &[0, 1400, 16384][..]),
        ("Chinese in JSON", events(|index| openai(CHINESE[index % CHINESE.len()])), &[16384]),
        ("tiny events", events(|_| "data: x\n\n".into()), &[0, 16384]),
        ("comments", events(|_| ": OPENROUTER PROCESSING\n\n".into()), &[16384]),
        ("64 KiB event", events(|_| format!("data: {}\n\n", "The quick brown fox. ".repeat(3120))), &[0, 1400]),
    ];
    for (name, events, sizes) in workloads {
        for &size in sizes {
            let chunks = chunks(&events, size);
            let cut = if size == 0 { "one event".into() } else { format!("{size} B") };
            let mut group = criterion.benchmark_group(format!("{name}, {cut}"));
            group.throughput(Throughput::Bytes(chunks.iter().map(|chunk| chunk.len() as u64).sum()));
            let expected = owned(&chunks);
            for (parser, run) in PARSERS {
                assert_eq!(run(&chunks), expected, "{parser}: {name}, {cut}");
                group.bench_with_input(BenchmarkId::from_parameter(parser), &chunks, |bencher, chunks| {
                    bencher.iter(|| run(chunks));
                });
            }
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1)).sample_size(20);
    targets = parsers
}
criterion_main!(benches);
