//! What JavaScript hands over, checked there already (`pkg-template/source-init.js`).

use crate::boundary::sentinel::NOT_GIVEN;
use crate::boundary::{flag, option};
use crate::event_source::{Jitter, Options, Policy, Reconnect, Transport, is_safe};
use crate::event_stream::{Limits, Utf8Mode};
use alloc::string::String;
use alloc::vec::Vec;

/// The options of a source, of the words that [`option`](crate::boundary::option) names.
pub(super) fn options(method: &str, page_origin: String, last_event_id: String, words: &[u32]) -> Options {
    let word = |at: u32| words.get(at as usize).copied().unwrap_or_default();
    let limit = |at| word(at) as usize;
    let given = |at, none| Some(word(at)).filter(|word| *word != none);
    let has = |flag| word(option::FLAGS) & flag != 0;
    Options {
        is_safe_method: is_safe(method),
        page_origin,
        transport: if has(flag::REQUEST_TASK) { Transport::RequestTask } else { Transport::Fetch },
        reconnect: match () {
            () if has(flag::ALWAYS) => Reconnect::Always,
            () if has(flag::NEVER) => Reconnect::Never,
            () if cfg!(feature = "web") && has(flag::AS_TOLD) => Reconnect::AsTold,
            () => Reconnect::Auto,
        },
        policy: Policy {
            base_ms: given(option::BASE_MS, NOT_GIVEN),
            max_ms: word(option::MAX_MS),
            factor_percent: word(option::FACTOR_PERCENT),
            jitter: if has(flag::NO_JITTER) { Jitter::None } else { Jitter::Full },
            max_attempts: given(option::MAX_ATTEMPTS, NOT_GIVEN),
            stable_ms: word(option::STABLE_MS),
            statuses: words.iter().skip(option::COUNT as usize).map(|word| *word as u16).collect::<Vec<_>>(),
        },
        seed: word(option::SEED),
        open_timeout: given(option::OPEN_TIMEOUT, 0),
        idle_timeout: given(option::IDLE_TIMEOUT, 0),
        restarts_idle_timer: has(flag::RESTARTS_IDLE_TIMER),
        pauses_when_hidden: has(flag::PAUSES_WHEN_HIDDEN),
        is_one_shot: has(flag::ONE_SHOT),
        judges_responses: has(flag::JUDGES),
        authorizes: has(flag::AUTHORIZES),
        last_event_id,
        limits: Limits {
            line: limit(option::LINE),
            event: limit(option::EVENT),
            // By block it is counted otherwise.
            pending: if has(flag::BY_BLOCK) { usize::MAX } else { limit(option::PENDING) },
        },
        utf8: utf8(word(option::FLAGS)),
    }
}

pub(super) fn utf8(flags: u32) -> Utf8Mode {
    if flags & flag::FATAL != 0 { Utf8Mode::Fatal } else { Utf8Mode::Replace }
}

/// What may be pending of an event before parts of it are handed out, in bytes.
pub(super) fn longest_pending(flags: u32) -> usize {
    if flags & flag::DECODES_LONG_TEXTS != 0 { usize::MAX } else { 1 << 16 }
}
