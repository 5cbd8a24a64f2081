//! A source in a world of its own: a virtual clock, a server that resumes, a host that is hidden, asleep or offline, and listeners
//! that call back. It knows by itself what must happen; where something else does, an invariant is violated.

use super::server::{Body, Mark, data_of, event_type_of};
use eventsource_wasm::event_source::{
    Action, CloseReason, ConnectionError, ErrorKind, EventSource, Generation, Input, Jitter, Options, Policy,
    ReadyState, Reconnect, ResponseHead,
};
use eventsource_wasm::event_stream::{Item, Limits};
use std::collections::BTreeSet;

const LONGEST_LINE: usize = 64;
const INITIAL_TIME: u32 = 3000;

/// What may happen. What can't at the moment changes nothing, so that any list of steps is a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Respond {
        status: u16,
        is_event_stream: bool,
        retry_after: u32,
    },
    Deliver(u16),
    /// A line that is too long.
    DeliverTooMuch,
    End,
    Break,
    /// Time passes, and a timer that is due goes off.
    Pass(u32),
    /// Time passes while the host sleeps: a timer goes off only later.
    Sleep(u32),
    Accept,
    Reject,
    Futile,
    /// Whoever takes the events is busy: nothing is read.
    Hold,
    Release,
    /// The driver says how long the wait is.
    Wait(u32),
    Wake,
    Online,
    Offline,
    Hidden,
    Freeze,
    Reconnect,
    Finish,
    Close,
    /// What comes late from an older connection.
    Late(u8),
    /// What comes twice, or too soon.
    Untimely(u8),
    /// A listener does this when it is called next.
    Listen(Moment, Call),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Open,
    Event,
    Error,
    Abort,
    Connect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Close,
    Reconnect,
    Finish,
}

#[derive(Debug)]
pub struct Violation {
    pub invariant: &'static str,
    pub detail: String,
}

type Checked = Result<(), Violation>;

fn holds(is_so: bool, invariant: &'static str, detail: impl FnOnce() -> String) -> Checked {
    if is_so { Ok(()) } else { Err(Violation { invariant, detail: detail() }) }
}

/// A wait: since when, how long, and whether it is the server's.
#[derive(Clone, Copy, Debug)]
struct Wait {
    since: u64,
    time: u32,
    is_servers: bool,
}

pub struct World {
    options: Options,
    source: EventSource,
    now: u64,
    step: Step,
    // What the driver knows.
    timer: Option<(u64, Generation)>,
    connection: Option<Generation>,
    hook: Option<Generation>,
    last_generation: Generation,
    // What the server knows.
    body: Body,
    has_response: bool,
    // What the page knows.
    state: ReadyState,
    seen: u64,
    listening: Option<(Moment, Call)>,
    // What must be so.
    last_event_id: u64,
    completed: Vec<u64>,
    reconnection_time: u32,
    opened_at: Option<u64>,
    heard_at: u64,
    has_events: bool,
    failures: u32,
    polls: u32,
    retry_after: u32,
    wait: Option<Wait>,
    is_in_doubt: bool,
    is_offline: bool,
    is_paused: bool,
    has_authorized: bool,
    is_authorizing: bool,
    is_authorized: bool,
    is_held: bool,
    /// Why the next attempt is made.
    reason: &'static str,
    /// What the last connection was lost to, until there is another.
    lost: Option<ErrorKind>,
    /// What a run has come to, to see that all of it is.
    pub happened: BTreeSet<&'static str>,
    may_connect: Option<&'static str>,
    connects: u32,
    steps: u32,
    has_slept: bool,
}

impl World {
    pub fn new(options: Options, start: u64) -> Self {
        let mut options = options;
        options.limits = Limits { line: LONGEST_LINE, ..Limits::default() };
        let last_event_id = options.last_event_id.parse().unwrap_or(0);
        let mut source = EventSource::new("https://example.com/", options.clone());
        // Where nothing of a line is skipped, any line that is too long fails, wherever the chunk before has cut it.
        *source.stream_mut() = std::mem::take(source.stream_mut()).with_comments().with_ignored();
        Self {
            source,
            now: start,
            step: Step::Pass(0),
            timer: None,
            connection: None,
            hook: None,
            last_generation: Generation(0),
            body: Body::default(),
            has_response: false,
            state: ReadyState::Connecting,
            seen: last_event_id,
            listening: None,
            last_event_id,
            completed: Vec::new(),
            reconnection_time: options.policy.base_ms.unwrap_or(INITIAL_TIME),
            opened_at: None,
            heard_at: start,
            has_events: false,
            failures: 0,
            polls: 0,
            retry_after: 0,
            wait: None,
            is_in_doubt: false,
            is_offline: false,
            is_paused: false,
            has_authorized: false,
            is_authorizing: false,
            is_authorized: false,
            is_held: false,
            reason: "start",
            lost: None,
            happened: BTreeSet::new(),
            may_connect: Some("the first"),
            connects: 0,
            steps: 0,
            has_slept: false,
            options,
        }
    }

