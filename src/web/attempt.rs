//! The road of one attempt to connect, from [`Action::Connect`] to the body (WHATWG HTML [§9.2.2], the constructor's steps 9 to 15, and
//! [§9.2.3], "reestablish the connection", step 5).
//!
//! Time passes at each `await`, and the source may be closed, be hidden or connect anew meanwhile. What then comes of this attempt belongs to
//! nobody: [`connect`] looks whether its generation is still the current one before it goes on.
//!
//! [`Action::Connect`]: crate::event_source::Action::Connect
//! [§9.2.2]: https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
//! [§9.2.3]: https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model

use crate::event_source::{Action, EventSource, Generation, Input, ResponseHead};
use alloc::string::String;
use core::cell::RefCell;

/// What is known of a response before its body is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    /// The status code; 0 where the response has none.
    pub(crate) status: u16,
    /// The value of `Content-Type`.
    pub(crate) content_type: String,
    /// Where redirects have led to; empty where the host does not tell.
    pub(crate) url: String,
    /// What `Retry-After` asks for, in milliseconds from now.
    pub(crate) retry_after: u32,
}

impl Head {
    fn borrowed(&self) -> ResponseHead<'_> {
        let Self { status, retry_after, .. } = *self;
        ResponseHead { status, content_type: &self.content_type, url: &self.url, retry_after }
    }
}

/// Why an attempt ends before its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure<R> {
    /// What the host's `fetch`, or a function of the caller's, was rejected with.
    Rejected(R),
    /// The source was closed, or connects anew: nobody waits for this attempt any more.
    Superseded,
}

impl<R> From<R> for Failure<R> {
    fn from(rejection: R) -> Self {
        Self::Rejected(rejection)
    }
}

/// An attempt, as whoever makes it carries out each of its steps.
pub(crate) trait Attempt {
    /// What is to be sent.
    type Request;
    /// What comes back.
    type Response;
    /// What the host, or a function of the caller's, is rejected with.
    type Rejection;

    /// The source's machine. It is borrowed for a moment only: never where the host runs.
    fn machine(&self) -> &RefCell<EventSource>;
    /// Which attempt of the source this is.
    fn generation(&self) -> Generation;
    /// Gives the machine an input, and performs what follows from it.
    fn handle(&self, input: Input<'_>);

    /// Asks the caller's functions, and makes a request of what they give.
    async fn request(&self) -> Result<Self::Request, Self::Rejection>;
    /// Sends the request; there is a response once its head has come.
    async fn send(&self, request: Self::Request) -> Result<Self::Response, Self::Rejection>;
    /// What the head says.
    fn head(&self, response: &Self::Response) -> Result<Head, Self::Rejection>;
    /// Remembers the response, for the events that tell of it.
    fn remember(&self, response: &Self::Response);
    /// Reads how the body of a response begins that is no event stream, for the error that tells of it.
    async fn read_refused(&self, response: &Self::Response);
    /// Asks the hook that [`Action::Judge`] or [`Action::Authorize`] stands for.
    async fn consult(&self, hook: Action, response: &Self::Response) -> Result<(), Self::Rejection>;
    /// Begins to read the body: its chunks and its end are given to the machine as they come, and not before this attempt goes on. `false` where
    /// there is nothing to read.
    fn read(&self, response: &Self::Response) -> Result<bool, Self::Rejection>;
    /// Gives up a response that nobody waits for.
    fn discard(&self, response: Self::Response);
    /// Tells the machine of a rejection.
    fn report(&self, rejection: Self::Rejection);
}

/// Makes the attempt, and tells the machine where it fails.
pub(crate) async fn attempt<A: Attempt>(attempt: &A) {
    if let Err(Failure::Rejected(rejection)) = connect(attempt).await {
        attempt.report(rejection);
    }
}

async fn connect<A: Attempt>(attempt: &A) -> Result<(), Failure<A::Rejection>> {
    expect_current(attempt)?;
    let request = attempt.request().await?;
    expect_current(attempt)?;
    let response = attempt.send(request).await?;
    if !is_current(attempt) {
        attempt.discard(response);
        return Ok(());
    }
    let head = attempt.head(&response)?;
    let answer = Input::Response(attempt.generation(), head.borrowed());
    let is_judged = attempt.machine().borrow().judges_responses();
    if !is_judged && !head.borrowed().is_event_stream() {
        attempt.read_refused(&response).await;
        expect_current(attempt)?;
    }
    attempt.remember(&response);
    if is_judged || !head.borrowed().is_event_stream() {
        attempt.handle(answer);
    } else {
        read(attempt, &response, answer)?;
    }
    let question = attempt.machine().borrow().question(attempt.generation());
    let Some(hook) = question else { return Ok(()) };
    // `Extension:` the machine has a question about the response, which a hook of the caller's answers.
    attempt.consult(hook, &response).await?;
    let content = Input::Accept(attempt.generation());
    if matches!(hook, Action::Authorize(_)) {
        attempt.handle(content);
        return Ok(());
    }
    expect_current(attempt)?;
    read(attempt, &response, content)
}

/// Hands the body to the reader, then gives the machine the input that opens the stream: hosts throw away what lies unread when a connection
/// breaks, and listeners may take their time.
fn read<A: Attempt>(attempt: &A, response: &A::Response, opening: Input<'_>) -> Result<(), Failure<A::Rejection>> {
    let has_body = attempt.read(response)?;
    attempt.handle(opening);
    if !has_body {
        attempt.handle(Input::EndOfBody(attempt.generation()));
    }
    Ok(())
}

fn expect_current<A: Attempt>(attempt: &A) -> Result<(), Failure<A::Rejection>> {
    if is_current(attempt) { Ok(()) } else { Err(Failure::Superseded) }
}

fn is_current<A: Attempt>(attempt: &A) -> bool {
    attempt.machine().borrow().is_current(attempt.generation())
}
