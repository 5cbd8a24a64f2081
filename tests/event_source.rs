//! The connection, one scenario per transition, on a virtual clock.

use eventsource_wasm::event_source::{
    Action, CloseReason, ConnectionError, ErrorKind, EventSource, Generation, Input, Jitter, Options, Policy,
    ReadyState, Reconnect, ResponseHead, Transport, last_event_id_header,
};
use eventsource_wasm::event_stream::{Item, Limits, StreamError, Utf8Mode};

const URL: &str = "https://example.com/stream";
const OK: ResponseHead<'_> = ResponseHead { status: 200, content_type: "text/event-stream", url: URL, retry_after: 0 };

/// A source, a clock, and what a page would have seen.
struct Scenario {
    source: EventSource,
    now: u64,
    /// When the timer goes off, and for which connection.
    timer: Option<(u64, Generation)>,
    /// The connection that has been asked for last; none is alive after an abort.
    connection: Option<Generation>,
    requests: Vec<String>,
    seen: Vec<String>,
    /// Closes the source when this is seen: what a listener may do.
    close_at: Option<&'static str>,
}

impl Scenario {
    fn new(options: Options) -> Self {
        Self {
            source: EventSource::new(URL, options),
            now: 0,
            timer: None,
            connection: None,
            requests: Vec::new(),
            seen: Vec::new(),
            close_at: None,
        }
    }

    fn get() -> Self {
        Self::new(Options { is_safe_method: true, ..Options::default() })
    }

    fn post() -> Self {
        Self::new(Options::default())
    }

    fn closing_at(mut self, seen: &'static str) -> Self {
        self.close_at = Some(seen);
        self
    }

    fn input(mut self, input: Input<'_>) -> Self {
        self.source.set_clock(self.now as u32);
        self.source.handle(input);
        self.perform();
        self
    }

    fn perform(&mut self) {
        while let Some(action) = self.source.next_action() {
            match action {
                Action::Connect(generation) => {
                    assert_eq!(self.connection, None, "a second connection while one is alive");
                    let is_its_own = self.timer.is_none_or(|(_, of)| of == generation);
                    assert!(is_its_own, "a connection while another's timer runs");
                    self.connection = Some(generation);
                    self.requests.push(last_event_id_header(self.source.last_event_id()));
                }
                Action::Abort => self.connection = None,
                Action::StartTimer(generation, delay) => {
                    let is_its_own = self.timer.is_none_or(|(_, of)| of == generation);
                    assert!(is_its_own, "a timer in place of another connection's");
                    self.timer = Some((self.now + u64::from(delay), generation));
                }
                Action::StopTimer => self.timer = None,
                Action::DispatchOpen => self.see(format!("open {}", self.source.origin())),
                Action::DispatchEvents => {
                    let mut items = Vec::new();
                    self.source.stream().for_each_item(|item| items.push(shown(item)));
                    for item in items {
                        if self.source.ready_state() == ReadyState::Closed {
                            break;
                        }
                        self.see(item);
                    }
                }
                Action::DispatchError => {
                    let error = self.source.take_error().expect("an error to tell");
                    self.see(format!("error {} attempt {} {:?}", error.kind.name(), error.attempt, error.retry_in));
                }
                Action::DispatchClose(reason) => self.see(format!("close {}", reason.name())),
                Action::Judge(_) => self.see("judge".into()),
                Action::Authorize(_) => self.see("authorize".into()),
            }
        }
    }

    fn see(&mut self, what: String) {
        let state = self.source.ready_state();
        let is_due = self.close_at.is_some_and(|at| what.starts_with(at));
        self.seen.push(format!("{what} [{state:?}]"));
        if is_due {
            self.close_at = None;
            self.source.handle(Input::Close);
            self.perform();
        }
    }

    fn open(self) -> Self {
        self.input(Input::Open)
    }

    fn generation(&self) -> Generation {
        self.connection.expect("a connection is alive")
    }

    fn respond(self, head: ResponseHead<'_>) -> Self {
        let generation = self.generation();
        self.input(Input::Response(generation, head))
    }

    fn announced(self) -> Self {
        self.open().respond(OK)
    }

    fn chunk(self, bytes: &str) -> Self {
        let generation = self.generation();
        self.input(Input::Chunk(generation, bytes.as_bytes()))
    }

    fn ends(self) -> Self {
        let generation = self.generation();
        self.input(Input::EndOfBody(generation))
    }

    fn breaks(self, reason: &str) -> Self {
        let generation = self.generation();
        self.input(Input::NetworkError(generation, reason))
    }

    /// Lets time pass; the timer goes off when it is due.
    fn after(mut self, milliseconds: u64) -> Self {
        self.now += milliseconds;
        if let Some((at, generation)) = self.timer
            && at <= self.now
        {
            self.timer = None;
            self = self.input(Input::Timer(generation));
        }
        self
    }

    #[track_caller]
    fn sees(self, expected: &[&str]) -> Self {
        assert_eq!(self.seen, expected);
        self
    }

    #[track_caller]
    fn sees_last(self, expected: &str) -> Self {
        assert_eq!(self.seen.last().map(String::as_str), Some(expected));
        self
    }

    #[track_caller]
    fn requested(self, last_event_ids: &[&str]) -> Self {
        assert_eq!(self.requests, last_event_ids);
        self
    }

    #[track_caller]
    fn is(self, state: ReadyState) -> Self {
        assert_eq!(self.source.ready_state(), state);
        if state == ReadyState::Closed {
            assert_eq!((self.connection, self.timer), (None, None), "something is alive after CLOSED");
        }
        self
    }
}

