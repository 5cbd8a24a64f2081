//! The road of an attempt on a virtual host: every step that takes time settles when the test says so, and something else may happen to the
//! source before it does.

extern crate std;

use super::attempt::{Attempt, Head, attempt};
use crate::event_source::{Action, CloseReason, EventSource, Generation, Input, Options, ReadyState};
use core::cell::{Cell, RefCell};
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::borrow::ToOwned;
use std::format;
use std::rc::Rc;
use std::string::String;
use std::vec::Vec;

/// How a step that takes time settles.
type Settled = Result<(), &'static str>;

/// What the server and the caller's functions answer.
#[derive(Clone, Copy)]
struct Script {
    request: Settled,
    send: Settled,
    status: u16,
    content_type: &'static str,
    has_body: bool,
    body: Settled,
    hook: Settled,
}

const EVENT_STREAM: Script = Script {
    request: Ok(()),
    send: Ok(()),
    status: 200,
    content_type: "text/event-stream",
    has_body: true,
    body: Ok(()),
    hook: Ok(()),
};

struct VirtualHost {
    machine: Rc<RefCell<EventSource>>,
    generation: Generation,
    script: Script,
    /// How many steps the test has let settle.
    settled: Cell<usize>,
    /// How many steps have been waited for.
    asked: Cell<usize>,
    log: RefCell<Vec<String>>,
}

impl VirtualHost {
    /// A source that has just been told to connect, and its attempt.
    fn new(options: Options, script: Script) -> Self {
        let mut machine = EventSource::new("https://example.com/", options);
        machine.handle(Input::Open);
        let Some(Action::Connect(generation)) = machine.next_action() else { panic!("no attempt") };
        let machine = Rc::new(RefCell::new(machine));
        Self { machine, generation, script, settled: Cell::new(0), asked: Cell::new(0), log: RefCell::default() }
    }

    fn say(&self, what: impl Into<String>) {
        self.log.borrow_mut().push(what.into());
    }

    async fn step(&self, name: &str, result: Settled) -> Result<(), String> {
        self.say(name);
        let number = self.asked.get() + 1;
        self.asked.set(number);
        poll_fn(|_| if self.settled.get() >= number { Poll::Ready(()) } else { Poll::Pending }).await;
        result.map_err(ToOwned::to_owned)
    }
}

impl Attempt for VirtualHost {
    type Request = ();
    type Response = ();
    type Rejection = String;

    fn machine(&self) -> &RefCell<EventSource> {
        &self.machine
    }

    fn generation(&self) -> Generation {
        self.generation
    }

    fn handle(&self, input: Input<'_>) {
        self.machine.borrow_mut().handle(input);
        loop {
            let action = self.machine.borrow_mut().next_action();
            match action {
                None => return,
                Some(Action::DispatchOpen) => self.say("open"),
                Some(Action::DispatchError) => {
                    let error = self.machine.borrow_mut().take_error();
                    self.say(error.map_or("no error", |error| error.kind.name()));
                }
                Some(Action::DispatchClose(reason)) => self.say(reason.name()),
                Some(Action::Connect(_)) => self.say("connect"),
                Some(_) => {}
            }
        }
    }

    async fn request(&self) -> Result<(), String> {
        self.step("request", self.script.request).await
    }

    async fn send(&self, (): ()) -> Result<(), String> {
        self.step("send", self.script.send).await
    }

    fn head(&self, (): &()) -> Result<Head, String> {
        let Script { status, content_type, .. } = self.script;
        Ok(Head { status, content_type: content_type.to_owned(), ..Head::default() })
    }

    fn remember(&self, (): &()) {
        self.say("remember");
    }

    async fn read_refused(&self, (): &()) {
        let _ = self.step("read refused", Ok(())).await;
    }

    async fn consult(&self, hook: Action, (): &()) -> Result<(), String> {
        self.step(if matches!(hook, Action::Judge(_)) { "judge" } else { "authorize" }, self.script.hook).await
    }

    fn read(&self, (): &()) -> Result<bool, String> {
        self.say("read");
        self.script.body.map(|()| self.script.has_body).map_err(ToOwned::to_owned)
    }

    fn discard(&self, (): ()) {
        self.say("discard");
    }

    fn report(&self, rejection: String) {
        self.say(format!("rejected: {rejection}"));
        self.handle(Input::NetworkError(self.generation, &rejection));
    }
}

/// Runs the attempt; `interrupt` is given to the machine before the step of this number settles. What happened, and how it left the source.
fn run(options: Options, script: Script, interrupt: Option<(usize, Interrupt)>) -> (Vec<String>, ReadyState) {
    let host = VirtualHost::new(options, script);
    let mut road = pin!(attempt(&host));
    let mut context = Context::from_waker(Waker::noop());
    for number in 0.. {
        if let Some((at, interrupt)) = interrupt
            && at == number
        {
            host.say(interrupt.name());
            host.handle(interrupt.input());
        }
        host.settled.set(number);
        if road.as_mut().poll(&mut context).is_ready() {
            break;
        }
        assert!(number < 10, "the attempt never ends: {:?}", host.log.borrow());
    }
    let state = host.machine.borrow().ready_state();
    (host.log.take(), state)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Interrupt {
    Close,
    Reconnect,
    Freeze,
}

impl Interrupt {
    const ALL: [Self; 3] = [Self::Close, Self::Reconnect, Self::Freeze];

    fn name(self) -> &'static str {
        match self {
            Self::Close => "CLOSE",
            Self::Reconnect => "RECONNECT",
            Self::Freeze => "FREEZE",
        }
    }

    fn input(self) -> Input<'static> {
        match self {
            Self::Close => Input::Close,
            Self::Reconnect => Input::Reconnect,
            Self::Freeze => Input::Freeze,
        }
    }
}