    pub fn is_closed(&self) -> bool {
        self.state == ReadyState::Closed
    }

    pub fn open(&mut self) -> Checked {
        self.input(Input::Open)?;
        self.settled()
    }

    pub fn step(&mut self, step: Step) -> Checked {
        self.step = step;
        self.steps += 1;
        match step {
            Step::Listen(moment, call) => self.listening = Some((moment, call)),
            Step::Pass(time) => {
                self.now += u64::from(time);
                self.has_slept = false;
                // Where all waits are of no time, there is no end.
                for _ in 0..20 {
                    let Some((due, generation)) = self.timer else { break };
                    if due > self.now {
                        break;
                    }
                    self.timer = None;
                    if self.wait.is_some() {
                        self.may_connect = Some("the wait is over");
                    }
                    self.input(Input::Timer(generation))?;
                }
            }
            Step::Sleep(time) => {
                self.now += u64::from(time);
                self.has_slept = true;
            }
            Step::Late(what) => self.late(what)?,
            Step::Untimely(what) => self.untimely(what)?,
            _ => self.happen(step)?,
        }
        self.settled()
    }

    fn happen(&mut self, step: Step) -> Checked {
        let connection = self.connection;
        let is_judging = self.hook.is_some() && !self.is_authorizing;
        match (step, connection) {
            (Step::Respond { status, is_event_stream, retry_after }, Some(generation)) if !self.has_response => {
                self.has_response = true;
                self.retry_after = retry_after;
                let content_type = if is_event_stream { "text/event-stream" } else { "text/html" };
                self.input(Input::Response(generation, ResponseHead { status, content_type, url: "", retry_after }))
            }
            (Step::Deliver(len), Some(generation)) if self.opened_at.is_some() && !self.is_held => {
                let (chunk, marks) = self.body.deliver(usize::from(len));
                self.heard(&marks);
                if len.is_multiple_of(2) {
                    return self.input(Input::Chunk(generation, &chunk));
                }
                if let Some(room) = self.source.room(generation, chunk.len()) {
                    room.copy_from_slice(&chunk);
                }
                self.input(Input::Filled(generation, chunk.len()))
            }
            (Step::DeliverTooMuch, Some(generation)) if self.opened_at.is_some() && !self.is_held => {
                // Behind whole events, in one chunk.
                let (mut chunk, marks) = self.body.deliver(100);
                self.heard(&marks);
                chunk.extend_from_slice(&[b'x'; LONGEST_LINE + 1]);
                self.input(Input::Chunk(generation, &chunk))
            }
            (Step::Hold, Some(generation)) if self.opened_at.is_some() => {
                self.is_held = true;
                self.happened.insert("held");
                self.input(Input::Hold(generation))
            }
            (Step::Release, Some(generation)) if self.opened_at.is_some() && self.is_held => {
                self.is_held = false;
                self.heard_at = self.now;
                self.input(Input::Release(generation))
            }
            (Step::End, Some(generation)) if self.opened_at.is_some() && !self.is_held => {
                self.input(Input::EndOfBody(generation))
            }
            (Step::Break, Some(generation)) => self.input(Input::NetworkError(generation, "broken")),
            (Step::Futile, Some(generation)) => self.input(Input::Futile(generation, "futile")),
            (Step::Accept | Step::Reject, _) if self.hook.is_some() => {
                let generation = self.hook.take().unwrap_or_default();
                if step == Step::Accept {
                    self.is_authorized = !is_judging;
                    if !is_judging && self.is_paused {
                        self.is_authorizing = false;
                        self.wait = Some(Wait { since: self.now, time: 0, is_servers: false });
                    } else if !is_judging {
                        self.may_connect = Some("authorized");
                    }
                    self.input(Input::Accept(generation))
                } else {
                    self.input(Input::Reject(generation, "rejected"))
                }
            }
            // What makes the request has thrown.
            (Step::Reject, Some(generation)) if !self.has_response => self.input(Input::Reject(generation, "rejected")),
            (Step::Wait(time), _) if self.wait.is_some() => {
                self.wait = Some(Wait { since: self.now, time, is_servers: false });
                self.happened.insert("told to wait");
                self.input(Input::Wait(time))
            }
            (Step::Wake | Step::Online, _) => {
                let was = (step == Step::Wake).then_some(false);
                self.is_paused = was.unwrap_or(self.is_paused);
                self.is_offline &= step == Step::Wake;
                self.is_in_doubt |= self.connection.is_some();
                if self.wait.is_some_and(|wait| !wait.is_servers) && !self.is_paused && !self.is_offline {
                    self.may_connect = Some("woken");
                }
                self.input(if step == Step::Wake { Input::Wake } else { Input::Online })
            }
            (Step::Offline, _) => {
                self.is_offline = true;
                self.input(Input::Offline)
            }
            (Step::Hidden, _) => {
                self.is_paused |= self.options.pauses_when_hidden;
                self.input(Input::Hidden)
            }
            (Step::Freeze, _) => {
                self.is_paused = true;
                self.input(Input::Freeze)
            }
            (Step::Reconnect, _) => self.call(Call::Reconnect),
            (Step::Finish, _) => self.call(Call::Finish),
            (Step::Close, _) => self.call(Call::Close),
            _ => Ok(()),
        }
    }