/// A GET whose waits are the longest that the policy allows.
fn plain() -> Scenario {
    Scenario::new(options())
}

fn options() -> Options {
    let policy = Policy { jitter: Jitter::None, ..Policy::default() };
    Options { is_safe_method: true, policy, ..Options::default() }
}

fn shown(item: Item<'_>) -> String {
    match item {
        Item::Event { event_type, data, last_event_id } => format!("{event_type} {data:?} id {last_event_id:?}"),
        Item::LastEventId(id) => format!("id {id:?}"),
        Item::Retry(time) => format!("retry {time}"),
        Item::Comment(text) => format!("comment {text:?}"),
        Item::IgnoredLine(text) | Item::IgnoredBlock(text) => format!("ignored {text:?}"),
    }
}

#[test]
fn nothing_happens_before_open() {
    Scenario::get().requested(&[]).is(ReadyState::Connecting).sees(&[]);
}

#[test]
fn idle_to_fetching_without_a_last_event_id() {
    Scenario::get().open().requested(&[""]).is(ReadyState::Connecting).sees(&[]);
}

#[test]
fn fetching_to_streaming_announces_with_the_final_origin() {
    let head = ResponseHead { url: "http://localhost:8080/moved?x", ..OK };
    Scenario::get().open().respond(head).is(ReadyState::Open).sees(&["open http://localhost:8080 [Open]"]);
}

#[test]
fn a_host_that_tells_no_final_url_gives_the_origin_of_the_first() {
    Scenario::get().open().respond(ResponseHead { url: "", ..OK }).sees(&["open https://example.com [Open]"]);
}

#[test]
fn a_chunk_dispatches_in_order() {
    Scenario::get().announced().chunk("id: 1\ndata: a\n\nevent: b\ndata: c\n\n").is(ReadyState::Open).sees(&[
        "open https://example.com [Open]",
        "message \"a\" id \"1\" [Open]",
        "b \"c\" id \"1\" [Open]",
    ]);
}

#[test]
fn a_get_that_ends_is_reestablished_after_the_reconnection_time_with_the_last_event_id() {
    Scenario::get()
        .announced()
        .chunk("id: 7\ndata: a\n\nid: 8\ndata: never whole")
        .ends()
        .is(ReadyState::Connecting)
        .after(2999)
        .requested(&[""])
        .after(1)
        .requested(&["", "7"])
        .sees(&[
            "open https://example.com [Open]",
            "message \"a\" id \"7\" [Open]",
            "error StreamEnded attempt 1 Some(3000) [Connecting]",
        ]);
}

#[test]
fn a_get_that_breaks_is_reestablished() {
    Scenario::get()
        .announced()
        .breaks("reset")
        .is(ReadyState::Connecting)
        .after(3000)
        .requested(&["", ""])
        .sees(&["open https://example.com [Open]", "error StreamBroken attempt 1 Some(3000) [Connecting]"]);
}

#[test]
fn a_get_without_a_response_is_tried_again_and_failures_are_counted_until_a_stream_was_stable() {
    let unstable = plain()
        .open()
        .breaks("refused")
        .after(3000)
        .breaks("refused")
        .after(6000)
        .respond(OK)
        .after(4999)
        .breaks("reset")
        .sees_last("error StreamBroken attempt 3 Some(12000) [Connecting]");
    unstable.after(12_000).respond(OK).after(5000).breaks("reset").sees(&[
        "error NetworkError attempt 1 Some(3000) [Connecting]",
        "error NetworkError attempt 2 Some(6000) [Connecting]",
        "open https://example.com [Open]",
        "error StreamBroken attempt 3 Some(12000) [Connecting]",
        "open https://example.com [Open]",
        "error StreamBroken attempt 1 Some(3000) [Connecting]",
    ]);
}

#[test]
fn extension_a_stream_that_ends_at_once_does_not_storm_the_server() {
    let mut scenario = plain().announced().chunk("retry: 5\n\n").ends();
    let mut waits = Vec::new();
    for _ in 0..14 {
        let (at, _) = scenario.timer.expect("a wait");
        waits.push(at - scenario.now);
        let wait = at - scenario.now;
        scenario = scenario.after(wait).respond(OK).ends();
    }
    assert_eq!(waits, [5, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000, 30_000, 30_000]);
}

#[test]
fn a_stream_that_brings_events_and_ends_is_polled_at_the_reconnection_time() {
    let mut scenario = Scenario::get().open();
    for _ in 0..20 {
        scenario = scenario.respond(OK).chunk("data: x\n\n").ends();
        scenario = scenario.sees_last("error StreamEnded attempt 1 Some(3000) [Connecting]").after(3000);
    }
    // More often than each second is not what it may ask for again and again.
    let mut scenario = plain().open();
    let mut waits = Vec::new();
    for _ in 0..6 {
        scenario = scenario.respond(OK).chunk("retry: 50\ndata: x\n\n").ends();
        let wait = scenario.timer.expect("a wait").0 - scenario.now;
        waits.push(wait);
        scenario = scenario.after(wait);
    }
    assert_eq!(waits, [50, 200, 400, 800, 1000, 1000]);
}

#[test]
fn retry_sets_the_reconnection_time_for_good() {
    let scenario = Scenario::get().announced().chunk("retry: 50\n\n").ends().after(50).requested(&["", ""]);
    assert_eq!(scenario.source.reconnection_time(), 50);
    scenario.respond(OK).after(5000).ends().after(49).requested(&["", ""]).after(1).requested(&["", "", ""]);
}

