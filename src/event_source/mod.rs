//! The path of a connection (WHATWG HTML [§9.2.2] and [§9.2.3]), without I/O, clock or JS type.
//!
//! ```text
//!            Open             Response (Judge, Accept)
//!   ┌──────┐      ┌──────────┐      (announce)       ┌───────────┐
//!   │ Idle ├─────►│ Fetching ├──────────────────────►│ Streaming │◄─ Chunk
//!   └──────┘      └─▲──────┬─┘                       └─────┬─────┘
//!                   │      │ NetworkError, Timer           │ EndOfBody, NetworkError, Timer
//!              Timer│      ▼                               │
//!                 ┌─┴───────┐         (reestablish)        │
//!                 │ Waiting │◄─────────────────────────────┘
//!                 └─────────┘
//!   Waiting: Wake, Online ──► Fetching, at once; paused: held until then; offline: the wait is at least `max_ms` long
//!   Fetching ── Response: 401 ──► Authorizing ── Accept ──► Fetching, at once
//!   from anywhere: Reconnect ──► Fetching; Close, or what makes it futile to go on (fail) ──► Closed
//! ```
//!
//! There is one timer: of the response in Fetching, of silence in Streaming, of the wait in Waiting.
//!
//! The driver gives [`Input`]s to [`EventSource::handle`] and performs what [`EventSource::next_action`] returns, one by one,
//! with no borrow held: an action may run a listener that calls back.
//!
//! # A driver
//!
//! 1. Tell the clock ([`EventSource::set_clock`]) and give an input ([`EventSource::handle`]): [`Input::Open`] at first.
//! 2. Perform the actions until [`EventSource::next_action`] has none.
//! 3. Wait for what comes next: news of the connection, or the timer. Go to 1.
//!
//! Inputs about a connection carry the [`Generation`] that [`Action::Connect`] gave it. What comes late from a connection that was
//! aborted may be handed in all the same: it is dropped.
//!
//! This one's transport is fake: three responses that are there at once, and a clock that jumps. A real one, over sockets and
//! with threads, is `tests/rust-users/client.rs`.
//!
//! ```
//! use eventsource_wasm::event_source::{Action, EventSource, Input, Options, ResponseHead};
//! use eventsource_wasm::event_stream::Item;
//! use std::collections::VecDeque;
//!
//! let mut source = EventSource::new("https://example.com/news", Options::for_method("GET"));
//! let mut responses = VecDeque::from([
//!     (200, "retry: 10\nid: 1\ndata: one\n\ndata: cut o"),
//!     (200, "id: 2\ndata: two\n\n"),
//!     (204, ""),
//! ]);
//! let mut clock = 0;
//! let mut seen = Vec::new();
//! let mut inputs = VecDeque::from([Input::Open]);
//! while let Some(input) = inputs.pop_front() {
//!     source.set_clock(clock);
//!     source.handle(input);
//!     while let Some(action) = source.next_action() {
//!         match action {
//!             Action::Connect(generation) => {
//!                 seen.push(format!("GET, Last-Event-ID: {:?}", source.last_event_id()));
//!                 let (status, body) = responses.pop_front().expect("a response");
//!                 let head = ResponseHead { status, content_type: "text/event-stream", ..ResponseHead::default() };
//!                 inputs.push_back(Input::Response(generation, head));
//!                 inputs.push_back(Input::Chunk(generation, body.as_bytes()));
//!                 inputs.push_back(Input::EndOfBody(generation));
//!             }
//!             // Close the socket.
//!             Action::Abort => {}
//!             Action::StartTimer(generation, milliseconds) => {
//!                 clock += milliseconds;
//!                 inputs.push_back(Input::Timer(generation));
//!             }
//!             Action::StopTimer => {}
//!             Action::DispatchOpen => seen.push("open".to_owned()),
//!             Action::DispatchEvents => {
//!                 for item in source.stream().items() {
//!                     if let Item::Event { event_type, data, .. } = item {
//!                         seen.push(format!("{event_type}: {data}"));
//!                     }
//!                 }
//!             }
//!             Action::DispatchError => {
//!                 let error = source.take_error().expect("an error to tell");
//!                 seen.push(format!("{}, again: {}", error.kind.name(), error.retry_in.is_some()));
//!             }
//!             Action::DispatchClose(reason) => seen.push(reason.name().to_owned()),
//!             // Only where the options ask for them.
//!             Action::Judge(_) | Action::Authorize(_) => unreachable!(),
//!         }
//!     }
//! }
//! assert_eq!(
//!     seen,
//!     [
//!         "GET, Last-Event-ID: \"\"",
//!         "open",
//!         "message: one",
//!         "StreamEnded, again: true",
//!         "GET, Last-Event-ID: \"1\"",
//!         "open",
//!         "message: two",
//!         "StreamEnded, again: true",
//!         "GET, Last-Event-ID: \"2\"",
//!         // The server asks not to come again.
//!         "BadStatus, again: false",
//!         "failed",
//!     ],
//! );
//! ```
//!
//! # What the driver sees to
//!
//! - The request: method, headers, body. It has `Accept: text/event-stream`, no cache, and [`EventSource::last_event_id`] as `Last-Event-ID`
//!   unless that is empty: the value is the ID's UTF-8, `last_event_id().as_bytes()`. An ID with control characters can't be a header's value, and is
//!   left out of the request.
//! - Redirects; [`ResponseHead::url`] is where they led to.
//! - One timer, and a clock that goes on while the machine sleeps.
//! - To close from within [`Action::DispatchEvents`], leave the loop over the items and give [`Input::Close`].
//!
//! [§9.2.2]: https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
//! [§9.2.3]: https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model