    /// What anybody may call at any time, a listener too.
    fn call(&mut self, call: Call) -> Checked {
        let was_closed = self.source.ready_state() == ReadyState::Closed;
        match call {
            Call::Reconnect => {
                if !self.options.is_one_shot && !was_closed {
                    self.may_connect = Some("by hand");
                    self.reason = "reconnect";
                    self.failures = 0;
                    self.polls = 0;
                    self.has_authorized = false;
                    self.is_authorizing = false;
                    self.hook = None;
                    self.wait = None;
                }
                self.input(Input::Reconnect)?;
                holds(
                    was_closed || self.options.is_one_shot || self.is_closed() || self.connection.is_some(),
                    "reconnect connects at once",
                    || "no connection".into(),
                )
            }
            Call::Close | Call::Finish => {
                self.input(if call == Call::Close { Input::Close } else { Input::Finish })?;
                holds(was_closed || self.is_closed(), "close is at once", || "not closed".into())
            }
        }
    }

    fn heard(&mut self, marks: &[Mark]) {
        self.heard_at = self.now;
        self.is_in_doubt = false;
        for mark in marks {
            match *mark {
                Mark::Retry(time) => self.reconnection_time = time,
                Mark::Id(number) => self.last_event_id = number,
                Mark::Event(number) => {
                    self.has_events = true;
                    self.completed.push(number);
                }
            }
        }
    }

    fn late(&mut self, what: u8) -> Checked {
        let Some(older) = self.last_generation.0.checked_sub(1 + u32::from(what / 16)) else { return Ok(()) };
        let generation = Generation(older);
        let input = of_connection(what, generation);
        self.changes_nothing(input, "nothing from an old generation")?;
        holds(self.source.room(generation, 3).is_none(), "nothing from an old generation", || "room".into())
    }

    /// Of the present connection, but not to be expected of it now.
    fn untimely(&mut self, what: u8) -> Checked {
        let generation = self.last_generation;
        let is_waiting = self.wait.is_some() || self.is_closed();
        let input = of_connection(what, generation);
        let is_untimely = match input {
            Input::Timer(_) => self.timer.is_none(),
            Input::Accept(_) => self.hook.is_none(),
            Input::Reject(..) => is_waiting || self.opened_at.is_some(),
            Input::Response(..) | Input::NetworkError(..) => is_waiting || self.is_authorizing,
            Input::Futile(..) => is_waiting,
            // Chunks, and the end.
            _ => self.opened_at.is_none(),
        };
        if is_untimely { self.changes_nothing(input, "what is untimely changes nothing") } else { Ok(()) }
    }

    fn changes_nothing(&mut self, input: Input<'_>, invariant: &'static str) -> Checked {
        let before = (self.source.ready_state(), self.source.last_event_id().to_owned(), self.source.failures());
        self.source.handle(input);
        let action = self.source.next_action();
        let after = (self.source.ready_state(), self.source.last_event_id().to_owned(), self.source.failures());
        holds(action.is_none() && before == after, invariant, || {
            format!("{input:?}: {action:?}, {before:?}, {after:?}")
        })
    }

