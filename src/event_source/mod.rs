//! The path of a connection (WHATWG HTML [§9.2.2] and [§9.2.3]), without I/O, clock or JS type.
//!
//! ```text
//!            Open             Response: 200, text/event-stream
//!   ┌──────┐      ┌──────────┐      (announce)       ┌───────────┐
//!   │ Idle ├─────►│ Fetching ├──────────────────────►│ Streaming │◄─ Chunk
//!   └──────┘      └─▲──────┬─┘                       └─────┬─────┘
//!                   │      │ NetworkError                  │ EndOfBody, NetworkError
//!              Timer│      ▼                               │
//!                 ┌─┴───────┐         (reestablish)        │
//!                 │ Waiting │◄─────────────────────────────┘
//!                 └─────────┘
//!   Waiting: Wake ──► Fetching, at once
//!   from anywhere: Close, or what makes it futile to go on (fail) ──► Closed
//! ```
//!
//! The driver gives [`Input`]s to [`EventSource::handle`] and performs what [`EventSource::next_action`] returns, one by one,
//! with no borrow held: an action may run a listener that calls back.
//!
//! [§9.2.2]: https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
//! [§9.2.3]: https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model

mod error;
mod options;
mod reconnection;
mod request;
mod response;

pub use error::{ConnectionError, ErrorKind};
pub use options::{Options, Reconnect, Transport};
pub use request::last_event_id_header;
pub use response::{ResponseHead, is_event_stream, origin};

use crate::event_stream::{EventStream, StreamError};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use reconnection::Reconnection;
use request::header_of;

/// The `readyState` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ReadyState {
    /// Not yet established, or closed and being reestablished.
    Connecting = 0,
    /// Open, dispatching events as they come.
    Open = 1,
    /// Closed; not going to connect again.
    Closed = 2,
}

/// Numbers the connections of a source, so that what comes late from an older one is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub u32);

/// Where the connection is. [`ReadyState`] follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Fetching,
    Streaming,
    Waiting,
    Closed,
}

/// What happens to a source. The texts are what the host's errors say.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The constructor has returned: connect.
    Open,
    /// `Extension:` the bytes are there already (`EventSource.fromReadableStream`): announce, and never reconnect.
    Adopt,
    /// A response's head, after redirects.
    Response(Generation, ResponseHead<'a>),
    /// There will be no response, or no more of its body.
    NetworkError(Generation, &'a str),
    /// There can be no connection, whatever the server says: the sentence says what to change.
    Futile(Generation, &'a str),
    /// A chunk of the response's body.
    Chunk(Generation, &'a [u8]),
    /// This many bytes have been written into [`EventSource::room`].
    Filled(Generation, usize),
    /// The body ended as it should.
    EndOfBody(Generation),
    /// The wait that [`Action::StartTimer`] asked for is over.
    Timer(Generation),
    /// The page or the mini program is in the foreground again, or the network is back.
    Wake,
    /// The `close()` method.
    Close,
}

impl Input<'_> {
    /// The connection that it is about; nothing where it is about the source.
    fn generation(&self) -> Option<Generation> {
        match *self {
            Self::Response(generation, _)
            | Self::NetworkError(generation, _)
            | Self::Futile(generation, _)
            | Self::Chunk(generation, _)
            | Self::Filled(generation, _)
            | Self::EndOfBody(generation)
            | Self::Timer(generation) => Some(generation),
            Self::Open | Self::Adopt | Self::Wake | Self::Close => None,
        }
    }
}

/// What the driver is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Fetch, as this generation, with [`EventSource::last_event_id`] in the `Last-Event-ID` header unless it is empty.
    Connect(Generation),
    /// Give up the fetch, or the body, of all generations so far.
    Abort,
    /// Send [`Input::Timer`] of this generation in so many milliseconds.
    StartTimer(Generation, u32),
    /// The timer is not needed any more.
    StopTimer,
    /// Fire `open`. Events have the origin [`EventSource::origin`] from now on.
    DispatchOpen,
    /// Dispatch what is in the stream's batch.
    DispatchEvents,
    /// Fire `error`, with what [`EventSource::take_error`] tells.
    DispatchError,
    /// `Extension:` fire `close`: the source is [`ReadyState::Closed`] for good.
    DispatchClose(CloseReason),
}

/// `Extension:` why a source is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// By `close()` or its signal.
    Closed,
    /// The stream ended, and the source was not to reconnect.
    Ended,
    /// The connection failed.
    Failed,
}

impl CloseReason {
    /// The value of the event's `reason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Ended => "ended",
            Self::Failed => "failed",
        }
    }
}