#[test]
fn the_last_event_id_survives_connections_and_the_stream_may_take_it_back() {
    Scenario::get()
        .announced()
        .chunk("id: ü\n\n")
        .ends()
        .after(3000)
        .respond(OK)
        .chunk("data: x\n\nid\ndata: y\n\n")
        .ends()
        .after(3000)
        // UTF-8 bytes as code units, then no header.
        .requested(&["", "\u{C3}\u{BC}", ""])
        .sees(&[
            "open https://example.com [Open]",
            "id \"ü\" [Open]",
            "error StreamEnded attempt 1 Some(3000) [Connecting]",
            "open https://example.com [Open]",
            "message \"x\" id \"ü\" [Open]",
            "message \"y\" id \"\" [Open]",
            "error StreamEnded attempt 1 Some(3000) [Connecting]",
        ]);
}

#[test]
fn an_initial_last_event_id_is_sent_and_given_to_events() {
    let options = Options { is_safe_method: true, last_event_id: "41".into(), ..Options::default() };
    Scenario::new(options)
        .announced()
        .chunk("data: x\n\n")
        .requested(&["41"])
        .sees(&["open https://example.com [Open]", "message \"x\" id \"41\" [Open]"]);
}

#[test]
fn every_status_but_200_fails() {
    for status in [0, 201, 204, 301, 304, 307, 401, 404, 429, 500, 503] {
        Scenario::get()
            .open()
            .respond(ResponseHead { status, ..OK })
            .is(ReadyState::Closed)
            .after(1_000_000)
            .requested(&[""])
            .sees(&["error BadStatus attempt 1 None [Closed]", "close failed [Closed]"]);
    }
}

#[test]
fn every_other_content_type_fails() {
    for content_type in ["", "text/plain", "text/event-streams", "application/json"] {
        Scenario::get()
            .open()
            .respond(ResponseHead { content_type, ..OK })
            .is(ReadyState::Closed)
            .sees(&["error BadContentType attempt 1 None [Closed]", "close failed [Closed]"]);
    }
}

#[test]
fn what_a_refusal_says_names_url_status_and_type() {
    let message = |head| {
        let mut source = EventSource::new(URL, Options::default());
        source.handle(Input::Open);
        source.handle(Input::Response(Generation(1), head));
        source.take_error().unwrap().message
    };
    let status = message(ResponseHead { status: 503, ..OK });
    assert!(status.contains(URL) && status.contains("503"), "{status}");
    let content_type = message(ResponseHead { content_type: "text/html", ..OK });
    assert!(content_type.contains(URL) && content_type.contains("\"text/html\""), "{content_type}");
}

#[test]
fn close_from_every_phase_is_final_and_said_once() {
    let idle = Scenario::get();
    let fetching = Scenario::get().open();
    let streaming = Scenario::get().announced();
    let waiting = Scenario::get().open().breaks("refused");
    for scenario in [idle, fetching, streaming, waiting] {
        let mut closed = scenario.input(Input::Close).is(ReadyState::Closed);
        assert_eq!(closed.seen.last().unwrap(), "close closed [Closed]");
        closed.seen.clear();
        closed.input(Input::Close).input(Input::Open).after(10_000).is(ReadyState::Closed).sees(&[]);
    }
}

#[test]
fn close_in_the_open_listener_leaves_nothing_to_come() {
    Scenario::get()
        .closing_at("open")
        .announced()
        .is(ReadyState::Closed)
        .sees(&["open https://example.com [Open]", "close closed [Closed]"]);
}

#[test]
fn close_in_the_middle_of_a_batch_drops_the_rest() {
    let data = "data: 1\n\ndata: 2\n\ndata: 3\n\n";
    Scenario::get().closing_at("message \"2\"").announced().chunk(data).is(ReadyState::Closed).sees(&[
        "open https://example.com [Open]",
        "message \"1\" id \"\" [Open]",
        "message \"2\" id \"\" [Open]",
        "close closed [Closed]",
    ]);
}

#[test]
fn close_in_the_error_listener_stops_the_reconnection() {
    Scenario::get().closing_at("error").announced().ends().is(ReadyState::Closed).after(10_000).requested(&[""]).sees(
        &[
            "open https://example.com [Open]",
            "error StreamEnded attempt 1 Some(3000) [Connecting]",
            "close closed [Closed]",
        ],
    );
}

#[test]
fn close_before_a_pending_failure_is_told_wins() {
    let options =
        Options { is_safe_method: true, limits: Limits { line: 10, ..Limits::default() }, ..Options::default() };
    Scenario::new(options).closing_at("message").announced().chunk("data: 1\n\ndata: 2 is too long").sees(&[
        "open https://example.com [Open]",
        "message \"1\" id \"\" [Open]",
        "close closed [Closed]",
    ]);
}

#[test]
fn what_comes_from_an_older_connection_is_dropped() {
    let scenario = Scenario::get().announced();
    let old = scenario.generation();
    let scenario = scenario.ends().after(3000).respond(OK);
    let seen = scenario.seen.clone();
    let mut scenario = scenario
        .input(Input::Chunk(old, b"data: late\n\n"))
        .input(Input::EndOfBody(old))
        .input(Input::NetworkError(old, "late"))
        .input(Input::Response(old, OK))
        .input(Input::Timer(old))
        .input(Input::Filled(old, 0));
    assert!(scenario.source.room(old, 1).is_none());
    assert_eq!(scenario.seen, seen);
    assert_eq!(scenario.source.ready_state(), ReadyState::Open);
}

#[test]
fn what_comes_after_close_is_dropped() {
    let scenario = Scenario::get().announced();
    let generation = scenario.generation();
    scenario
        .input(Input::Close)
        .input(Input::Chunk(generation, b"data: late\n\n"))
        .input(Input::EndOfBody(generation))
        .input(Input::NetworkError(generation, "aborted"))
        .input(Input::Timer(generation))
        .is(ReadyState::Closed)
        .sees(&["open https://example.com [Open]", "close closed [Closed]"]);
}