    fn input(&mut self, input: Input<'_>) -> Checked {
        self.source.set_clock(self.now as u32);
        self.source.handle(input);
        while let Some(action) = self.source.next_action() {
            self.perform(action)?;
        }
        Ok(())
    }

    fn perform(&mut self, action: Action) -> Checked {
        self.nothing_after_closed(action)?;
        match action {
            Action::Connect(generation) => self.connect(generation),
            Action::Abort => {
                self.abort();
                self.call_listener(Moment::Abort)
            }
            Action::StartTimer(generation, time) => {
                self.never_anothers_timer(generation)?;
                self.timer = Some((self.now + u64::from(time), generation));
                Ok(())
            }
            Action::StopTimer => {
                self.timer = None;
                Ok(())
            }
            Action::DispatchOpen => {
                holds(self.connection.is_some(), "an open source has a connection", || "open".into())?;
                self.state = ReadyState::Open;
                self.opened_at = Some(self.now);
                self.heard_at = self.now;
                self.is_held = false;
                self.has_events = false;
                self.has_authorized = false;
                self.call_listener(Moment::Open)
            }
            Action::DispatchEvents => self.dispatch_events(),
            Action::DispatchError => self.dispatch_error(),
            Action::DispatchClose(reason) => {
                self.state = ReadyState::Closed;
                self.wait = None;
                self.happened.insert(reason.name());
                self.closed_for_a_reason(reason)
            }
            Action::Judge(generation) => {
                holds(self.options.judges_responses, "hooks are asked where there are any", || "judge".into())?;
                self.hook = Some(generation);
                Ok(())
            }
            Action::Authorize(generation) => {
                let may = self.options.authorizes && !self.has_authorized && !self.options.is_one_shot;
                holds(may, "a hook sees to 401 once per chain", || "authorize".into())?;
                self.has_authorized = true;
                self.is_authorizing = true;
                self.reason = "unauthorized";
                self.hook = Some(generation);
                Ok(())
            }
        }
    }

    fn call_listener(&mut self, moment: Moment) -> Checked {
        match self.listening {
            Some((at, call)) if at == moment => {
                self.listening = None;
                self.happened.insert("called by a listener");
                self.call(call)
            }
            _ => Ok(()),
        }
    }

    fn connect(&mut self, generation: Generation) -> Checked {
        self.never_two_connections(generation)?;
        self.connects_only_when_due()?;
        self.a_request_is_repeated_only_under_its_rules()?;
        let header = self.source.last_event_id_header();
        let expected = if self.last_event_id == 0 { String::new() } else { self.last_event_id.to_string() };
        holds(header == expected, "a resume says where to go on", || format!("{header:?}, not {expected:?}"))?;
        let reason = self.source.reason().name();
        holds(reason == self.reason, "an attempt has the reason that led to it", || {
            format!("{reason}, not {}", self.reason)
        })?;
        self.connection = Some(generation);
        self.last_generation = generation;
        self.connects += 1;
        self.body = Body::after(self.last_event_id);
        self.has_response = false;
        self.opened_at = None;
        self.retry_after = 0;
        self.wait = None;
        self.is_in_doubt = false;
        self.is_authorizing = false;
        self.is_authorized = false;
        self.lost = None;
        self.hook = None;
        self.call_listener(Moment::Connect)
    }

    fn abort(&mut self) {
        if let Some(opened_at) = self.opened_at
            && self.is_paused
            && matches!(self.step, Step::Hidden | Step::Freeze)
            && self.now - opened_at >= u64::from(self.options.policy.stable_ms)
        {
            self.failures = 0;
            self.polls = 0;
        }
        if matches!(self.step, Step::Hidden | Step::Freeze) && self.connection.is_some() {
            self.wait = Some(Wait { since: self.now, time: 0, is_servers: false });
            self.reason = "resume";
        }
        self.connection = None;
        self.state = ReadyState::Connecting;
    }

    fn dispatch_events(&mut self) -> Checked {
        let items = self.items();
        for item in &items {
            if self.is_closed() {
                break;
            }
            let Some(Seen { event_type, data, last_event_id }) = item else { continue };
            self.a_complete_event_once_and_in_order(event_type, data, last_event_id)?;
            self.call_listener(Moment::Event)?;
            let is_there = self.is_closed() || self.items() == items;
            holds(is_there, "a batch stays as it is while listeners are at it", || format!("{items:?}"))?;
        }
        Ok(())
    }

