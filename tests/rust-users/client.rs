//! A client over sockets, around the machine: `cargo run --example client -- URL`. It prints events, connects again when the stream ends
//! or breaks, with `Last-Event-ID`, and ends when the server answers with status 204.
//!
//! ureq carries each request out in a thread. What the thread reads comes through a channel that is dropped to abort it.

use eventsource_wasm::event_source::{Action, CloseReason, EventSource, Generation, Input, Options, ResponseHead};
use eventsource_wasm::event_stream::Item;
use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};
use ureq::ResponseExt;

/// What a thread has to say of its connection.
enum News {
    Response { status: u16, content_type: String, url: String },
    Chunk(Vec<u8>),
    EndOfBody,
    NetworkError(String),
}

impl News {
    fn input(&self, generation: Generation) -> Input<'_> {
        match self {
            Self::Response { status, content_type, url } => {
                let head = ResponseHead { status: *status, content_type, url, ..ResponseHead::default() };
                Input::Response(generation, head)
            }
            Self::Chunk(bytes) => Input::Chunk(generation, bytes),
            Self::EndOfBody => Input::EndOfBody(generation),
            Self::NetworkError(reason) => Input::NetworkError(generation, reason),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("which URL?")?;
    // No two clients are to wait for the same time.
    let seed = std::process::id();
    let options = Options { seed, idle_timeout: Some(60_000), ..Options::for_method("GET") };
    let mut source = EventSource::new(&url, options);
    let mut connection: Option<(Generation, Receiver<News>)> = None;
    let mut timer: Option<(Generation, Instant)> = None;
    let mut failure = None;
    let start = Instant::now();

    source.handle(Input::Open);
    loop {
        while let Some(action) = source.next_action() {
            match action {
                Action::Connect(generation) => connection = Some((generation, fetch(&url, source.last_event_id()))),
                Action::Abort => connection = None,
                Action::StartTimer(generation, delay) => {
                    timer = Some((generation, Instant::now() + Duration::from_millis(delay.into())));
                }
                Action::StopTimer => timer = None,
                Action::DispatchOpen => eprintln!("open: {}", source.origin()),
                Action::DispatchEvents => {
                    for item in source.stream().items() {
                        if let Item::Event { event_type, data, last_event_id } = item {
                            println!("{event_type} {data:?} {last_event_id:?}");
                        }
                    }
                }
                Action::DispatchError => {
                    failure = source.take_error();
                    failure.iter().for_each(|error| eprintln!("{error}"));
                }
                Action::DispatchClose(CloseReason::Failed) => match failure.take() {
                    Some(error) if error.kind.status() != Some(204) => std::process::exit(1),
                    _ => return Ok(()),
                },
                Action::DispatchClose(_) => return Ok(()),
                Action::Judge(_) | Action::Authorize(_) => unreachable!("the options do not ask for hooks"),
            }
        }
        // Waits for whichever comes first: news of the connection, or the timer.
        let wait = timer.map_or(Duration::MAX, |(_, at)| at.saturating_duration_since(Instant::now()));
        let news = match &connection {
            Some((_, news)) => news.recv_timeout(wait),
            None => {
                thread::sleep(wait);
                Err(RecvTimeoutError::Timeout)
            }
        };
        source.set_clock(start.elapsed().as_millis() as u32);
        match (news, &connection) {
            (Ok(news), Some((generation, _))) => source.handle(news.input(*generation)),
            (Err(RecvTimeoutError::Disconnected), Some((generation, _))) => {
                source.handle(Input::NetworkError(*generation, "the thread has ended"));
            }
            _ => {
                if let Some((generation, _)) = timer.take() {
                    source.handle(Input::Timer(generation));
                }
            }
        }
    }
}

/// Begins a request. Its thread waits while what it has read before is not taken, and ends soon after the channel is dropped: with the
/// next chunk, since it can't be woken from a read.
fn fetch(url: &str, last_event_id: &str) -> Receiver<News> {
    let (sender, receiver) = sync_channel(1);
    let (url, last_event_id) = (url.to_owned(), last_event_id.to_owned());
    thread::spawn(move || {
        if let Err(error) = read(&url, &last_event_id, &sender) {
            let _ = sender.send(News::NetworkError(error.to_string()));
        }
    });
    receiver
}

fn read(url: &str, last_event_id: &str, sender: &SyncSender<News>) -> Result<(), Box<dyn std::error::Error>> {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let mut request = agent.get(url).header("Accept", "text/event-stream").header("Cache-Control", "no-store");
    // The header's value is the ID's UTF-8. An ID with control characters can't be one, and is not sent.
    let id = ureq::http::HeaderValue::from_bytes(last_event_id.as_bytes());
    if let (Ok(id), false) = (id, last_event_id.is_empty()) {
        request = request.header("Last-Event-ID", id);
    }
    let response = request.call()?;
    let content_type = response.headers().get("Content-Type").map(|value| String::from_utf8_lossy(value.as_bytes()));
    sender.send(News::Response {
        status: response.status().as_u16(),
        content_type: content_type.unwrap_or_default().into_owned(),
        url: response.get_uri().to_string(),
    })?;
    let mut body = response.into_body().into_reader();
    let mut chunk = [0; 16 << 10];
    loop {
        let len = body.read(&mut chunk)?;
        if len == 0 {
            return Ok(sender.send(News::EndOfBody)?);
        }
        sender.send(News::Chunk(chunk[..len].to_vec()))?;
    }
}