#[test]
fn extension_a_post_that_ends_is_done() {
    Scenario::post().announced().chunk("id: 1\ndata: x\n\n").ends().is(ReadyState::Closed).requested(&[""]).sees(&[
        "open https://example.com [Open]",
        "message \"x\" id \"1\" [Open]",
        "close ended [Closed]",
    ]);
}

#[test]
fn extension_a_post_that_breaks_without_a_last_event_id_fails() {
    Scenario::post()
        .announced()
        .chunk("data: x\n\n")
        .breaks("reset")
        .is(ReadyState::Closed)
        .after(10_000)
        .requested(&[""])
        .sees(&[
            "open https://example.com [Open]",
            "message \"x\" id \"\" [Open]",
            "error StreamBroken attempt 1 None [Closed]",
            "close failed [Closed]",
        ]);
    Scenario::post().open().breaks("refused").is(ReadyState::Closed).requested(&[""]);
}

#[test]
fn extension_a_post_that_breaks_behind_a_last_event_id_is_resumed() {
    Scenario::post().announced().chunk("id: 9\ndata: x\n\n").breaks("reset").after(3000).requested(&["", "9"]);
}

#[test]
fn extension_reconnect_always_treats_a_post_like_a_get() {
    let options = Options { reconnect: Reconnect::Always, ..Options::default() };
    Scenario::new(options.clone()).announced().ends().after(3000).requested(&["", ""]);
    Scenario::new(options).open().breaks("refused").after(3000).requested(&["", ""]);
}

#[test]
fn extension_reconnect_never_ends_a_get_with_its_stream() {
    let options = Options { is_safe_method: true, reconnect: Reconnect::Never, ..Options::default() };
    Scenario::new(options.clone())
        .announced()
        .ends()
        .is(ReadyState::Closed)
        .sees(&["open https://example.com [Open]", "close ended [Closed]"]);
    Scenario::new(options).announced().breaks("reset").is(ReadyState::Closed).requested(&[""]);
}

#[test]
fn extension_an_adopted_stream_opens_with_origin_null_and_its_end_is_an_error() {
    let mut scenario = Scenario::get();
    scenario.connection = Some(Generation::default());
    let scenario = scenario.input(Input::Adopt).is(ReadyState::Open).chunk("data: x\n\n").ends();
    assert_eq!(scenario.source.ready_state(), ReadyState::Closed);
    scenario.after(10_000).requested(&[]).sees(&[
        "open null [Open]",
        "message \"x\" id \"\" [Open]",
        "error StreamEnded attempt 1 None [Closed]",
        "close ended [Closed]",
    ]);
    let mut scenario = Scenario::get();
    scenario.connection = Some(Generation::default());
    scenario.input(Input::Adopt).breaks("broken").sees(&[
        "open null [Open]",
        "error StreamBroken attempt 1 None [Closed]",
        "close failed [Closed]",
    ]);
}

#[test]
fn extension_a_limit_fails_the_source_behind_the_events_before_it() {
    let options =
        Options { is_safe_method: true, limits: Limits { line: 10, ..Limits::default() }, ..Options::default() };
    Scenario::new(options)
        .announced()
        .chunk("data: 1\n\ndata: 2 is too long")
        .is(ReadyState::Closed)
        .requested(&[""])
        .sees(&[
            "open https://example.com [Open]",
            "message \"1\" id \"\" [Open]",
            "error LineTooLong attempt 1 None [Closed]",
            "close failed [Closed]",
        ]);
}

#[test]
fn extension_fatal_utf8_fails_the_source() {
    let options = Options { is_safe_method: true, utf8: Utf8Mode::Fatal, ..Options::default() };
    let scenario = Scenario::new(options).announced();
    let generation = scenario.generation();
    scenario.input(Input::Chunk(generation, b"data: 1\n\ndata: \xFF\n\n")).is(ReadyState::Closed).sees(&[
        "open https://example.com [Open]",
        "message \"1\" id \"\" [Open]",
        "error InvalidUtf8 attempt 1 None [Closed]",
        "close failed [Closed]",
    ]);
    assert_eq!(ErrorKind::Stream(StreamError::InvalidUtf8).name(), "InvalidUtf8");
}

#[test]
fn a_chunk_may_be_written_into_the_streams_own_buffer() {
    let mut source = EventSource::new(URL, Options { is_safe_method: true, ..Options::default() });
    source.handle(Input::Open);
    source.handle(Input::Response(Generation(1), OK));
    while source.next_action().is_some() {}
    source.room(Generation(1), 9).unwrap().copy_from_slice(b"data: x\n\n");
    source.handle(Input::Filled(Generation(1), 9));
    assert_eq!(source.next_action(), Some(Action::DispatchEvents));
    assert_eq!(source.next_action(), None);
    assert_eq!(CloseReason::Closed.name(), "closed");
}

#[test]
fn extension_waking_ends_the_wait_and_resumes_at_once() {
    Scenario::get()
        .announced()
        .chunk("id: 7\ndata: x\n\n")
        .breaks("interrupted")
        .is(ReadyState::Connecting)
        .input(Input::Wake)
        .requested(&["", "7"])
        .respond(OK)
        .is(ReadyState::Open);
}

#[test]
fn waking_is_nothing_to_a_source_that_is_not_connected() {
    Scenario::get().input(Input::Wake).requested(&[]).open().requested(&[""]);
    Scenario::get().open().input(Input::Close).input(Input::Wake).is(ReadyState::Closed).requested(&[""]);
}