#[doc(hidden)]
pub mod defaults;
mod error;
mod options;
mod reconnection;
mod request;
mod response;

pub use crate::boundary::{CloseReason, ReadyState};
pub use error::{ConnectionError, ErrorKind};
#[cfg(npm)]
pub(crate) use options::is_safe;
pub use options::{Jitter, Options, Policy, Reconnect, Transport};
pub use request::last_event_id_header;
pub use response::{ResponseHead, is_event_stream, origin};

use crate::event_stream::{EventStream, StreamError};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use error::Next;
use reconnection::Reconnection;
use request::{can_be_header, header_of};
use response::scheme;

/// Why an attempt to connect is made, as the caller's functions are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptReason {
    /// It is the first one.
    Start,
    /// The page or the mini program is there again, for which the connection had been given up.
    Resume,
    /// The `reconnect()` method was called.
    Reconnect,
    /// The hook has seen to status 401.
    Unauthorized,
    /// The attempt before it, or its stream, has ended like this.
    Failed(ErrorKind),
}

impl AttemptReason {
    /// What the caller's functions see as `reason`; of a failure, its [name](ErrorKind::name).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Resume => "resume",
            Self::Reconnect => "reconnect",
            Self::Unauthorized => "unauthorized",
            Self::Failed(kind) => kind.name(),
        }
    }
}

/// Numbers the connections of a source, from 1, so that what comes late from an older one is dropped. [`Action::Connect`] has the number,
/// and each [`Input`] about that connection gives it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub u32);

/// Where the connection is. [`ReadyState`] follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Fetching,
    /// A hook is told of status 401.
    Authorizing,
    /// A hook looks at the response.
    Judging,
    Streaming,
    Waiting,
    Closed,
}

