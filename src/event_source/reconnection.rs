//! The reconnection time ([§9.2.2]: "this must initially be an implementation-defined value, probably in the region of a few
//! seconds") and the count of failures.
//!
//! [§9.2.2]: https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time

/// As in Chromium, in milliseconds.
const INITIAL_TIME: u32 = 3000;

#[derive(Debug)]
pub(super) struct Reconnection {
    /// Set by `retry` fields, in milliseconds.
    pub(super) time: u32,
    /// How often the connection has failed since it was last announced.
    failures: u32,
}

impl Default for Reconnection {
    fn default() -> Self {
        Self { time: INITIAL_TIME, failures: 0 }
    }
}

impl Reconnection {
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Counts a failure: which one in a row it is, and how long to wait, in milliseconds.
    pub(super) fn failed(&mut self) -> (u32, u32) {
        self.failures = self.failures.saturating_add(1);
        (self.failures, self.time)
    }
}