#[test]
fn extension_a_break_that_is_told_only_after_waking_is_mended_at_once() {
    plain()
        .announced()
        .chunk("id: 7\ndata: x\n\n")
        .input(Input::Wake)
        .breaks("interrupted")
        .sees_last("error StreamBroken attempt 1 Some(0) [Connecting]")
        .after(0)
        .requested(&["", "7"])
        .breaks("again")
        .sees_last("error NetworkError attempt 2 Some(6000) [Connecting]");
    // What has been received since shows that it lived.
    Scenario::get()
        .announced()
        .input(Input::Wake)
        .chunk(":\n")
        .breaks("later")
        .sees_last("error StreamBroken attempt 1 Some(3000) [Connecting]");
    // The end is the server's, and has its time.
    Scenario::get().announced().ends().input(Input::Wake).is(ReadyState::Connecting).requested(&[""]);
    Scenario::get()
        .announced()
        .input(Input::Wake)
        .ends()
        .sees_last("error StreamEnded attempt 1 Some(3000) [Connecting]");
}

#[test]
fn extension_a_status_that_comes_behind_the_body_fails_the_source() {
    let refused = ResponseHead { status: 404, content_type: "application/json", url: "", retry_after: 0 };
    Scenario::get().announced().respond(OK).is(ReadyState::Open).respond(refused).is(ReadyState::Closed).sees(&[
        "open https://example.com [Open]",
        "error BadStatus attempt 1 None [Closed]",
        "close failed [Closed]",
    ]);
}

#[test]
fn extension_what_is_futile_is_not_tried_again() {
    let scenario = Scenario::get().open();
    let generation = scenario.generation();
    scenario
        .input(Input::Futile(Generation(generation.0 + 1), "of another connection"))
        .is(ReadyState::Connecting)
        .input(Input::Futile(generation, "no task"))
        .is(ReadyState::Closed)
        .requested(&[""])
        .sees(&["error NotSupportedError attempt 1 None [Closed]", "close failed [Closed]"]);
}

/// What the `error` event tells of a connection to `url` that could not be made.
fn unreachable(url: &str, options: Options) -> ConnectionError {
    let mut source = EventSource::new(url, Options { is_safe_method: true, ..options });
    source.handle(Input::Open);
    source.handle(Input::NetworkError(Generation(1), "reason"));
    source.take_error().expect("an error")
}

#[test]
fn the_advice_is_the_transports() {
    for (transport, page_origin, advice) in [
        (Transport::Fetch, "https://page.example", "(CORS)?"),
        (Transport::Fetch, "null", "(CORS)?"),
        (Transport::Fetch, "https://example.com", "reason. Is the server up? Connecting again"),
        (Transport::Fetch, "", "reason. Is the server up? Connecting again"),
        (Transport::RequestTask, "", "among the request domains?"),
        (Transport::default(), "", "reason. Is the server up? Connecting again"),
    ] {
        let error = unreachable(URL, Options { transport, page_origin: page_origin.into(), ..Options::default() });
        let message = &error.message;
        assert!(message.contains(advice) && message.contains("reason"), "{message}");
        let boxed: Box<dyn std::error::Error + Send + Sync> = error.clone().into();
        assert_eq!(boxed.to_string(), *message);
    }
}

#[test]
fn a_url_that_no_request_goes_to_is_not_tried_again() {
    for url in ["ftp://example.com/", "ws://example.com/", "about:blank", "mailto:a@example.com", "blob:null/1"] {
        for transport in [Transport::Fetch, Transport::RequestTask] {
            let error = unreachable(url, Options { transport, ..Options::default() });
            assert_eq!((error.kind.name(), error.retry_in), ("NetworkError", None), "{url}");
            let expected =
                format!("No response from {url}: reason. There will be none: requests go to http: and https: URLs.");
            assert_eq!(error.message, expected);
        }
        // A driver in Rust knows by itself what it can reach.
        assert!(unreachable(url, Options::default()).retry_in.is_some(), "{url}");
    }
    // An application shell serves its pages, and what they ask for, by a scheme of its own.
    let options =
        || Options { transport: Transport::Fetch, page_origin: "app://localhost".into(), ..Options::default() };
    assert!(unreachable("app://localhost/stream", options()).retry_in.is_some());
    assert!(unreachable("tauri://localhost/stream", options()).retry_in.is_none());
}

#[test]
fn an_error_names_the_url_that_answered() {
    let moved = ResponseHead { status: 404, url: "https://example.com/login", ..OK };
    let mut source = EventSource::new(URL, Options::for_method("GET"));
    source.handle(Input::Open);
    source.handle(Input::Response(Generation(1), moved));
    let error = source.take_error().expect("an error");
    assert!(error.message.starts_with("https://example.com/login answered with status 404"), "{}", error.message);
    // Each connection starts anew where the source was told to go.
    let mut source = EventSource::new(URL, Options::for_method("GET"));
    source.handle(Input::Open);
    source.handle(Input::Response(Generation(1), ResponseHead { url: "https://example.com/moved", ..OK }));
    source.handle(Input::NetworkError(Generation(1), "reset"));
    let error = source.take_error().expect("an error");
    assert!(error.message.starts_with("The stream of https://example.com/moved broke off"), "{}", error.message);
    source.handle(Input::Timer(Generation(1)));
    source.handle(Input::NetworkError(Generation(2), "refused"));
    let error = source.take_error().expect("an error");
    assert!(error.message.starts_with("No response from https://example.com/stream"), "{}", error.message);
}