    fn items(&self) -> Vec<Option<Seen>> {
        let mut items = Vec::new();
        self.source.stream().for_each_item(|item| {
            items.push(match item {
                Item::Event { event_type, data, last_event_id } => Some(Seen {
                    event_type: event_type.to_owned(),
                    data: data.to_owned(),
                    last_event_id: last_event_id.to_owned(),
                }),
                _ => None,
            });
        });
        items
    }

    fn dispatch_error(&mut self) -> Checked {
        let error = self.source.take_error();
        let Some(error) = error else {
            return holds(false, "an error has details", || format!("{:?}", self.step));
        };
        self.error_is_of_the_step(&error)?;
        self.lost = Some(error.kind);
        self.happened.insert(error.kind.name());
        let policy = &self.options.policy;
        let has_ended = error.kind == ErrorKind::Ended;
        let is_polled = has_ended && self.has_events && self.opened_at.is_some();
        let is_stable = self.opened_at.is_some_and(|at| self.now - at >= u64::from(policy.stable_ms));
        self.polls = if is_polled && !is_stable { self.polls + 1 } else { 0 };
        if is_stable || is_polled {
            self.failures = 0;
        }
        self.failures += 1;
        let failures = self.failures;
        holds(error.attempt == failures, "failures are counted until the stream was stable", || {
            format!("{}, not {failures}", error.attempt)
        })?;
        self.gives_up_when_the_policy_says_so(&error)?;
        self.opened_at = None;
        self.hook = None;
        self.is_authorizing = false;
        if let Some(time) = error.retry_in {
            self.reason = error.kind.name();
            let least = self.a_wait_is_within_policy(&error, time, is_polled)?;
            // What is told includes what being offline adds, and that may end.
            let time = if self.is_offline { least } else { time };
            let was_refused = matches!(error.kind, ErrorKind::Status(_) | ErrorKind::Rejected);
            let is_servers =
                has_ended || matches!(error.kind, ErrorKind::Status(_)) || was_refused && self.retry_after > 0;
            self.wait = Some(Wait { since: self.now, time, is_servers });
        }
        self.call_listener(Moment::Error)
    }

    /// Offline, a wait is at least as long as the policy lets a wait be.
    fn whole_wait(&self, wait: Wait) -> u32 {
        if self.is_offline { wait.time.max(self.options.policy.max_ms) } else { wait.time }
    }

    /// Behind a step, when all is done.
    fn settled(&mut self) -> Checked {
        self.may_connect = None;
        if self.connection.is_none() {
            self.opened_at = None;
        }
        self.all_complete_events_were_dispatched()?;
        self.last_event_id_is_what_the_stream_said()?;
        self.state_is_what_the_page_was_told()?;
        self.nothing_is_alive_after_closed()?;
        self.it_is_never_stuck()?;
        self.silence_is_noticed()
    }

    // The invariants.

    fn never_two_connections(&self, generation: Generation) -> Checked {
        let is_new = self.connection.is_none() && generation.0 > self.last_generation.0;
        holds(is_new, "never two connections alive", || format!("{generation:?} beside {:?}", self.connection))?;
        let is_its_own = self.timer.is_none_or(|(_, of)| of == generation);
        holds(is_its_own, "no wait goes on beside a connection", || format!("{:?}", self.timer))
    }

    fn never_anothers_timer(&self, generation: Generation) -> Checked {
        let is_its_own = self.timer.is_none_or(|(_, of)| of == generation);
        holds(is_its_own, "a timer replaces only its own connection's", || format!("{:?}", self.timer))
    }

    fn nothing_after_closed(&self, action: Action) -> Checked {
        holds(!self.is_closed(), "nothing after CLOSED", || format!("{action:?}"))
    }

    fn nothing_is_alive_after_closed(&self) -> Checked {
        let is_alive = self.connection.is_some() || self.timer.is_some();
        holds(!self.is_closed() || !is_alive, "nothing is alive after CLOSED", || {
            format!("{:?}, {:?}", self.connection, self.timer)
        })
    }

    fn a_complete_event_once_and_in_order(&mut self, event_type: &str, data: &str, last_event_id: &str) -> Checked {
        let next = self.completed.first().copied();
        let is_next = next.is_some_and(|number| {
            number > self.seen
                && last_event_id == number.to_string()
                && data == data_of(number)
                && event_type == event_type_of(number)
        });
        holds(is_next, "a complete event is dispatched exactly once, in order", || {
            format!("{event_type} {data:?} with ID {last_event_id:?}; {next:?} was to come behind {}", self.seen)
        })?;
        self.seen = self.completed.remove(0);
        self.happened.insert("event");
        Ok(())
    }