fn get() -> Options {
    Options::for_method("GET")
}

fn judged() -> Options {
    Options { judges_responses: true, ..get() }
}

fn authorized() -> Options {
    Options { authorizes: true, ..get() }
}

/// Every way that an attempt may go, with the options that it takes.
fn scripts() -> Vec<(&'static str, Options, Script)> {
    [
        ("event stream", get(), EVENT_STREAM),
        ("empty", get(), Script { has_body: false, ..EVENT_STREAM }),
        ("no body", get(), Script { body: Err("no body"), ..EVENT_STREAM }),
        ("refused", get(), Script { status: 500, ..EVENT_STREAM }),
        ("wrong type", get(), Script { content_type: "text/html", ..EVENT_STREAM }),
        ("functions throw", get(), Script { request: Err("thrown"), ..EVENT_STREAM }),
        ("no response", get(), Script { send: Err("refused"), ..EVENT_STREAM }),
        ("judged", judged(), Script { status: 418, ..EVENT_STREAM }),
        ("judged, empty", judged(), Script { has_body: false, ..EVENT_STREAM }),
        ("judge throws", judged(), Script { hook: Err("thrown"), ..EVENT_STREAM }),
        ("authorized", authorized(), Script { status: 401, ..EVENT_STREAM }),
        ("authorize throws", authorized(), Script { status: 401, hook: Err("thrown"), ..EVENT_STREAM }),
    ]
    .into()
}

#[test]
fn reads_in_the_order_of_the_road() {
    let logs = scripts().into_iter().map(|(name, options, script)| (name, run(options, script, None)));
    let expected = [
        ("event stream", "request, send, remember, read, open", ReadyState::Open),
        ("empty", "request, send, remember, read, open, StreamEnded", ReadyState::Connecting),
        ("no body", "request, send, remember, read, rejected: no body, NetworkError", ReadyState::Connecting),
        ("refused", "request, send, read refused, remember, BadStatus, failed", ReadyState::Closed),
        ("wrong type", "request, send, read refused, remember, BadContentType, failed", ReadyState::Closed),
        ("functions throw", "request, rejected: thrown, NetworkError", ReadyState::Connecting),
        ("no response", "request, send, rejected: refused, NetworkError", ReadyState::Connecting),
        ("judged", "request, send, remember, judge, read, open", ReadyState::Open),
        ("judged, empty", "request, send, remember, judge, read, open, StreamEnded", ReadyState::Connecting),
        ("judge throws", "request, send, remember, judge, rejected: thrown, StreamBroken", ReadyState::Connecting),
        ("authorized", "request, send, read refused, remember, authorize, connect", ReadyState::Connecting),
        // What the hook throws has no meaning as a network error: the npm package reports it as a refusal.
        (
            "authorize throws",
            "request, send, read refused, remember, authorize, rejected: thrown",
            ReadyState::Connecting,
        ),
    ];
    for ((name, (log, state)), expected) in logs.zip(expected) {
        assert_eq!((name, log.join(", ").as_str(), state), expected);
    }
}

#[test]
fn what_comes_behind_an_interruption_is_nobodys() {
    for (name, options, script) in scripts() {
        let (whole, _) = run(options.clone(), script, None);
        for interrupt in Interrupt::ALL {
            for at in 0..4 {
                let (log, state) = run(options.clone(), script, Some((at, interrupt)));
                let told = || format!("{name}, {interrupt:?} before step {at} settles: {log:?}");
                let Some(cut) = log.iter().position(|said| said == interrupt.name()) else {
                    assert_eq!(log, whole, "{}", told());
                    continue;
                };
                let (before, after) = log.split_at(cut);
                assert_eq!(before, &whole[..before.len()], "{}", told());
                assert_after(interrupt, before, &after[1..], state, &told());
            }
        }
    }
}

/// What may follow an interruption: what the machine does by itself, the response given up, and a rejection that changes nothing.
fn assert_after(interrupt: Interrupt, before: &[String], after: &[String], state: ReadyState, told: &str) {
    let is_authorizing = before.last().is_some_and(|said| said == "authorize");
    let by_itself = match interrupt {
        Interrupt::Close => CloseReason::Closed.name(),
        Interrupt::Reconnect => "connect",
        // It had been given up already. The hook goes on, and the next attempt waits until the page is there again.
        Interrupt::Freeze => "",
    };
    let rest: Vec<&String> = after.iter().filter(|said| !said.is_empty() && **said != by_itself).collect();
    let is_nobodys = |said: &&String| *said == "discard" || said.starts_with("rejected: ");
    assert!(rest.iter().all(is_nobodys), "{told}");
    // The response that came too late was given up, once.
    let has_response =
        before.last().is_some_and(|said| said == "send") && !after.iter().any(|said| said.starts_with("rejected"));
    assert_eq!(rest.iter().filter(|said| **said == "discard").count(), usize::from(has_response), "{told}");
    let expected = if interrupt == Interrupt::Close { ReadyState::Closed } else { ReadyState::Connecting };
    assert!(state == expected || is_authorizing, "{told}");
}