#[test]
fn a_hosts_sentence_has_one_end() {
    for (reason, expected) in [
        ("Failed.", "example: Failed. Is"),
        ("失败。", "example: 失败。 Is"),
        ("No!", "example: No! Is"),
        ("", "example. Is"),
    ] {
        let mut source = EventSource::new("http://example", Options::for_method("GET"));
        source.handle(Input::Open);
        source.handle(Input::NetworkError(Generation(1), reason));
        let error = source.take_error().expect("an error");
        assert!(error.message.contains(expected), "{}", error.message);
    }
}

#[test]
fn what_may_be_repeated_is_told_by_the_method() {
    for (method, is_safe) in [("GET", true), ("HEAD", true), ("POST", false), ("get", false), ("", false)] {
        assert_eq!(Options::for_method(method), Options { is_safe_method: is_safe, ..Options::default() }, "{method}");
    }
}

#[test]
fn a_source_may_go_to_another_thread() {
    fn may_go<T: Send + Sync + 'static>(_: &T) {}
    may_go(&EventSource::new(URL, Options::default()));
}

#[test]
fn extension_listed_statuses_are_tried_again_and_retry_after_is_waited_for() {
    let policy = Policy { statuses: vec![503, 429], ..options().policy };
    let busy = ResponseHead { status: 503, ..OK };
    // A POST too: the caller has listed the status.
    for is_safe_method in [true, false] {
        Scenario::new(Options { is_safe_method, policy: policy.clone(), ..options() })
            .open()
            .respond(busy)
            .sees_last("error BadStatus attempt 1 Some(3000) [Connecting]")
            // The server's answer is no better for somebody's coming back.
            .input(Input::Wake)
            .requested(&[""])
            .after(3000)
            .respond(ResponseHead { status: 429, retry_after: 120_000, ..OK })
            .sees_last("error BadStatus attempt 2 Some(120000) [Connecting]")
            .after(119_999)
            .requested(&["", ""])
            .after(1)
            .respond(ResponseHead { status: 500, ..OK })
            .sees_last("close failed [Closed]");
    }
    // Not what an accepted response or an older one has said.
    Scenario::new(Options { policy, ..options() })
        .open()
        .respond(ResponseHead { retry_after: 9000, ..OK })
        .breaks("reset")
        .sees_last("error StreamBroken attempt 1 Some(3000) [Connecting]");
}

#[test]
fn extension_it_gives_up_behind_as_many_attempts_as_the_policy_says() {
    let policy = Policy { max_attempts: Some(2), ..options().policy };
    let mut scenario = Scenario::new(Options { policy: policy.clone(), ..options() })
        .open()
        .breaks("refused")
        .after(3000)
        .breaks("refused")
        .after(6000);
    let generation = scenario.generation();
    scenario.source.handle(Input::NetworkError(generation, "refused"));
    let message = scenario.source.take_error().expect("an error").message;
    assert!(message.contains("refused") && message.contains("again 2 times in vain"), "{message}");
    let policy = Policy { statuses: vec![503], max_attempts: Some(0), ..policy };
    Scenario::new(Options { policy, ..options() })
        .open()
        .respond(ResponseHead { status: 503, ..OK })
        .sees(&["error TooManyAttempts attempt 1 None [Closed]", "close failed [Closed]"]);
}

#[test]
fn extension_the_policys_base_is_the_reconnection_time_until_the_stream_sets_one() {
    let policy = Policy { base_ms: Some(100), ..options().policy };
    let scenario = Scenario::new(Options { policy, ..options() }).open();
    assert_eq!(scenario.source.reconnection_time(), 100);
    scenario
        .breaks("refused")
        .after(100)
        .respond(OK)
        .chunk("retry: 7000\n\n")
        .after(5000)
        .breaks("reset")
        .sees_last("error StreamBroken attempt 1 Some(7000) [Connecting]");
}

#[test]
fn extension_a_response_that_takes_too_long_is_given_up() {
    let options = Options { open_timeout: Some(8000), ..options() };
    Scenario::new(options.clone())
        .open()
        .after(7999)
        .sees(&[])
        .after(1)
        .sees(&["error OpenTimeout attempt 1 Some(3000) [Connecting]"])
        .after(3000)
        .respond(OK)
        .after(100_000)
        .is(ReadyState::Open);
    // A POST may have been carried out.
    Scenario::new(Options { is_safe_method: false, ..options }).open().after(8000).is(ReadyState::Closed);
}

#[test]
fn extension_silence_is_a_break_and_comments_are_life() {
    let options = Options { idle_timeout: Some(10_000), ..options() };
    let scenario = Scenario::new(options)
        .announced()
        .after(9999)
        .chunk(":\n")
        .after(9999)
        .is(ReadyState::Open)
        .after(1)
        .sees_last("error IdleTimeout attempt 1 Some(3000) [Connecting]");
    // Asleep for an hour: on waking nobody waits for the timer.
    let mut scenario = scenario.after(3000).respond(OK);
    scenario.now += 3_600_000;
    scenario
        .input(Input::Wake)
        .sees_last("error IdleTimeout attempt 1 Some(0) [Connecting]")
        .after(0)
        .requested(&["", "", ""]);
}

#[test]
fn extension_what_is_not_read_is_no_silence() {
    let options = Options { idle_timeout: Some(10_000), ..options() };
    let scenario = Scenario::new(options).announced();
    let generation = scenario.generation();
    let held = scenario.input(Input::Hold(generation)).after(10_000).after(10_000);
    // What is read on counts from then.
    let read = held.input(Input::Release(generation)).after(9_999).is(ReadyState::Open).after(1);
    read.after(10_000).sees_last("error IdleTimeout attempt 1 Some(3000) [Connecting]");
}