    fn all_complete_events_were_dispatched(&self) -> Checked {
        holds(
            self.is_closed() || self.completed.is_empty(),
            "a complete event is dispatched exactly once, in order",
            || format!("{:?} was not", self.completed),
        )
    }

    fn last_event_id_is_what_the_stream_said(&self) -> Checked {
        let expected = if self.last_event_id == 0 { String::new() } else { self.last_event_id.to_string() };
        holds(self.source.last_event_id() == expected, "the last event ID is what the stream said last", || {
            format!("{:?}, not {expected:?}", self.source.last_event_id())
        })
    }

    fn state_is_what_the_page_was_told(&self) -> Checked {
        holds(self.source.ready_state() == self.state, "the ready state is what the page was told", || {
            format!("{:?}, not {:?}", self.source.ready_state(), self.state)
        })
    }

    fn connects_only_when_due(&mut self) -> Checked {
        let Some(why) = self.may_connect else {
            return holds(false, "a connection has a cause", || format!("{:?}", self.step));
        };
        self.happened.insert(why);
        let is_called = why == "by hand";
        holds(is_called || !self.is_paused, "no attempt while paused", || why.into())?;
        holds(why != "woken" || !self.is_offline, "offline, nothing ends a wait before its time", || why.into())?;
        match self.wait {
            Some(wait) if why == "the wait is over" || wait.is_servers && !is_called => {
                holds(self.now - wait.since >= u64::from(self.whole_wait(wait)), "a wait is waited for", || {
                    format!("{wait:?}, {why}")
                })
            }
            _ => Ok(()),
        }
    }

    fn a_request_is_repeated_only_under_its_rules(&self) -> Checked {
        let invariant = "a request is repeated only under its rules";
        let is_free = self.connects == 0 || self.may_connect == Some("by hand");
        holds(self.connects == 0 || !self.options.is_one_shot, invariant, || "one shot".into())?;
        let can_resume = self.last_event_id > 0;
        let may = match (self.options.reconnect, self.lost) {
            (_, None) if self.is_authorized => true,
            (Reconnect::Never | Reconnect::Adopted, _) => false,
            // Where the caller has asked for it, the method doesn't matter.
            (_, Some(ErrorKind::Rejected)) => true,
            (_, Some(ErrorKind::Status(status))) => self.options.policy.statuses.contains(&status),
            (Reconnect::Always | Reconnect::AsTold, _) => true,
            (Reconnect::Auto, Some(ErrorKind::Ended)) => self.options.is_safe_method,
            // Broken off, too late, or paused.
            (Reconnect::Auto, _) => self.options.is_safe_method || can_resume,
        };
        holds(is_free || may, invariant, || format!("{:?} behind {:?}", self.may_connect, self.lost))
    }

    fn error_is_of_the_step(&self, error: &ConnectionError) -> Checked {
        let is_open = self.opened_at.is_some();
        let options = &self.options;
        let is_of_it = match (error.kind, self.step) {
            (ErrorKind::TooManyAttempts(_), _) => options.policy.max_attempts.is_some(),
            (ErrorKind::Network, Step::Break) => !self.has_response,
            (ErrorKind::Broken, Step::Break) => self.has_response,
            (ErrorKind::Ended, Step::End) => {
                is_open
                    && (options.is_safe_method || matches!(options.reconnect, Reconnect::Always | Reconnect::AsTold))
            }
            (ErrorKind::Status(status), Step::Respond { status: of_it, .. }) => status == of_it,
            (ErrorKind::Status(401), Step::Reject) => self.is_authorizing,
            (ErrorKind::ContentType, Step::Respond { is_event_stream, .. }) => !is_event_stream,
            (ErrorKind::Rejected, Step::Reject) => !is_open,
            (ErrorKind::Futile, Step::Futile) => true,
            (ErrorKind::OpenTimeout(time), Step::Pass(_)) => !self.has_response && options.open_timeout == Some(time),
            (ErrorKind::IdleTimeout(time), Step::Pass(_) | Step::Wake | Step::Online) => {
                is_open
                    && !self.is_held
                    && options.idle_timeout == Some(time)
                    && self.now - self.heard_at >= u64::from(time)
            }
            (ErrorKind::Stream(_), Step::DeliverTooMuch) => is_open,
            _ => false,
        };
        holds(is_of_it, "an error is of what has happened", || format!("{error:?}"))
    }