/// A source of events: one connection after another, as one state machine.
#[derive(Debug)]
pub struct EventSource {
    url: String,
    options: Options,
    phase: Phase,
    generation: Generation,
    stream: EventStream,
    reconnection: Reconnection,
    origin: String,
    error: Option<ConnectionError>,
    actions: Vec<Action>,
    /// The last stream's end was the server's, and so is the time until the next one: waking doesn't shorten it.
    has_ended: bool,
    /// Woken, and nothing has been received since: the connection may have died in the background.
    is_in_doubt: bool,
    /// The stream has failed behind the events that are yet to be dispatched.
    pending_failure: Option<StreamError>,
}

impl EventSource {
    /// A source that has not yet connected. The URL is absolute and serialised.
    #[must_use]
    pub fn new(url: &str, options: Options) -> Self {
        let mut stream = EventStream::new(options.limits, options.utf8);
        stream.set_last_event_id(&options.last_event_id);
        Self {
            url: url.to_owned(),
            phase: Phase::Idle,
            generation: Generation::default(),
            stream,
            reconnection: Reconnection::default(),
            origin: String::new(),
            error: None,
            has_ended: false,
            is_in_doubt: false,
            actions: Vec::new(),
            pending_failure: None,
            options,
        }
    }

    /// The ready state.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        match self.phase {
            Phase::Idle | Phase::Fetching | Phase::Waiting => ReadyState::Connecting,
            Phase::Streaming => ReadyState::Open,
            Phase::Closed => ReadyState::Closed,
        }
    }

    /// The last event ID string, across connections.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.stream.last_event_id()
    }

    /// The last event ID string as the `Last-Event-ID` header's value; empty: no header.
    #[must_use]
    pub fn last_event_id_header(&self) -> String {
        header_of(self.stream.last_event_id_bytes())
    }

    /// The reconnection time, in milliseconds.
    #[must_use]
    pub fn reconnection_time(&self) -> u32 {
        self.reconnection.time
    }

    /// The origin of the events: that of the final URL, `null` for an adopted stream.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What the `error` event tells that [`Action::DispatchError`] asks for.
    pub fn take_error(&mut self) -> Option<ConnectionError> {
        self.error.take()
    }

    /// Whether this generation's connection is the one that the source reads or waits for.
    #[must_use]
    pub fn is_current(&self, generation: Generation) -> bool {
        matches!(self.phase, Phase::Fetching | Phase::Streaming) && generation == self.generation
    }

    /// The stream, with the batch of the last chunk.
    #[must_use]
    pub fn stream(&self) -> &EventStream {
        &self.stream
    }

    /// The stream, to take its batch in UTF-16.
    pub fn stream_mut(&mut self) -> &mut EventStream {
        &mut self.stream
    }

    /// Room for a chunk of this generation; nothing if it came too late. Then [`Input::Filled`].
    pub fn room(&mut self, generation: Generation, len: usize) -> Option<&mut [u8]> {
        (self.phase == Phase::Streaming && generation == self.generation).then(|| self.stream.room(len))
    }

    /// What the driver is to do next, until there is nothing.
    pub fn next_action(&mut self) -> Option<Action> {
        if self.actions.is_empty()
            && let Some(error) = self.pending_failure.take()
        {
            self.fail(ErrorKind::Stream(error), "");
        }
        if self.actions.is_empty() { None } else { Some(self.actions.remove(0)) }
    }

    /// Takes an input in. What follows from it is behind [`next_action`](Self::next_action).
    pub fn handle(&mut self, input: Input<'_>) {
        // What comes late from an older connection changes nothing.
        if input.generation().is_some_and(|generation| generation != self.generation) {
            return;
        }
        match (self.phase, input) {
            (Phase::Idle, Input::Open) | (Phase::Waiting, Input::Timer(_)) => self.connect(),
            (Phase::Idle, Input::Adopt) => {
                self.options.reconnect = Reconnect::Adopted;
                self.announce_the_connection("null".to_owned());
            }
            (Phase::Fetching, Input::Response(_, head)) => self.check_the_response(head),
            // A mini program may tell the status behind the body.
            (Phase::Streaming, Input::Response(_, head)) => {
                if let Some(kind) = head.refusal() {
                    self.fail(kind, head.content_type);
                }
            }
            (Phase::Fetching, Input::NetworkError(_, reason)) => self.connection_broke(ErrorKind::Network, reason),
            (Phase::Streaming, Input::NetworkError(_, reason)) => self.connection_broke(ErrorKind::Broken, reason),
            (Phase::Fetching | Phase::Streaming, Input::Futile(_, what)) => self.fail(ErrorKind::Futile, what),
            (Phase::Streaming, Input::Chunk(_, bytes)) => {
                let result = self.stream.feed(bytes);
                self.interpreted(result);
            }
            (Phase::Streaming, Input::Filled(_, len)) => {
                let result = self.stream.filled(len);
                self.interpreted(result);
            }
            (Phase::Streaming, Input::EndOfBody(_)) => self.end_of_body(),
            (Phase::Waiting, Input::Wake) if !self.has_ended => {
                self.actions.push(Action::StopTimer);
                self.connect();
            }
            (Phase::Fetching | Phase::Streaming, Input::Wake) => self.is_in_doubt = true,
            (Phase::Idle | Phase::Fetching | Phase::Streaming | Phase::Waiting, Input::Close) => self.close(),
            // Not now, or after the end.
            _ => {}
        }
    }

    /// §9.2.2, constructor, steps 9 – 15, and §9.2.3, "reestablish the connection", step 5: set the `Last-Event-ID` header and
    /// fetch.
    fn connect(&mut self) {
        self.generation.0 += 1;
        self.is_in_doubt = false;
        self.phase = Phase::Fetching;
        self.actions.push(Action::Connect(self.generation));
    }

    /// §9.2.2, `processEventSourceResponse`.
    fn check_the_response(&mut self, head: ResponseHead<'_>) {
        let final_url = if head.url.is_empty() { self.url.as_str() } else { head.url };
        match head.refusal() {
            // "Otherwise, if res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail."
            Some(kind) => self.fail(kind, head.content_type),
            None => self.announce_the_connection(origin(final_url)),
        }
    }

    /// §9.2.3, "announce the connection".
    fn announce_the_connection(&mut self, origin: String) {
        self.phase = Phase::Streaming;
        self.reconnection.succeeded();
        self.origin = origin;
        self.actions.push(Action::DispatchOpen);
    }

    /// The chunk's events go out first; what the chunk did to the source is true before its first listener runs.
    fn interpreted(&mut self, result: Result<(), StreamError>) {
        self.is_in_doubt = false;
        if !self.stream.batch().records().is_empty() {
            if let Some(time) = self.stream.reconnection_time() {
                self.reconnection.time = time;
            }
            self.actions.push(Action::DispatchEvents);
        }
        self.pending_failure = result.err();
    }

    /// §9.2.2, `processEventSourceEndOfBody`: "if res is not a network error, then reestablish the connection".
    fn end_of_body(&mut self) {
        if self.options.reconnects_after_end() {
            self.reestablish_the_connection(ErrorKind::Ended, "");
            return;
        }
        if self.options.reconnect == Reconnect::Adopted {
            self.set_error(ErrorKind::Ended, "", 1, None);
        }
        self.finish(CloseReason::Ended);
    }

    /// A network error: reestablish "unless the user agent knows that to be futile". `Extension:` a request that may not be
    /// repeated (a POST) is not, unless it can be resumed.
    fn connection_broke(&mut self, kind: ErrorKind, reason: &str) {
        if self.options.reconnects_after_break(!self.stream.last_event_id_bytes().is_empty()) {
            self.reestablish_the_connection(kind, reason);
        } else {
            self.fail(kind, reason);
        }
    }

    /// §9.2.3, "reestablish the connection".
    fn reestablish_the_connection(&mut self, kind: ErrorKind, reason: &str) {
        // 1. Set readyState to CONNECTING, fire `error`.
        self.phase = Phase::Waiting;
        // The next body is a new stream, which goes on from the source's last event ID string.
        self.stream.end();
        self.has_ended = kind == ErrorKind::Ended;
        let (attempt, reconnection_time) = self.reconnection.failed();
        // It broke while nobody was there, and only now are we told: there has been wait enough.
        let retry_in = if self.is_in_doubt && !self.has_ended { 0 } else { reconnection_time };
        self.set_error(kind, reason, attempt, Some(retry_in));
        // 2. Wait a delay equal to the reconnection time of the event source.
        self.actions.push(Action::Abort);
        self.actions.push(Action::DispatchError);
        self.actions.push(Action::StartTimer(self.generation, retry_in));
    }

    /// §9.2.3, "fail the connection": CLOSED, and no further attempt.
    fn fail(&mut self, kind: ErrorKind, reason: &str) {
        let (attempt, _) = self.reconnection.failed();
        self.set_error(kind, reason, attempt, None);
        self.finish(CloseReason::Failed);
    }

    /// §9.2.2, `close()`: "abort any instances of the fetch algorithm started for this EventSource object, and set the
    /// readyState attribute to CLOSED". Nothing that was yet to be dispatched is.
    fn close(&mut self) {
        self.actions.clear();
        self.error = None;
        self.finish(CloseReason::Closed);
    }

    /// CLOSED, for good; `error` fires before `close` if there is something to tell.
    fn finish(&mut self, reason: CloseReason) {
        self.phase = Phase::Closed;
        self.pending_failure = None;
        self.stream.end();
        self.actions.push(Action::StopTimer);
        self.actions.push(Action::Abort);
        if self.error.is_some() {
            self.actions.push(Action::DispatchError);
        }
        self.actions.push(Action::DispatchClose(reason));
    }

    fn set_error(&mut self, kind: ErrorKind, reason: &str, attempt: u32, retry_in: Option<u32>) {
        let transport = self.options.transport;
        self.error = Some(ConnectionError::new((kind, reason), &self.url, transport, attempt, retry_in));
    }
}
