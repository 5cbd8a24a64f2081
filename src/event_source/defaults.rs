//! What holds where the caller says nothing else; JavaScript knows these too.

/// As in Chromium, in milliseconds.
pub const RECONNECTION_TIME: u32 = 3000;
/// See [`Policy::max_ms`](super::Policy::max_ms).
pub const MAX_MS: u32 = 30_000;
/// See [`Policy::factor_percent`](super::Policy::factor_percent).
pub const FACTOR_PERCENT: u32 = 200;
/// See [`Policy::stable_ms`](super::Policy::stable_ms).
pub const STABLE_MS: u32 = 5000;
