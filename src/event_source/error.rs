//! What an `error` event tells: what happened, with what, and what to do.

use super::Transport;
use crate::event_stream::{StreamError, sentence};
use alloc::string::String;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There was no response.
    Network,
    /// There can be no connection: the host's request can't stream.
    Futile,
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
            Self::Futile => "NotSupportedError",
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
    pub(super) fn new(
        (kind, reason): (ErrorKind, &str),
        url: &str,
        transport: Transport,
        attempt: u32,
        retry_in: Option<u32>,
    ) -> Self {
        let template = match (kind, transport) {
            (ErrorKind::Network, Transport::Fetch) => {
                "No response from @~. Is the server up, and does it allow this origin (CORS)?"
            }
            (ErrorKind::Network, Transport::RequestTask) => {
                "No response from @~. Is the server up, and is its domain among the request domains?"
            }
            (ErrorKind::Futile, _) => "$",
            (ErrorKind::Status(204), _) => "@ answered with status 204, which asks clients to stop.",
            (ErrorKind::Status(_), _) => {
                "@ answered with status #, and an event stream needs 200. See the server's log."
            }
            (ErrorKind::ContentType, _) => {
                "@ answered with Content-Type \"$\", and an event stream needs text/event-stream. Set it on the server."
            }
            (ErrorKind::Ended, _) => "The stream of @ ended.",
            (ErrorKind::Broken, _) => "The stream of @ broke off~.",
            (ErrorKind::Stream(_), _) => "$ (@)",
        };
        let message_of_stream;
        let reason = match kind {
            ErrorKind::Stream(error) => {
                message_of_stream = error.named_message();
                &message_of_stream
            }
            _ => reason,
        };
        let mut message = sentence(template, url, reason, u32::from(kind.status().unwrap_or_default()));
        if let Some(retry_in) = retry_in {
            message.push_str(&sentence(" Connecting again in # ms.", "", "", retry_in));
        }
        Self { kind, message, attempt, retry_in }
    }
}