/// What happens to a source. The texts are what the host's errors say: they become part of [`ConnectionError::message`].
///
/// An input that makes no sense at the moment, or is about an older connection, changes nothing.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The constructor has returned: connect.
    Open,
    /// `Extension:` the bytes are there already (`EventSource.fromReadableStream`): announce, and never reconnect.
    Adopt,
    /// A response's head, after redirects.
    Response(Generation, ResponseHead<'a>),
    /// There will be no response, or no more of its body. Where the body ended in its middle, it is this and not
    /// [`EndOfBody`](Self::EndOfBody).
    NetworkError(Generation, &'a str),
    /// There can be no connection, whatever the server says: the sentence says what to change.
    Futile(Generation, &'a str),
    /// A chunk of the response's body, decoded as `Content-Encoding` and `Transfer-Encoding` say, cut anywhere.
    Chunk(Generation, &'a [u8]),
    /// This many bytes have been written into [`EventSource::room`].
    Filled(Generation, usize),
    /// The body ended as it should.
    EndOfBody(Generation),
    /// The time that [`Action::StartTimer`] asked for is over, and what has come from the connection until then has been handed in. Where nothing
    /// has, that is silence, whatever the clock says.
    Timer(Generation),
    /// The page or the mini program is in the foreground again.
    Wake,
    /// The `close()` method.
    Close,
    /// `Extension:` the host says that there is no network. Some hosts are wrong about that (behind a VPN, in a virtual machine), so that the next
    /// attempt is delayed and never forbidden: it is made on [`Input::Online`], or when the wait has lasted [`Policy::max_ms`].
    Offline,
    /// `Extension:` the network is back.
    Online,
    /// `Extension:` the page or the mini program is hidden; [`Input::Wake`] when it is not any more.
    Hidden,
    /// `Extension:` the page is about to be frozen, and would not come back with a connection: hidden, whatever the option says.
    Freeze,
    /// `Extension:` the `reconnect()` method: drops what is open or waited for and connects now. No `error` is fired, since nothing has
    /// failed; failures are counted anew.
    Reconnect,
    /// `Extension:` the stream has said that it is over (`closeOn`): closed, as if it had ended for good.
    Finish,
    /// The hook of [`Action::Judge`] or [`Action::Authorize`] is content.
    Accept(Generation),
    /// `Extension:` whoever takes the events of this connection is busy, so that the driver reads no more of the body until
    /// [`Input::Release`]. A silence of ours is not one of the server's.
    Hold(Generation),
    /// `Extension:` the driver reads on.
    Release(Generation),
    /// `Extension:` how long the wait is that has begun, in milliseconds, in place of what the policy says. It is not the server's, so that
    /// waking ends it.
    Wait(u32),
    /// A hook or what makes the request has thrown, with a sentence that says so. Where it was to be fatal: [`Input::Futile`].
    Reject(Generation, &'a str),
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
            | Self::Timer(generation)
            | Self::Accept(generation)
            | Self::Hold(generation)
            | Self::Release(generation)
            | Self::Reject(generation, _) => Some(generation),
            _ => None,
        }
    }
}

/// What the driver is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Fetch, as this generation, with [`EventSource::last_event_id`] in the `Last-Event-ID` header unless it is empty.
    Connect(Generation),
    /// Give up the fetch, or the body, of all generations so far: the source is not [`ReadyState::Open`] any more.
    Abort,
    /// Send [`Input::Timer`] of this generation in so many milliseconds. A timer that is running already is replaced.
    StartTimer(Generation, u32),
    /// The timer is not needed any more.
    StopTimer,
    /// Fire `open`. Events have the origin [`EventSource::origin`] from now on.
    DispatchOpen,
    /// Dispatch what the chunk has completed: the [`items`](EventStream::items) of [`EventSource::stream`]. They are there until the next input.
    DispatchEvents,
    /// Fire `error`, with what [`EventSource::take_error`] tells.
    DispatchError,
    /// `Extension:` fire `close`: the source is [`ReadyState::Closed`] for good.
    DispatchClose(CloseReason),
    /// `Extension:` ask the hook about this generation's response; [`Input::Accept`] or [`Input::Reject`] when it has settled. What
    /// comes of the body is held back until then.
    Judge(Generation),
    /// `Extension:` let the hook see to the status 401 of this generation; [`Input::Accept`] or [`Input::Reject`] when it has settled.
    Authorize(Generation),
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
    /// Where the response of this connection came from, after redirects; empty until there is one, or where the host does not tell.
    answered_url: String,
    error: Option<ConnectionError>,
    actions: Vec<Action>,
    /// The wait is as the server wants it: waking doesn't shorten it.
    has_ended: bool,
    /// Woken, and nothing has been received since: the connection may have died in the background.
    is_in_doubt: bool,
    /// The stream has failed behind the events that are yet to be dispatched.
    pending_failure: Option<StreamError>,
    /// Of the host, in milliseconds since any moment; it wraps.
    clock: u32,
    opened_at: u32,
    heard_at: u32,
    /// A chunk has come since the timer was started.
    has_heard: bool,
    waits_since: u32,
    wait: u32,
    /// What the last response's `Retry-After` asks for.
    retry_after: u32,
    has_timer: bool,
    is_offline: bool,
    is_paused: bool,
    /// The hook has been asked about status 401 since the connection was last announced.
    has_authorized: bool,
    /// This stream has brought an event.
    has_events: bool,
    /// The driver does not read the body for now.
    is_held: bool,
    /// Why the next attempt is made, or the last one was.
    reason: AttemptReason,
}

impl EventSource {
    /// A source that has not yet connected: that takes [`Input::Open`]. The URL is absolute and serialised; it is used for origins and
    /// errors alone.
    #[must_use]
    pub fn new(url: &str, options: Options) -> Self {
        let mut stream = EventStream::new(options.limits, options.utf8);
        stream.set_last_event_id(&options.last_event_id);
        Self {
            url: url.to_owned(),
            phase: Phase::Idle,
            generation: Generation::default(),
            stream,
            reconnection: Reconnection::new(options.policy.base_ms, options.seed),
            origin: String::new(),
            answered_url: String::new(),
            error: None,
            has_ended: false,
            is_in_doubt: false,
            actions: Vec::new(),
            pending_failure: None,
            clock: 0,
            opened_at: 0,
            heard_at: 0,
            has_heard: false,
            waits_since: 0,
            wait: 0,
            retry_after: 0,
            has_timer: false,
            is_offline: false,
            is_paused: false,
            has_authorized: false,
            has_events: false,
            is_held: false,
            reason: AttemptReason::Start,
            options,
        }
    }

    /// The ready state.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        match self.phase {
            Phase::Streaming => ReadyState::Open,
            Phase::Closed => ReadyState::Closed,
            _ => ReadyState::Connecting,
        }
    }

    /// Where the next request goes, absolute and serialised: for origins and errors.
    pub fn set_url(&mut self, url: &str) {
        self.url = url.to_owned();
    }

    /// The last event ID string, across connections.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.stream.last_event_id()
    }

    /// The last event ID string as the `Last-Event-ID` header's value where that is a JavaScript string of `fetch`: one character for each byte.
    /// Clients in Rust send `last_event_id().as_bytes()`. Empty: no header, see [`last_event_id_header`].
    #[must_use]
    pub fn last_event_id_header(&self) -> String {
        header_of(self.stream.last_event_id_bytes())
    }

    /// Whether the last event ID can be the value of a header: it is not empty, and has no control characters.
    #[must_use]
    pub fn has_last_event_id_header(&self) -> bool {
        can_be_header(self.stream.last_event_id_bytes())
    }

    /// Why the attempt of [`Action::Connect`] is made.
    #[must_use]
    pub fn reason(&self) -> AttemptReason {
        self.reason
    }

    /// What the driver is to ask before this generation's connection goes on: [`Action::Judge`] or [`Action::Authorize`], for a driver that
    /// asks in the place where it has given the response.
    #[must_use]
    pub fn question(&self, generation: Generation) -> Option<Action> {
        match self.phase {
            _ if generation != self.generation => None,
            Phase::Judging => Some(Action::Judge(generation)),
            Phase::Authorizing => Some(Action::Authorize(generation)),
            _ => None,
        }
    }

    /// Whether a hook, and not the standard, says what is an event stream.
    #[must_use]
    pub fn judges_responses(&self) -> bool {
        self.options.judges_responses
    }

    /// The [reconnection time], in milliseconds: 3,000 until [`Policy::base_ms`] or a `retry` field says otherwise.
    ///
    /// [reconnection time]: https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time
    #[must_use]
    pub fn reconnection_time(&self) -> u32 {
        self.reconnection.time
    }

    /// How many failures in a row the next attempt follows.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.reconnection.failures
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
        matches!(self.phase, Phase::Fetching | Phase::Judging | Phase::Streaming) && generation == self.generation
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
            self.stream_failed(error);
        }
        if self.actions.is_empty() { None } else { Some(self.actions.remove(0)) }
    }

    /// Tells the host's clock: milliseconds since any moment, as it stands behind a sleep too, modulo 2³², such as
    /// `start.elapsed().as_millis() as u32`. Before each input; before chunks only where [`times_chunks`](Self::times_chunks) says so.
    pub fn set_clock(&mut self, now: u32) {
        self.clock = now;
    }

    /// Whether the clock is to be told before chunks too.
    #[must_use]
    pub fn times_chunks(&self) -> bool {
        self.options.idle_timeout.is_some()
    }

    /// How long ago that was; nothing where the clock has been set back.
    fn since(&self, then: u32) -> u32 {
        let elapsed = self.clock.wrapping_sub(then);
        if elapsed > u32::MAX / 2 { 0 } else { elapsed }
    }

    /// Takes an input in. What follows from it is behind [`next_action`](Self::next_action): perform all of that before the next input, unless
    /// it comes from what you perform (a listener that closes).
    pub fn handle(&mut self, input: Input<'_>) {
        // What comes late from an older connection changes nothing.
        if input.generation().is_some_and(|generation| generation != self.generation) {
            return;
        }
        match (self.phase, input) {
            (Phase::Closed, _) => {}
            (Phase::Streaming, Input::Chunk(_, bytes)) => {
                let result = self.stream.feed(bytes);
                self.interpreted(result);
            }
            (Phase::Streaming, Input::Filled(_, len)) => {
                let result = self.stream.filled(len);
                self.interpreted(result);
            }
            (Phase::Idle, Input::Open) => self.connect_unless_paused(),
            (Phase::Idle, Input::Adopt) => {
                self.options.reconnect = Reconnect::Adopted;
                self.announce_the_connection("null".to_owned());
            }
            (Phase::Fetching, Input::Response(_, head)) => self.check_the_response(head),
            // A mini program may tell the status behind the body.
            (Phase::Streaming, Input::Response(_, head)) if !self.options.judges_responses => {
                self.retry_after = head.retry_after;
                head.refusal().into_iter().for_each(|kind| self.refuse(kind, head.content_type));
            }
            (Phase::Judging, Input::Accept(_)) => {
                let origin = core::mem::take(&mut self.origin);
                self.announce_the_connection(origin);
            }
            (Phase::Authorizing, Input::Accept(_)) => self.connect_unless_paused(),
            (Phase::Authorizing, Input::Reject(_, reason)) => self.fail(ErrorKind::Status(401), reason),
            (Phase::Fetching | Phase::Judging, Input::Reject(_, what)) => {
                if self.options.reconnects_if_asked() {
                    self.reestablish_the_connection(ErrorKind::Rejected, what);
                } else {
                    self.fail(ErrorKind::Rejected, what);
                }
            }
            (Phase::Fetching, Input::NetworkError(_, reason)) => self.connection_broke(ErrorKind::Network, reason),
            (Phase::Judging | Phase::Streaming, Input::NetworkError(_, reason)) => {
                self.connection_broke(ErrorKind::Broken, reason);
            }
            (Phase::Fetching | Phase::Authorizing | Phase::Judging | Phase::Streaming, Input::Futile(_, what)) => {
                self.fail(ErrorKind::Futile, what);
            }
            (Phase::Streaming, Input::EndOfBody(_)) => self.end_of_body(),
            (Phase::Streaming, Input::Hold(_)) => self.is_held = true,
            (Phase::Streaming, Input::Release(_)) => {
                self.is_held = false;
                self.heard_at = self.clock;
                self.has_heard = true;
            }
            // One that was stopped in the meantime is not heard.
            (_, Input::Timer(_)) if self.has_timer => {
                self.has_timer = false;
                self.timer();
            }
            (_, Input::Offline) => {
                self.is_offline = true;
                self.go_on_waiting();
            }
            (_, Input::Online) => {
                self.is_offline = false;
                self.wake();
            }
            (_, Input::Wake) => {
                self.is_paused = false;
                self.wake();
            }
            (_, Input::Hidden) if self.options.pauses_when_hidden => self.pause(),
            (_, Input::Freeze) => self.pause(),
            (Phase::Waiting, Input::Wait(time)) => self.wait_for(time, false),
            (_, Input::Reconnect) => self.reconnect(),
            (_, Input::Finish) => self.close(CloseReason::Ended),
            (_, Input::Close) => self.close(CloseReason::Closed),
            // Not now.
            _ => {}
        }
    }

    fn connect_unless_paused(&mut self) {
        if self.is_paused {
            self.wait_for(0, false);
        } else {
            self.connect();
        }
    }

    /// §9.2.2, constructor, steps 9 – 15, and §9.2.3, "reestablish the connection", step 5: set the `Last-Event-ID` header and
    /// fetch.
    #[inline(never)]
    fn connect(&mut self) {
        self.generation.0 += 1;
        self.is_in_doubt = false;
        self.retry_after = 0;
        self.answered_url.clear();
        self.phase = Phase::Fetching;
        self.act(Action::Connect(self.generation));
        self.start_timer(self.options.open_timeout);
    }

    /// §9.2.2, `processEventSourceResponse`.
    fn check_the_response(&mut self, head: ResponseHead<'_>) {
        self.stop_timer();
        self.retry_after = head.retry_after;
        head.url.clone_into(&mut self.answered_url);
        if head.status == 401 && self.options.authorizes && !self.has_authorized && !self.options.is_one_shot {
            self.has_authorized = true;
            self.reason = AttemptReason::Unauthorized;
            self.phase = Phase::Authorizing;
            self.act(Action::Abort);
            self.act(Action::Authorize(self.generation));
            return;
        }
        let origin = origin(if head.url.is_empty() { self.url.as_str() } else { head.url });
        if self.options.judges_responses {
            self.phase = Phase::Judging;
            self.origin = origin;
            self.act(Action::Judge(self.generation));
            return;
        }
        match head.refusal() {
            Some(kind) => self.refuse(kind, head.content_type),
            None => self.announce_the_connection(origin),
        }
    }

    /// "Otherwise, if res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail." `Extension:` unless the
    /// policy lists the status.
    fn refuse(&mut self, kind: ErrorKind, content_type: &str) {
        match kind {
            ErrorKind::Status(status) if self.options.has_listed(status) && self.options.reconnects_if_asked() => {
                self.reestablish_the_connection(kind, content_type);
            }
            _ => self.fail(kind, content_type),
        }
    }

    /// §9.2.3, "announce the connection".
    #[inline(never)]
    fn announce_the_connection(&mut self, origin: String) {
        // What follows is a new stream, which goes on from the source's last event ID string. Not sooner: a listener that connects
        // again may be at an event of the old one's batch.
        self.stream.end();
        self.phase = Phase::Streaming;
        self.opened_at = self.clock;
        self.heard_at = self.clock;
        self.has_authorized = false;
        self.has_events = false;
        self.is_held = false;
        self.origin = origin;
        self.start_timer(self.options.idle_timeout);
        self.act(Action::DispatchOpen);
    }

    /// The chunk's events go out first; what the chunk did to the source is true before its first listener runs.
    fn interpreted(&mut self, result: Result<(), StreamError>) {
        self.is_in_doubt = false;
        self.heard_at = self.clock;
        self.has_heard = true;
        if self.options.restarts_idle_timer {
            self.start_timer(self.options.idle_timeout);
        }
        if !self.stream.batch().records().is_empty() {
            self.has_events |= self.stream.batch().has_events();
            if let Some(time) = self.stream.reconnection_time() {
                self.reconnection.time = time;
            }
            self.act(Action::DispatchEvents);
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
            self.set_error(ErrorKind::Ended, "", 1, Next::Nothing);
        }
        self.finish(CloseReason::Ended);
    }

    /// A network error: reestablish "unless the user agent knows that to be futile". `Extension:` a request that may not be
    /// repeated (a POST) is not, unless it can be resumed.
    #[inline(never)]
    fn connection_broke(&mut self, kind: ErrorKind, reason: &str) {
        if matches!(kind, ErrorKind::Network) && !self.may_ever_be_answered() {
            self.fail(ErrorKind::Unanswerable, reason);
        } else if self.can_resume() {
            self.reestablish_the_connection(kind, reason);
        } else {
            self.fail(kind, reason);
        }
    }

    /// Another attempt would meet it again, unless the driver knows better.
    fn stream_failed(&mut self, error: StreamError) {
        match self.options.reconnect {
            Reconnect::AsTold => self.reestablish_the_connection(ErrorKind::Stream(error), ""),
            _ => self.fail(ErrorKind::Stream(error), ""),
        }
    }

    /// What there is no response from now there will not be one from later, unless a network lies between: `ftp:`, `mailto:`, `about:`, a
    /// `blob:` that has been revoked. The page's own scheme may be one that an application shell (Electron, Tauri, Capacitor) serves. A
    /// driver in Rust knows by itself what it can reach.
    fn may_ever_be_answered(&self) -> bool {
        let (scheme, of_the_page) = (scheme(&self.url), scheme(&self.options.page_origin));
        !self.options.transport.is_the_platforms() || scheme == "http" || scheme == "https" || scheme == of_the_page
    }

    fn can_resume(&self) -> bool {
        self.options.reconnects_after_break(!self.stream.last_event_id_bytes().is_empty())
    }

    fn timer(&mut self) {
        match self.phase {
            Phase::Waiting => self.connect(),
            Phase::Fetching => {
                let time = self.options.open_timeout.unwrap_or_default();
                self.connection_broke(ErrorKind::OpenTimeout(time), "");
            }
            // To start the timer anew for each chunk takes longer than to look at the clock once the timer has gone off.
            Phase::Streaming if self.has_heard || self.is_held => self.check_for_silence(),
            Phase::Streaming => self.silence(),
            _ => {}
        }
    }

    /// The stream has been silent for too long.
    fn silence(&mut self) {
        let time = self.options.idle_timeout.unwrap_or_default();
        self.connection_broke(ErrorKind::IdleTimeout(time), "");
    }

    /// The host is there again, or its network.
    fn wake(&mut self) {
        match self.phase {
            // The server's wait goes on, and so does that of a host which still says that it is offline.
            Phase::Waiting if self.has_ended || self.is_offline => self.go_on_waiting(),
            Phase::Waiting if self.is_paused => {}
            Phase::Waiting => {
                self.stop_timer();
                self.connect();
            }
            Phase::Fetching | Phase::Judging => self.is_in_doubt = true,
            Phase::Streaming => {
                self.is_in_doubt = true;
                self.check_for_silence();
            }
            _ => {}
        }
    }

    /// By the clock: a chunk has come while the timer ran, or the host has slept, and its timers with it.
    fn check_for_silence(&mut self) {
        let Some(time) = self.options.idle_timeout else { return };
        if self.is_held {
            self.heard_at = self.clock;
        }
        match time.saturating_sub(self.since(self.heard_at)) {
            0 => self.silence(),
            rest => self.start_timer(Some(rest)),
        }
    }

    /// How long the wait is that has begun: offline, at least as long as the policy lets a wait be.
    fn whole_wait(&self) -> u32 {
        if self.is_offline { self.wait.max(self.options.policy.max_ms) } else { self.wait }
    }

    /// Sets the timer to what is left of the wait, which may have become longer or shorter; no timer while the source is paused.
    fn go_on_waiting(&mut self) {
        if self.phase != Phase::Waiting {
            return;
        }
        if self.is_paused {
            self.stop_timer();
        } else {
            self.start_timer(Some(self.whole_wait().saturating_sub(self.since(self.waits_since))));
        }
    }

    fn pause(&mut self) {
        self.is_paused = true;
        if matches!(self.phase, Phase::Fetching | Phase::Judging | Phase::Streaming)
            && self.can_resume()
            && !self.options.is_one_shot
        {
            self.leave_the_stream(false);
            self.pending_failure = None;
            self.reason = AttemptReason::Resume;
            self.stop_timer();
            self.act(Action::Abort);
            self.wait_for(0, false);
        }
        self.go_on_waiting();
    }

    fn reconnect(&mut self) {
        let has_request = self.options.reconnect != Reconnect::Adopted && !self.options.is_one_shot;
        if self.phase != Phase::Idle && has_request {
            self.drop_what_is_to_come();
            self.reconnection.succeeded();
            self.has_authorized = false;
            self.reason = AttemptReason::Reconnect;
            self.act(Action::Abort);
            self.connect();
        }
    }

    /// §9.2.3, "reestablish the connection".
    #[inline(never)]
    fn reestablish_the_connection(&mut self, kind: ErrorKind, reason: &str) {
        let is_polled = matches!(kind, ErrorKind::Ended) && self.has_events;
        self.leave_the_stream(is_polled);
        if self.options.is_one_shot {
            return self.give_up(kind, reason, Next::OneShot);
        }
        if let Some(most) = self.options.policy.max_attempts
            && self.reconnection.failures >= most
        {
            return self.give_up(kind, reason, Next::TooManyAttempts(most));
        }
        // 1. Set readyState to CONNECTING, fire `error`.
        self.reason = AttemptReason::Failed(kind);
        let attempt = self.reconnection.failed();
        let retry_after = match kind {
            ErrorKind::Status(_) | ErrorKind::Rejected => self.retry_after,
            _ => 0,
        };
        let has_ended = retry_after > 0 || matches!(kind, ErrorKind::Ended | ErrorKind::Status(_));
        let wait = self.reconnection.wait(&self.options.policy, is_polled).max(retry_after);
        // It broke while nobody was there, and only now are we told: there has been wait enough.
        let wait = if self.is_in_doubt && !has_ended { 0 } else { wait };
        self.stop_timer();
        self.act(Action::Abort);
        // 2. Wait a delay equal to the reconnection time of the event source.
        self.wait_for(wait, has_ended);
        self.set_error(kind, reason, attempt, Next::Attempt(self.whole_wait()));
        self.act(Action::DispatchError);
    }

    /// What the stream tells of the server, now that it is over.
    #[inline(never)]
    fn leave_the_stream(&mut self, is_polled: bool) {
        if self.phase != Phase::Streaming {
            return;
        }
        if self.clock.wrapping_sub(self.opened_at) >= self.options.policy.stable_ms {
            self.reconnection.succeeded();
        } else if is_polled {
            self.reconnection.polled();
        }
    }

    #[inline(never)]
    fn wait_for(&mut self, wait: u32, has_ended: bool) {
        self.phase = Phase::Waiting;
        self.wait = wait;
        self.waits_since = self.clock;
        self.has_ended = has_ended;
        self.go_on_waiting();
    }

    /// Not inlined, as what calls it in many places is not: sources are many, and their transitions few.
    #[inline(never)]
    fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    #[inline(never)]
    fn start_timer(&mut self, time: Option<u32>) {
        if let Some(time) = time {
            self.has_timer = true;
            self.has_heard = false;
            self.act(Action::StartTimer(self.generation, time));
        }
    }

    #[inline(never)]
    fn stop_timer(&mut self) {
        if self.has_timer {
            self.has_timer = false;
            self.act(Action::StopTimer);
        }
    }

    /// §9.2.3, "fail the connection": CLOSED, and no further attempt.
    #[inline(never)]
    fn fail(&mut self, kind: ErrorKind, reason: &str) {
        self.leave_the_stream(false);
        self.give_up(kind, reason, Next::Nothing);
    }

    fn give_up(&mut self, kind: ErrorKind, reason: &str, next: Next) {
        let attempt = self.reconnection.failed();
        self.set_error(kind, reason, attempt, next);
        self.finish(CloseReason::Failed);
    }

    /// §9.2.2, `close()`: "abort any instances of the fetch algorithm started for this EventSource object, and set the
    /// readyState attribute to CLOSED". Nothing that was yet to be dispatched is.
    fn close(&mut self, reason: CloseReason) {
        self.drop_what_is_to_come();
        self.finish(reason);
    }

    fn drop_what_is_to_come(&mut self) {
        self.actions.clear();
        self.error = None;
        self.pending_failure = None;
        // Whatever of it was among the actions.
        self.has_timer = false;
        self.act(Action::StopTimer);
    }

    /// CLOSED, for good; `error` fires before `close` if there is something to tell.
    #[inline(never)]
    fn finish(&mut self, reason: CloseReason) {
        self.phase = Phase::Closed;
        self.pending_failure = None;
        self.stream.end();
        self.stop_timer();
        self.act(Action::Abort);
        if self.error.is_some() {
            self.act(Action::DispatchError);
        }
        self.act(Action::DispatchClose(reason));
    }

    fn set_error(&mut self, kind: ErrorKind, reason: &str, attempt: u32, next: Next) {
        let has_answered = !self.answered_url.is_empty();
        let url = if has_answered { &self.answered_url } else { &self.url };
        self.error = Some(ConnectionError::new((kind, reason), url, &self.options, attempt, next));
    }
}
