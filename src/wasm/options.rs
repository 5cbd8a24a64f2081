//! What JavaScript hands over, checked there already (`pkg-template/source-init.js`).

use crate::event_source::{Jitter, Options, Policy, Reconnect, Transport};
use crate::event_stream::{Limits, Utf8Mode};
use alloc::string::String;
use alloc::vec::Vec;

// What is yes or no crosses as the bits of one word.
const FATAL: u32 = 1;
const SAFE: u32 = 2;
const ALWAYS: u32 = 4;
const NEVER: u32 = 8;
const REQUEST_TASK: u32 = 16;
pub(super) const COMMENTS: u32 = 32;
/// The host has a `TextDecoder`, or something better.
pub(super) const HOST_DECODES: u32 = 64;
const ONE_SHOT: u32 = 128;
const PAUSES_WHEN_HIDDEN: u32 = 256;
const JUDGES: u32 = 512;
const AUTHORIZES: u32 = 1024;
const NO_JITTER: u32 = 2048;
/// It makes a string of a long text sooner than it joins strings.
const DECODES_LONG_TEXTS: u32 = 4096;
/// Of a parser.
pub(super) const TELLS_IGNORED: u32 = 8192;

/// The host's timers are not its own, and may not run on its clock.
const RESTARTS_IDLE_TIMER: u32 = 16384;

/// In the place of a number that was not given, where 0 is one.
const NONE: u32 = u32::MAX;

/// The options of a source. The words: flags; the limits of a line, an event and what is pending; the seed; `baseMs`, `maxMs`,
/// `factor` in percent, `maxAttempts`, `stableMs`; `openTimeout` and `idleTimeout`, 0 for none; then the statuses.
pub(super) fn options(page_origin: String, last_event_id: String, words: &[u32]) -> Options {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let limit = |at| word(at) as usize;
    let given = |at, none| Some(word(at)).filter(|word| *word != none);
    let has = |flag| word(0) & flag != 0;
    Options {
        is_safe_method: has(SAFE),
        page_origin,
        transport: if has(REQUEST_TASK) { Transport::RequestTask } else { Transport::Fetch },
        reconnect: match () {
            () if has(ALWAYS) => Reconnect::Always,
            () if has(NEVER) => Reconnect::Never,
            () => Reconnect::Auto,
        },
        policy: Policy {
            base_ms: given(5, NONE),
            max_ms: word(6),
            factor_percent: word(7),
            jitter: if has(NO_JITTER) { Jitter::None } else { Jitter::Full },
            max_attempts: given(8, NONE),
            stable_ms: word(9),
            statuses: words.iter().skip(12).map(|word| *word as u16).collect::<Vec<_>>(),
        },
        seed: word(4),
        open_timeout: given(10, 0),
        idle_timeout: given(11, 0),
        restarts_idle_timer: has(RESTARTS_IDLE_TIMER),
        pauses_when_hidden: has(PAUSES_WHEN_HIDDEN),
        is_one_shot: has(ONE_SHOT),
        judges_responses: has(JUDGES),
        authorizes: has(AUTHORIZES),
        last_event_id,
        limits: Limits { line: limit(1), event: limit(2), pending: limit(3) },
        utf8: utf8(word(0)),
    }
}

pub(super) fn utf8(flags: u32) -> Utf8Mode {
    if flags & FATAL != 0 { Utf8Mode::Fatal } else { Utf8Mode::Replace }
}

/// What may be pending of an event before parts of it are handed out, in bytes.
pub(super) fn longest_pending(flags: u32) -> usize {
    if flags & DECODES_LONG_TEXTS != 0 { usize::MAX } else { 1 << 16 }
}
