//! What JavaScript hands over, checked there already (`pkg-template/options.js`).

use crate::event_source::{Options, Reconnect, Transport};
use crate::event_stream::{Limits, Utf8Mode};
use alloc::string::String;

// What is yes or no crosses as the bits of one word.
const FATAL: u32 = 1;
const SAFE: u32 = 2;
const ALWAYS: u32 = 4;
const NEVER: u32 = 8;
const REQUEST_TASK: u32 = 16;
pub(super) const COMMENTS: u32 = 32;
/// The host has a `TextDecoder`, or something better.
pub(super) const HOST_DECODES: u32 = 64;
/// It makes a string of a long text sooner than it joins strings.
const DECODES_LONG_TEXTS: u32 = 128;

/// The options of a source.
pub(super) fn options(last_event_id: String, limits: Limits, flags: u32) -> Options {
    let has = |flag| flags & flag != 0;
    Options {
        is_safe_method: has(SAFE),
        transport: if has(REQUEST_TASK) { Transport::RequestTask } else { Transport::Fetch },
        reconnect: match () {
            () if has(ALWAYS) => Reconnect::Always,
            () if has(NEVER) => Reconnect::Never,
            () => Reconnect::Auto,
        },
        last_event_id,
        limits,
        utf8: utf8(flags),
        ..Options::default()
    }
}

pub(super) fn utf8(flags: u32) -> Utf8Mode {
    if flags & FATAL != 0 { Utf8Mode::Fatal } else { Utf8Mode::Replace }
}

/// What may be pending of an event before parts of it are handed out, in bytes.
pub(super) fn longest_pending(flags: u32) -> usize {
    if flags & DECODES_LONG_TEXTS != 0 { usize::MAX } else { 1 << 16 }
}
