//! What an `error` event tells: what happened, with what, and what to do.

use crate::event_stream::{StreamError, decimal};
use alloc::string::String;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There was no response.
    Network,
    /// The response's status is not 200.
    Status(u16),
    /// The response is not `text/event-stream`.
    ContentType,
    /// The stream ended; it is fetched again where that is allowed.
    Ended,
    /// The stream broke off.
    Broken,
    /// The stream went past a limit, or is not UTF-8.
    Stream(StreamError),
}

impl ErrorKind {
    /// The name that JS sees as `cause.name`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Network => "NetworkError",
            Self::Status(_) => "BadStatus",
            Self::ContentType => "BadContentType",
            Self::Ended => "StreamEnded",
            Self::Broken => "StreamBroken",
            Self::Stream(error) => error.name(),
        }
    }

    /// The status of a response that was refused.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(status),
            Self::ContentType => Some(200),
            _ => None,
        }
    }
}

/// The details of an `error` event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// One sentence for a person.
    pub message: String,
    /// Which failure in a row this is, from 1.
    pub attempt: u32,
    /// When the source will connect again, in milliseconds from now; nothing if it will not.
    pub retry_in: Option<u32>,
}

impl ConnectionError {
    /// `reason` is what the host said, or the content type that was refused.
    pub(super) fn new(kind: ErrorKind, url: &str, reason: &str, attempt: u32, retry_in: Option<u32>) -> Self {
        let mut message = String::new();
        // Put together by hand: `format!` would be the only thing to bring core::fmt into the wasm.
        let mut say = |texts: &[&str]| texts.iter().for_each(|text| message.push_str(text));
        let because = if reason.is_empty() { "" } else { ": " };
        match kind {
            ErrorKind::Network => {
                say(&[
                    "No response from ",
                    url,
                    because,
                    reason,
                    ". Is the server up, and does it allow this origin (CORS)?",
                ]);
            }
            ErrorKind::Status(204) => say(&[url, " answered with status 204, which asks clients to stop."]),
            ErrorKind::Status(status) => {
                let status = decimal(u32::from(status));
                say(&[
                    url,
                    " answered with status ",
                    &status,
                    ", and an event stream needs 200. See the server's log.",
                ]);
            }
            ErrorKind::ContentType => {
                let type_needed = "\", and an event stream needs text/event-stream. Set it on the server.";
                say(&[url, " answered with Content-Type \"", reason, type_needed]);
            }
            ErrorKind::Ended => say(&["The stream of ", url, " ended."]),
            ErrorKind::Broken => say(&["The stream of ", url, " broke off", because, reason, "."]),
            ErrorKind::Stream(error) => say(&[error.name(), ": ", &error.message(), " (", url, ")"]),
        }
        if let Some(retry_in) = retry_in {
            say(&[" Connecting again in ", &decimal(retry_in), " ms."]);
        }
        Self { kind, message, attempt, retry_in }
    }
}
