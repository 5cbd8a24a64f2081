//! What a source was constructed with, as far as the machine decides by it.

use super::defaults;
use crate::event_stream::{Limits, Utf8Mode};
use alloc::string::String;
use alloc::vec::Vec;

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
    /// As the driver says, whatever has failed and whatever the method: it is told of each failure and of each end, and answers by
    /// [`Input::Wait`](super::Input::Wait) or [`Input::Close`](super::Input::Close). Only what is futile is not asked about.
    AsTold,
    /// The bytes came from the caller: there is no request to repeat, and the end is an error, as in the standard's draft.
    Adopted,
}

/// Who carries requests out: what an error advises depends on it, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// A page's or Node's `fetch`, or the caller's.
    #[cfg_attr(npm, default)]
    Fetch,
    /// A mini program's request, or what the caller gave in its place.
    RequestTask,
    /// A client of your own, in Rust. The default; not there where the npm package is made.
    #[cfg(not(npm))]
    #[default]
    Other,
}

impl Transport {
    /// Whether what carries requests out is a host of JavaScript.
    pub(super) const fn is_the_platforms(self) -> bool {
        matches!(self, Self::Fetch | Self::RequestTask)
    }
}

/// `Extension:` how waits are spread, so that the clients of a server that was away don't come back in one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jitter {
    /// Not at all: each wait is the longest that the policy allows.
    None,
    /// Evenly, from the reconnection time to the longest that the policy allows.
    #[default]
    Full,
}

/// `Extension:` how long to wait before connecting again, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The reconnection time until the stream sets one, in milliseconds; `None`, the default, is 3,000.
    pub base_ms: Option<u32>,
    /// The longest wait, in milliseconds, where the reconnection time is not longer. 30,000 by default. While the host says that it is
    /// offline, the least wait too.
    pub max_ms: u32,
    /// By how much the longest wait grows with each failure in a row: 200, the default, doubles it. Less than 100 counts as that.
    pub factor_percent: u32,
    /// See [`Jitter`]: full by default.
    pub jitter: Jitter,
    /// How often in a row to connect again in vain before the connection is failed. `None`, the default: for ever.
    pub max_attempts: Option<u32>,
    /// How long a stream must have been open for failures to be counted anew, in milliseconds. 5,000 by default.
    pub stable_ms: u32,
    /// The statuses behind which to connect again, whatever the method; by the standard, and by default, there are none.
    pub statuses: Vec<u16>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            base_ms: None,
            max_ms: defaults::MAX_MS,
            factor_percent: defaults::FACTOR_PERCENT,
            jitter: Jitter::Full,
            max_attempts: None,
            stable_ms: defaults::STABLE_MS,
            statuses: Vec::new(),
        }
    }
}

/// The options of a source. The default is that of a POST: see [`is_safe_method`](Self::is_safe_method).
///
/// ```
/// use eventsource_wasm::event_source::{Options, Policy};
///
/// let options = Options {
///     idle_timeout: Some(60_000),
///     policy: Policy { max_attempts: Some(10), statuses: vec![429, 503], ..Policy::default() },
///     seed: std::process::id(),
///     ..Options::for_method("GET")
/// };
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether the request's method is GET or HEAD, which may be repeated: `false` by default, as for a POST.
    pub is_safe_method: bool,
    /// See [`Transport`].
    pub transport: Transport,
    /// The origin of the page or worker that asks, serialised; empty, the default, where there is none. An error advises to look at CORS only
    /// where a page asks another origin.
    pub page_origin: String,
    /// See [`Reconnect`].
    pub reconnect: Reconnect,
    /// See [`Policy`].
    pub policy: Policy,
    /// What the waits' randomness starts from. Give each source another number: two with the same seed wait for the same times.
    pub seed: u32,
    /// `Extension:` how long a response's head may take, in milliseconds. `None`, the default: as long as it likes.
    pub open_timeout: Option<u32>,
    /// `Extension:` how long the stream may be silent, in milliseconds; comments are life. `None`, the default: as long as it likes.
    pub idle_timeout: Option<u32>,
    /// Each chunk starts the timer of `idle_timeout` anew, in place of a look at the clock when the timer has gone off: for a host whose timers
    /// do not run on its clock, as in a test that replaces the timers alone.
    pub restarts_idle_timer: bool,
    /// `Extension:` the connection is given up while the page is hidden, where it can be resumed.
    pub pauses_when_hidden: bool,
    /// `Extension:` the body can be read only once, so that the request is never repeated.
    pub is_one_shot: bool,
    /// `Extension:` what makes a response an event stream is for a hook to say: [`Action::Judge`](super::Action::Judge).
    pub judges_responses: bool,
    /// `Extension:` a hook may help against status 401: [`Action::Authorize`](super::Action::Authorize).
    pub authorizes: bool,
    /// The last event ID string to start from; empty by default.
    pub last_event_id: String,
    /// See [`Limits`].
    pub limits: Limits,
    /// See [`Utf8Mode`].
    pub utf8: Utf8Mode,
}

impl Options {
    /// The defaults for a request of this method. What is safe to repeat (`GET` and `HEAD`) is repeated when the stream ends or breaks; any
    /// other, as it is [by default](Options::default), only by [`Reconnect`]'s rules.
    ///
    /// ```
    /// use eventsource_wasm::event_source::Options;
    ///
    /// assert!(Options::for_method("GET").is_safe_method);
    /// assert!(!Options::for_method("POST").is_safe_method);
    /// ```
    #[must_use]
    pub fn for_method(method: &str) -> Self {
        Self { is_safe_method: is_safe(method), ..Self::default() }
    }

    pub(super) fn reconnects_after_end(&self) -> bool {
        match self.reconnect {
            Reconnect::Auto => self.is_safe_method,
            Reconnect::Always | Reconnect::AsTold => true,
            Reconnect::Never | Reconnect::Adopted => false,
        }
    }

    pub(super) fn reconnects_after_break(&self, knows_where: bool) -> bool {
        match self.reconnect {
            Reconnect::Auto => self.is_safe_method || knows_where,
            Reconnect::Always | Reconnect::AsTold => true,
            Reconnect::Never | Reconnect::Adopted => false,
        }
    }

    /// Where the caller has asked for another attempt, by listing the status or from a hook: the method doesn't matter.
    pub(super) fn reconnects_if_asked(&self) -> bool {
        matches!(self.reconnect, Reconnect::Auto | Reconnect::Always | Reconnect::AsTold)
    }

    pub(super) fn has_listed(&self, status: u16) -> bool {
        self.policy.statuses.contains(&status)
    }
}

/// Whether a request of this method may be repeated ([RFC 9110, section 9.2.1], as far as fetch sends such requests for a stream).
///
/// [RFC 9110, section 9.2.1]: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1
pub(crate) fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD")
}
