//! What an `error` event tells: what happened, with what, and what to do.

use super::{Options, Transport, origin};
use crate::event_stream::{StreamError, sentence};
use alloc::string::String;
use core::fmt;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There was no response.
    Network,
    /// There was no response, and there will be none: requests do not go to URLs of this scheme.
    Unanswerable,
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
    /// `Extension:` a hook of the caller's was not content.
    Rejected,
    /// `Extension:` no response for so many milliseconds.
    OpenTimeout(u32),
    /// `Extension:` nothing on the stream for so many milliseconds.
    IdleTimeout(u32),
    /// `Extension:` connecting again has failed as often as the policy allows; the status of the last response, 0 if that was not
    /// what failed.
    TooManyAttempts(u16),
    /// The stream went past a limit, or is not UTF-8.
    Stream(StreamError),
}

impl ErrorKind {
    /// A name that stays, which JS sees as `cause.name`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Network | Self::Unanswerable => "NetworkError",
            Self::Futile => "NotSupportedError",
            Self::Status(_) => "BadStatus",
            Self::ContentType => "BadContentType",
            Self::Ended => "StreamEnded",
            Self::Broken => "StreamBroken",
            Self::Rejected => "Rejected",
            Self::OpenTimeout(_) => "OpenTimeout",
            Self::IdleTimeout(_) => "IdleTimeout",
            Self::TooManyAttempts(_) => "TooManyAttempts",
            Self::Stream(error) => error.name(),
        }
    }

    /// The status of a response that was refused.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) | Self::TooManyAttempts(status) if status != 0 => Some(status),
            Self::ContentType => Some(200),
            _ => None,
        }
    }
}

/// What comes behind an error.
#[derive(Clone, Copy)]
pub(super) enum Next {
    /// Nothing.
    Nothing,
    /// Another attempt, in so many milliseconds.
    Attempt(u32),
    /// Nothing more, behind so many attempts.
    TooManyAttempts(u32),
    /// Nothing: there would be another attempt, but the request can't be repeated.
    OneShot,
}

/// The details of an `error` event. [`retry_in`](Self::retry_in) tells whether it is the last: it is not an end where that has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// One sentence for a person.
    pub message: String,
    /// Which failure in a row this is, from 1.
    pub attempt: u32,
    /// When the source will connect again, in milliseconds from now, at the earliest; nothing if it will not.
    pub retry_in: Option<u32>,
}

impl fmt::Display for ConnectionError {
    /// The [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for ConnectionError {}

impl ConnectionError {
    /// `reason` is what the host said, or the content type that was refused.
    pub(super) fn new(
        (mut kind, reason): (ErrorKind, &str),
        url: &str,
        options: &Options,
        attempt: u32,
        next: Next,
    ) -> Self {
        let template = match (kind, options.transport) {
            (ErrorKind::Network, Transport::Fetch) if is_cross_origin(url, &options.page_origin) => {
                "No response from @~. Is the server up, and does it allow this origin (CORS)?"
            }
            (ErrorKind::Network, Transport::Fetch) => "No response from @~. Is the server up?",
            (ErrorKind::Network, Transport::RequestTask) => {
                "No response from @~. Is the server up, and is its domain among the request domains?"
            }
            #[cfg(not(npm))]
            (ErrorKind::Network, Transport::Other) => "No response from @~. Is the server up?",
            (ErrorKind::Unanswerable, _) => {
                "No response from @~. There will be none: requests go to http: and https: URLs."
            }
            (ErrorKind::Futile | ErrorKind::Rejected | ErrorKind::TooManyAttempts(_), _) => "$",
            (ErrorKind::Status(204), _) => "@ answered with status 204, which asks clients to stop.",
            (ErrorKind::Status(_), _) => {
                "@ answered with status #, and an event stream needs 200. See the server's log."
            }
            (ErrorKind::ContentType, _) => {
                "@ answered with Content-Type \"$\", and an event stream needs text/event-stream. Set it on the server."
            }
            (ErrorKind::Ended, _) => "The stream of @ ended.",
            (ErrorKind::Broken, _) => "The stream of @ broke off~.",
            (ErrorKind::OpenTimeout(_), _) => "No response from @ within # ms.",
            (ErrorKind::IdleTimeout(_), _) => "Nothing on the stream of @ for # ms.",
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
        let number = match kind {
            ErrorKind::OpenTimeout(time) | ErrorKind::IdleTimeout(time) => time,
            _ => u32::from(kind.status().unwrap_or_default()),
        };
        let mut message = sentence(template, url, reason, number);
        let mut retry_in = None;
        let (template, number) = match next {
            Next::Nothing => ("", 0),
            Next::Attempt(time) => {
                retry_in = Some(time);
                (" Connecting again in # ms.", time)
            }
            Next::TooManyAttempts(attempts) => {
                kind = ErrorKind::TooManyAttempts(kind.status().unwrap_or_default());
                (" Given up: connected again # times in vain.", attempts)
            }
            Next::OneShot => (" The body can be read only once: give a function that makes it, to connect again.", 0),
        };
        message.push_str(&sentence(template, "", "", number));
        Self { kind, message, attempt, retry_in }
    }
}

/// Whether a page asks another origin than its own, so that the server has to allow it.
fn is_cross_origin(url: &str, page_origin: &str) -> bool {
    !page_origin.is_empty() && origin(url) != page_origin
}
