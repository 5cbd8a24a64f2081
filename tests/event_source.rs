//! The connection, one scenario per transition, on a virtual clock.

use eventsource_wasm::event_source::{
    Action, CloseReason, ErrorKind, EventSource, Generation, Input, Options, ReadyState, Reconnect, ResponseHead,
    Transport, last_event_id_header,
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
                    assert_eq!(self.timer, None, "a connection while a timer runs");
                    self.connection = Some(generation);
                    self.requests.push(last_event_id_header(self.source.last_event_id()));
                }
                Action::Abort => self.connection = None,
                Action::StartTimer(generation, delay) => {
                    assert_eq!(self.timer.replace((self.now + u64::from(delay), generation)), None, "a second timer");
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

fn shown(item: Item<'_>) -> String {
    match item {
        Item::Event { event_type, data, last_event_id } => format!("{event_type} {data:?} id {last_event_id:?}"),
        Item::LastEventId(id) => format!("id {id:?}"),
        Item::Retry(time) => format!("retry {time}"),
        Item::Comment(text) => format!("comment {text:?}"),
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
fn a_get_without_a_response_is_tried_again_and_failures_are_counted_until_it_is_announced() {
    Scenario::get()
        .open()
        .breaks("refused")
        .after(3000)
        .breaks("refused")
        .after(3000)
        .respond(OK)
        .breaks("reset")
        .sees(&[
            "error NetworkError attempt 1 Some(3000) [Connecting]",
            "error NetworkError attempt 2 Some(3000) [Connecting]",
            "open https://example.com [Open]",
            "error StreamBroken attempt 1 Some(3000) [Connecting]",
        ]);
}

#[test]
fn retry_sets_the_reconnection_time_for_good() {
    let scenario = Scenario::get().announced().chunk("retry: 50\n\n").ends().after(50).requested(&["", ""]);
    assert_eq!(scenario.source.reconnection_time(), 50);
    scenario.respond(OK).ends().after(49).requested(&["", ""]).after(1).requested(&["", "", ""]);
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
    Scenario::get()
        .announced()
        .chunk("id: 7\ndata: x\n\n")
        .input(Input::Wake)
        .breaks("interrupted")
        .sees_last("error StreamBroken attempt 1 Some(0) [Connecting]")
        .after(0)
        .requested(&["", "7"])
        .breaks("again")
        .sees_last("error NetworkError attempt 2 Some(3000) [Connecting]");
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

#[test]
fn the_advice_is_the_transports() {
    for (transport, advice) in [(Transport::Fetch, "(CORS)?"), (Transport::RequestTask, "among the request domains?")] {
        let mut source = EventSource::new(URL, Options { transport, is_safe_method: true, ..Options::default() });
        source.handle(Input::Open);
        source.handle(Input::NetworkError(Generation(1), "reason"));
        let message = source.take_error().expect("an error").message;
        assert!(message.contains(advice) && message.contains("reason"), "{message}");
    }
}
