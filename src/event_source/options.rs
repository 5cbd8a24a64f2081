//! What a source was constructed with, as far as the machine decides by it.

use crate::event_stream::{Limits, Utf8Mode};
use alloc::string::String;

/// `Extension:` whether to connect again when a stream has ended or broken off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reconnect {
    /// GET and HEAD as the standard says. Another method is never repeated by surprise: its stream's end is the end, and a break
    /// is only mended where a last event ID says where to go on.
    #[default]
    Auto,
    /// As the standard says, whatever the method.
    Always,
    /// Never.
    Never,
    /// The bytes came from the caller: there is no request to repeat, and the end is an error, as in the standard's draft.
    Adopted,
}

/// Who carries requests out: what an error advises depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// The host's `fetch`, or the caller's.
    #[default]
    Fetch,
    /// A mini program's request, or what the caller gave in its place.
    RequestTask,
}

/// The options of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether the request's method is GET or HEAD.
    pub is_safe_method: bool,
    /// See [`Transport`].
    pub transport: Transport,
    /// See [`Reconnect`].
    pub reconnect: Reconnect,
    /// Where to start from.
    pub last_event_id: String,
    /// See [`Limits`].
    pub limits: Limits,
    /// See [`Utf8Mode`].
    pub utf8: Utf8Mode,
}

impl Options {
    pub(super) fn reconnects_after_end(&self) -> bool {
        match self.reconnect {
            Reconnect::Auto => self.is_safe_method,
            Reconnect::Always => true,
            Reconnect::Never | Reconnect::Adopted => false,
        }
    }

    pub(super) fn reconnects_after_break(&self, knows_where: bool) -> bool {
        match self.reconnect {
            Reconnect::Auto => self.is_safe_method || knows_where,
            Reconnect::Always => true,
            Reconnect::Never | Reconnect::Adopted => false,
        }
    }
}