#[test]
fn extension_as_told_everything_is_another_attempts_turn_when_the_driver_says() {
    let options = Options {
        reconnect: Reconnect::AsTold,
        judges_responses: true,
        limits: Limits { line: 10, ..Limits::default() },
        policy: Policy { jitter: Jitter::None, ..Policy::default() },
        ..Options::default()
    };
    let scenario = Scenario::new(options).open().respond(ResponseHead { status: 500, ..OK });
    let generation = scenario.generation();
    let scenario = scenario.input(Input::Reject(generation, "refused"));
    let scenario =
        scenario.sees_last("error Rejected attempt 1 Some(3000) [Connecting]").input(Input::Wait(70)).after(69);
    let scenario = scenario.requested(&[""]).after(1).requested(&["", ""]).respond(OK);
    let generation = scenario.generation();
    let scenario = scenario.input(Input::Accept(generation)).chunk("data: more than ten\n\n");
    let scenario = scenario.sees_last("error LineTooLong attempt 2 Some(6000) [Connecting]");
    // Not by a timer that has been replaced.
    scenario
        .input(Input::Wait(60_000))
        .after(50_000)
        .is(ReadyState::Connecting)
        .requested(&["", ""])
        .after(10_000)
        .requested(&["", "", ""]);
}

#[test]
fn an_attempt_has_the_reason_that_led_to_it() {
    let reason = |scenario: &Scenario| scenario.source.reason().name();
    let options = Options { authorizes: true, pauses_when_hidden: true, ..options() };
    let scenario = Scenario::new(options).open();
    assert_eq!(reason(&scenario), "start");
    let scenario = scenario.respond(ResponseHead { status: 401, ..OK });
    let accepted = Input::Accept(Generation(1));
    let scenario = scenario.input(accepted);
    assert_eq!(reason(&scenario), "unauthorized");
    let scenario = scenario.respond(OK).ends().after(3000);
    assert_eq!(reason(&scenario), "StreamEnded");
    let scenario = scenario.input(Input::Hidden).input(Input::Wake);
    assert_eq!(reason(&scenario), "resume");
    let scenario = scenario.input(Input::Reconnect);
    assert_eq!(reason(&scenario), "reconnect");
    let scenario = scenario.breaks("refused").after(3000);
    assert_eq!(reason(&scenario), "NetworkError");
}

#[test]
fn extension_silence_is_told_by_the_timer_whatever_the_clock_says() {
    // As where a test has replaced the host's timers, and not its clock: the clock stands still.
    let options = Options { idle_timeout: Some(1000), restarts_idle_timer: true, ..options() };
    let mut scenario = Scenario::new(options).announced();
    let generation = scenario.generation();
    scenario.timer = Some((400, generation));
    scenario = scenario.chunk(":\n");
    assert_eq!(scenario.timer, Some((1000, generation)), "anew from each chunk");
    scenario.timer = None;
    scenario.input(Input::Timer(generation)).sees_last("error IdleTimeout attempt 1 Some(3000) [Connecting]");
}

#[test]
fn extension_a_clock_that_is_set_back_is_no_silence() {
    let mut scenario = Scenario::new(Options { idle_timeout: Some(10_000), ..options() });
    scenario.now = 1_000_000;
    let mut scenario = scenario.announced();
    scenario.now = 500_000;
    scenario.input(Input::Wake).is(ReadyState::Open);
}

#[test]
fn extension_401_is_for_the_hook_once_per_chain() {
    let options = Options { authorizes: true, ..options() };
    let unauthorized = ResponseHead { status: 401, ..OK };
    let scenario = Scenario::new(options.clone()).open();
    let first = scenario.generation();
    let scenario = scenario.respond(unauthorized).sees(&["authorize [Connecting]"]);
    assert_eq!(scenario.connection, None);
    // What the abort makes of the fetch is not an answer.
    let scenario = scenario
        .input(Input::NetworkError(first, "aborted"))
        .is(ReadyState::Connecting)
        .input(Input::Accept(first))
        .requested(&["", ""])
        .respond(OK)
        .chunk("id: 1\ndata: x\n\n")
        .breaks("reset")
        .after(3000)
        .respond(unauthorized)
        .sees_last("authorize [Connecting]");
    let third = Generation(3);
    scenario.input(Input::Accept(third)).respond(unauthorized).is(ReadyState::Closed).requested(&["", "", "1", "1"]);
    Scenario::new(options)
        .open()
        .respond(unauthorized)
        .input(Input::Reject(first, "no token"))
        .is(ReadyState::Closed)
        .sees_last("close failed [Closed]");
}

#[test]
fn extension_a_hook_judges_responses() {
    let options = Options { judges_responses: true, ..options() };
    let odd = ResponseHead { status: 202, content_type: "text/plain", url: "http://localhost/", retry_after: 0 };
    let judged = || Scenario::new(options.clone()).open().respond(odd).sees(&["judge [Connecting]"]);
    let first = Generation(1);
    judged().input(Input::Accept(first)).sees_last("open http://localhost [Open]").chunk("data: x\n\n").ends();
    judged().input(Input::Reject(first, "No.")).sees_last("error Rejected attempt 1 Some(3000) [Connecting]");
    judged().input(Input::Futile(first, "Never.")).sees_last("close failed [Closed]");
    judged()
        .breaks("reset")
        .sees_last("error StreamBroken attempt 1 Some(3000) [Connecting]")
        .input(Input::Accept(first))
        .is(ReadyState::Connecting);
    Scenario::new(Options { reconnect: Reconnect::Never, ..options })
        .open()
        .respond(odd)
        .input(Input::Reject(first, "No."))
        .is(ReadyState::Closed);
}