    fn gives_up_when_the_policy_says_so(&self, error: &ConnectionError) -> Checked {
        let most = self.options.policy.max_attempts.unwrap_or(u32::MAX);
        let has_given_up = matches!(error.kind, ErrorKind::TooManyAttempts(_));
        let is_right =
            if has_given_up { error.attempt > most } else { error.retry_in.is_none() || error.attempt <= most };
        holds(is_right, "it gives up behind as many attempts as the policy says", || format!("{error:?}"))?;
        let Some(status) = error.kind.status() else { return Ok(()) };
        let is_listed = self.options.policy.statuses.contains(&status);
        holds(error.retry_in.is_none() || is_listed, "a refusal is final unless its status is listed", || {
            format!("{error:?}")
        })
    }

    /// Gives the least that the wait may be where the host is online.
    fn a_wait_is_within_policy(&self, error: &ConnectionError, wait: u32, is_polled: bool) -> Result<u32, Violation> {
        let policy = &self.options.policy;
        let time = self.reconnection_time;
        let was_refused = matches!(error.kind, ErrorKind::Status(_) | ErrorKind::Rejected);
        let retry_after = if was_refused { self.retry_after } else { 0 };
        let is_servers =
            error.kind == ErrorKind::Ended || matches!(error.kind, ErrorKind::Status(_)) || retry_after > 0;
        let (count, max) =
            if is_polled { (self.polls, policy.max_ms.min(1000)) } else { (self.failures, policy.max_ms) };
        let mut longest = f64::from(time.max(100));
        for _ in 1..count {
            longest = (longest * f64::from(policy.factor_percent) / 100.0).min(1e9);
        }
        let longest = if count < 2 { time } else { time.max(max.min(longest as u32)) };
        let shortest = if policy.jitter == Jitter::None { longest } else { time };
        let expected = shortest.max(retry_after)..=longest.max(retry_after);
        let expected = if self.is_in_doubt && !is_servers { 0..=0 } else { expected };
        let (least, most) = expected.into_inner();
        let offline = if self.is_offline { policy.max_ms } else { 0 };
        let is_within = least.max(offline) <= wait && wait <= most.max(offline);
        holds(is_within, "every wait is within policy", || format!("{wait} of {least} to {most}: {error:?}"))?;
        Ok(least)
    }

    fn closed_for_a_reason(&self, reason: CloseReason) -> Checked {
        let is_called = |call| {
            matches!((self.step, call), (Step::Close, Call::Close) | (Step::Finish, Call::Finish))
                || self.listening.is_none()
        };
        let is_right = match reason {
            CloseReason::Closed => is_called(Call::Close),
            CloseReason::Ended => self.step == Step::End || is_called(Call::Finish),
            CloseReason::Failed => !matches!(self.step, Step::Close | Step::Finish),
        };
        holds(is_right, "a source is closed for a reason", || format!("{reason:?} by {:?}", self.step))
    }

    fn it_is_never_stuck(&self) -> Checked {
        let something_will_happen = self.connection.is_some()
            || self.timer.is_some()
            || self.is_authorizing
            || self.is_paused
            || self.is_closed();
        holds(something_will_happen, "something is always to come", || format!("{:?}", self.source.ready_state()))?;
        let has_timer_if = |is_set: bool, phase: bool| !is_set || !phase || self.timer.is_some();
        let is_fetching = self.connection.is_some() && !self.has_response;
        holds(
            has_timer_if(self.options.open_timeout.is_some(), is_fetching)
                && has_timer_if(self.options.idle_timeout.is_some(), self.opened_at.is_some()),
            "a timeout has a timer",
            || format!("{:?}", self.source.ready_state()),
        )
    }

    fn silence_is_noticed(&self) -> Checked {
        let is_due = !self.has_slept || matches!(self.step, Step::Wake | Step::Online);
        let silence = self.now - self.heard_at;
        let is_silent = self.options.idle_timeout.is_some_and(|time| silence >= u64::from(time));
        let is_ours = self.is_held;
        holds(!(is_due && is_silent && !is_ours && self.opened_at.is_some()), "silence is noticed", || {
            format!("{silence} ms")
        })
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Seen {
    event_type: String,
    data: String,
    last_event_id: String,
}

fn of_connection(what: u8, generation: Generation) -> Input<'static> {
    let head = ResponseHead { status: 200, content_type: "text/event-stream", url: "", retry_after: 0 };
    match what % 11 {
        0 => Input::Response(generation, head),
        1 => Input::NetworkError(generation, "late"),
        2 => Input::Futile(generation, "late"),
        3 => Input::Chunk(generation, b"id: 0\ndata: late\n\n"),
        4 => Input::Filled(generation, 0),
        5 => Input::EndOfBody(generation),
        6 => Input::Timer(generation),
        7 => Input::Accept(generation),
        8 => Input::Hold(generation),
        9 => Input::Release(generation),
        _ => Input::Reject(generation, "late"),
    }
}

/// A run, from numbers: random ones of a seed, or a fuzzer's.
pub struct Numbers<F: FnMut() -> u32>(pub F);

impl<F: FnMut() -> u32> Numbers<F> {
    fn below(&mut self, end: u32) -> u32 {
        (self.0)() % end
    }

