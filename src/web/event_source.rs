//! A source as a stream of events.

use super::builder::Builder;
use super::page::Page;
use crate::event_source::{ConnectionError, ReadyState};
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use futures_core::Stream;
use wasm_bindgen::JsValue;

/// An event that the stream has dispatched (WHATWG HTML [§9.2.6]).
///
/// [§9.2.6]: https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `message` where the stream has named no other.
    pub event_type: String,
    /// The data, its lines joined by U+000A.
    pub data: String,
    /// The last event ID string as it was when the event was dispatched: where another request would go on.
    pub last_event_id: String,
    /// The origin of the URL that answered, serialised.
    pub origin: Rc<str>,
}

/// Why there is no source, or no more of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The platform takes no such request: nothing has been sent. The text is what it says.
    Request(String),
    /// The connection has failed, and there will be no further attempt. Failures that are followed by one are no errors of the stream:
    /// see [`EventSource::last_failure`].
    Connection(ConnectionError),
}

impl Error {
    /// What the platform has thrown.
    pub(super) fn request(thrown: JsValue) -> Self {
        Self::Request(sentence_of(&thrown))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(what) => write!(f, "fetch does not take this request: {what}"),
            Self::Connection(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Request(_) => None,
            Self::Connection(error) => Some(error),
        }
    }
}

/// What a thrown value says.
pub(super) fn sentence_of(thrown: &JsValue) -> String {
    let message = js_sys::Reflect::get(thrown, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| thrown.as_string()).unwrap_or_else(|| "no reason is given".to_string())
}

/// A source of events over the platform's `fetch`: a [`Stream`] of [`Event`]s that connects again, resumes and backs off as the machine
/// of [`event_source`](crate::event_source) says. Dropping it gives the request up.
///
/// The stream ends (`None`) when the source is closed: by [`close`](Self::close), or by the end of a response that is not to be repeated. It gives
/// one [`Error`], and then ends, where the connection has failed for good.
///
/// No more of the body is read while events wait to be taken, so that no more of them are kept than one chunk has brought.
///
/// ```no_run
/// use eventsource_wasm::web::{Error, EventSource};
/// use futures_util::StreamExt;
///
/// async fn answer(question: &str, token: &str) -> Result<String, Error> {
///     let mut source = EventSource::post("/v1/chat").header("authorization", token).body(question).open()?;
///     let mut answer = String::new();
///     while let Some(event) = source.next().await {
///         answer.push_str(&event?.data);
///     }
///     Ok(answer)
/// }
/// ```
#[derive(Debug)]
pub struct EventSource {
    page: Rc<Page>,
}

impl EventSource {
    /// A source that sends `GET` to this URL, which may be relative to the page's.
    pub fn get(url: &str) -> Builder {
        Builder::new("GET", url)
    }

    /// A source that sends `POST` to this URL, which may be relative to the page's. It is never sent twice by surprise: see
    /// [`Reconnect::Auto`](crate::event_source::Reconnect::Auto).
    pub fn post(url: &str) -> Builder {
        Builder::new("POST", url)
    }

    /// A source that sends this method, as it is written.
    pub fn request(method: &str, url: &str) -> Builder {
        Builder::new(method, url)
    }

    pub(super) fn open(page: Rc<Page>) -> Self {
        page.open();
        Self { page }
    }

    /// The ready state.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        self.page.machine.borrow().ready_state()
    }

    /// The last event ID string, across connections.
    #[must_use]
    pub fn last_event_id(&self) -> String {
        self.page.machine.borrow().last_event_id().into()
    }

    /// The last failure of the connection, whether it is followed by another attempt or not.
    #[must_use]
    pub fn last_failure(&self) -> Option<ConnectionError> {
        self.page.last_failure.borrow().clone()
    }

    /// Gives the request up; the stream ends. Events that have come and were not taken yet are still there.
    pub fn close(&self) {
        self.page.close();
    }

    /// `Extension:` drops what is open or waited for, and connects now.
    pub fn reconnect(&self) {
        self.page.reconnect();
    }
}

impl Stream for EventSource {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.page.poll_next(context)
    }
}

impl Drop for EventSource {
    fn drop(&mut self) {
        self.page.close();
    }
}