#[test]
fn extension_a_request_that_could_not_be_made_is_made_again() {
    let made = Scenario::new(Options { is_safe_method: false, ..options() }).open();
    let first = made.generation();
    made.input(Input::Reject(first, "No token."))
        .sees(&["error Rejected attempt 1 Some(3000) [Connecting]"])
        .after(3000)
        .requested(&["", ""]);
}

#[test]
fn extension_offline_delays_an_attempt_and_never_forbids_it() {
    // The host says that there is no network, and may be wrong.
    let offline = || plain().announced().chunk("id: 4\n\n").input(Input::Offline).is(ReadyState::Open).breaks("reset");
    offline()
        .sees_last("error StreamBroken attempt 1 Some(30000) [Connecting]")
        .after(29_999)
        .input(Input::Wake)
        .requested(&[""])
        .after(1)
        .requested(&["", "4"])
        // Still offline: the next wait is as long.
        .breaks("refused")
        .sees_last("error NetworkError attempt 2 Some(30000) [Connecting]")
        .after(30_000)
        .requested(&["", "4", "4"]);
    offline().after(10).input(Input::Online).requested(&["", "4"]);
    // Offline while waiting: from the beginning of the wait on, however often the host says so.
    plain()
        .open()
        .breaks("refused")
        .after(1000)
        .input(Input::Offline)
        .after(28_000)
        .input(Input::Offline)
        .after(999)
        .requested(&[""])
        .after(1)
        .requested(&["", ""]);
    // A wait that is longer than that stays as long.
    let slow = Policy { base_ms: Some(60_000), ..options().policy };
    Scenario::new(Options { policy: slow, ..options() })
        .input(Input::Offline)
        .open()
        .requested(&[""])
        .breaks("refused")
        .sees_last("error NetworkError attempt 1 Some(60000) [Connecting]")
        .after(60_000)
        .requested(&["", ""]);
    // What is left of the server's wait is waited for.
    plain()
        .announced()
        .ends()
        .after(1000)
        .input(Input::Offline)
        .after(1500)
        .input(Input::Online)
        .after(499)
        .requested(&[""])
        .after(1)
        .requested(&["", ""]);
    // Hidden and offline: nothing is sent before the page is seen again, and then not at once.
    let pausing = Options { pauses_when_hidden: true, ..options() };
    let hidden = Scenario::new(pausing).announced().input(Input::Offline).input(Input::Hidden).after(100_000);
    hidden.requested(&[""]).input(Input::Wake).requested(&[""]).after(0).requested(&["", ""]);
}

#[test]
fn extension_a_hidden_page_pauses_what_it_can_resume() {
    let pausing = Options { pauses_when_hidden: true, ..options() };
    let post = Options { is_safe_method: false, ..pausing.clone() };
    for options in [pausing.clone(), post.clone()] {
        let paused = Scenario::new(options).announced().chunk("id: 4\ndata: x\n\n").input(Input::Hidden);
        assert_eq!((paused.connection, paused.timer), (None, None));
        paused
            .is(ReadyState::Connecting)
            .sees_last("message \"x\" id \"4\" [Open]")
            .after(100_000)
            .requested(&[""])
            .input(Input::Wake)
            .requested(&["", "4"]);
    }
    // What can't be resumed, or is not to be paused, is kept.
    Scenario::new(post).announced().input(Input::Hidden).is(ReadyState::Open);
    plain().announced().input(Input::Hidden).is(ReadyState::Open);
    // A page that is frozen would not come back with a connection.
    plain().announced().input(Input::Freeze).is(ReadyState::Connecting).input(Input::Wake).requested(&["", ""]);
    // Hidden from the start: nothing is sent yet.
    Scenario::new(pausing).input(Input::Hidden).open().requested(&[]).input(Input::Wake).requested(&[""]);
}

#[test]
fn extension_reconnect_drops_what_is_there_and_connects_now() {
    plain().input(Input::Reconnect).requested(&[]);
    plain().open().input(Input::Reconnect).requested(&["", ""]);
    plain().announced().chunk("id: 1\n\n").input(Input::Reconnect).is(ReadyState::Connecting).requested(&["", "1"]);
    plain()
        .open()
        .breaks("refused")
        .after(3000)
        .breaks("refused")
        .input(Input::Reconnect)
        .requested(&["", "", ""])
        .breaks("refused")
        .sees_last("error NetworkError attempt 1 Some(3000) [Connecting]");
    plain().open().input(Input::Close).input(Input::Reconnect).is(ReadyState::Closed).requested(&[""]);
    let one_shot = Options { is_one_shot: true, ..options() };
    Scenario::new(one_shot).announced().input(Input::Reconnect).is(ReadyState::Open).requested(&[""]);
}

#[test]
fn extension_a_stream_that_says_it_is_over_is_closed_as_ended() {
    plain().announced().input(Input::Finish).is(ReadyState::Closed).sees_last("close ended [Closed]");
}

#[test]
fn extension_a_body_that_can_be_read_only_once_is_not_sent_again() {
    let options = Options { is_one_shot: true, reconnect: Reconnect::Always, ..options() };
    let mut scenario = Scenario::new(options.clone()).announced();
    let generation = scenario.generation();
    scenario.source.handle(Input::NetworkError(generation, "reset"));
    let error = scenario.source.take_error().expect("an error");
    assert!(error.retry_in.is_none() && error.message.contains("only once"), "{error:?}");
    let unauthorized = ResponseHead { status: 401, ..OK };
    Scenario::new(Options { authorizes: true, ..options }).open().respond(unauthorized).is(ReadyState::Closed);
}