    fn one_of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.below(these.len() as u32) as usize]
    }

    pub fn options(&mut self) -> Options {
        let start = self.below(4);
        Options {
            is_safe_method: self.below(3) > 0,
            reconnect: self.one_of(&[
                Reconnect::Auto,
                Reconnect::Auto,
                Reconnect::Auto,
                Reconnect::Always,
                Reconnect::AsTold,
                Reconnect::Never,
            ]),
            last_event_id: if start == 0 { "7".into() } else { String::new() },
            policy: Policy {
                base_ms: self.one_of(&[None, None, Some(0), Some(50), Some(10_000)]),
                max_ms: self.one_of(&[30_000, 30_000, 500, 0]),
                factor_percent: self.one_of(&[200, 200, 100, 150, 1000]),
                jitter: self.one_of(&[Jitter::Full, Jitter::None]),
                max_attempts: self.one_of(&[None, None, None, Some(3), Some(0), Some(10)]),
                stable_ms: self.one_of(&[5000, 0, 60_000]),
                statuses: self.one_of(&[&[][..], &[503, 429], &[500, 401, 503]]).to_vec(),
            },
            seed: self.below(u32::MAX),
            open_timeout: self.one_of(&[None, None, Some(8000), Some(0)]),
            idle_timeout: self.one_of(&[None, None, Some(15_000), Some(40)]),
            restarts_idle_timer: self.below(2) == 0,
            pauses_when_hidden: self.below(3) == 0,
            is_one_shot: self.below(12) == 0,
            judges_responses: self.below(4) == 0,
            authorizes: self.below(3) == 0,
            ..Options::default()
        }
    }

    pub fn step(&mut self) -> Step {
        match self.below(100) {
            0..=13 => {
                let status =
                    self.one_of(&[200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 503, 503, 429, 401, 500, 204]);
                let is_event_stream = self.below(40) > 0;
                Step::Respond { status, is_event_stream, retry_after: self.one_of(&[0, 0, 0, 2000, 120_000]) }
            }
            14..=40 => Step::Deliver(self.one_of(&[0, 1, 2, 7, 30, 41, 200, 1001])),
            41 => self.one_of(&[Step::DeliverTooMuch, Step::Deliver(99), Step::Deliver(50)]),
            42..=46 => Step::End,
            47..=52 => Step::Break,
            53 => self.one_of(&[Step::Hold, Step::Hold, Step::Release]),
            54 => Step::Release,
            55 => Step::Wait(self.one_of(&[0, 1, 1000, 60_000])),
            56..=67 => Step::Pass(self.one_of(&[0, 1, 39, 100, 3000, 3001, 6000, 30_000, 130_000])),
            68..=69 => Step::Sleep(self.one_of(&[50, 16_000, 3_600_000])),
            70..=76 => Step::Accept,
            77 => Step::Reject,
            78..=79 => Step::Wake,
            80..=81 => Step::Online,
            82 => Step::Offline,
            83 => Step::Hidden,
            84 => self.one_of(&[Step::Freeze, Step::Wake]),
            85 => Step::Reconnect,
            86 => self.one_of(&[Step::Close, Step::Finish, Step::Futile, Step::Wake, Step::Wake, Step::Online]),
            87..=91 => Step::Late(self.below(48) as u8),
            92..=96 => Step::Untimely(self.below(11) as u8),
            _ => {
                let moment = self.one_of(&[
                    Moment::Open,
                    Moment::Event,
                    Moment::Event,
                    Moment::Error,
                    Moment::Abort,
                    Moment::Connect,
                ]);
                let call = self.one_of(&[Call::Reconnect, Call::Reconnect, Call::Reconnect, Call::Close, Call::Finish]);
                Step::Listen(moment, call)
            }
        }
    }
}
