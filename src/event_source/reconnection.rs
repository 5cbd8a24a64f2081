//! The reconnection time ([§9.2.2]: "this must initially be an implementation-defined value, probably in the region of a few
//! seconds"), the count of failures, and the further wait that [§9.2.3] allows: "if the previous attempt failed, then user agents
//! might introduce an exponential backoff delay".
//!
//! | before this attempt | the wait, in milliseconds |
//! |---|---|
//! | one failure | the reconnection time, exactly |
//! | `n` failures in a row | a random time from the reconnection time up to it × `factor`ⁿ⁻¹, at most `max_ms` |
//! | streams that brought events and ended, `n` in a row | the same, at most a second: who polls this way is not slowed down more |
//!
//! A `max_ms` below the reconnection time counts as that. `Retry-After` may lengthen each wait.
//!
//! [§9.2.2]: https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time
//! [§9.2.3]: https://html.spec.whatwg.org/multipage/server-sent-events.html#reestablish-the-connection

use super::defaults::RECONNECTION_TIME;
use super::options::{Jitter, Policy};

/// What grows where the reconnection time is less, or nothing.
const LEAST_TO_GROW: u32 = 100;
/// The most that streams which bring events and end are slowed down to.
const LONGEST_POLL: u32 = 1000;

#[derive(Debug)]
pub(super) struct Reconnection {
    /// Set by `retry` fields, in milliseconds.
    pub(super) time: u32,
    /// How often the connection has failed since it was last stable.
    pub(super) failures: u32,
    /// How many streams in a row have brought events and ended.
    polls: u32,
    /// Of the generator of random numbers; never 0.
    random: u32,
}

impl Reconnection {
    pub(super) fn new(base_ms: Option<u32>, seed: u32) -> Self {
        Self { time: base_ms.unwrap_or(RECONNECTION_TIME), failures: 0, polls: 0, random: seed | 1 }
    }

    /// The connection is, or was, as it should be.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
        self.polls = 0;
    }

    /// A stream has brought events and ended.
    pub(super) fn polled(&mut self) {
        self.failures = 0;
        self.polls = self.polls.saturating_add(1);
    }

    /// Counts a failure: which one in a row it is.
    pub(super) fn failed(&mut self) -> u32 {
        self.failures = self.failures.saturating_add(1);
        self.failures
    }

    /// How long to wait behind the failure that was counted last.
    pub(super) fn wait(&mut self, policy: &Policy, is_polled: bool) -> u32 {
        let (count, max) =
            if is_polled { (self.polls, policy.max_ms.min(LONGEST_POLL)) } else { (self.failures, policy.max_ms) };
        if !is_polled {
            self.polls = 0;
        }
        if count < 2 {
            return self.time;
        }
        let most = f64::from(max.max(self.time));
        let factor = f64::from(policy.factor_percent.max(100)) / 100.0;
        let mut longest = f64::from(self.time.max(LEAST_TO_GROW));
        // A factor that is next to 1 is not followed for ever.
        for _ in 1..count.min(1000) {
            longest *= factor;
            if longest >= most {
                break;
            }
        }
        let further = (longest.min(most) as u32).saturating_sub(self.time);
        match policy.jitter {
            Jitter::None => self.time + further,
            Jitter::Full => self.time + self.random() % further.saturating_add(1),
        }
    }

    /// Xorshift: that waits differ is all that is asked.
    fn random(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The wait behind each of the first failures, without jitter.
    fn waits(policy: &Policy, time: u32, is_polled: bool) -> [u32; 6] {
        let mut reconnection = Reconnection::new(Some(time), 1);
        [(); 6].map(|()| {
            if is_polled {
                reconnection.polled();
            }
            reconnection.failed();
            reconnection.wait(policy, is_polled)
        })
    }

    #[test]
    fn waits_grow_by_the_factor_up_to_the_most() {
        let policy = Policy { jitter: Jitter::None, ..Policy::default() };
        assert_eq!(waits(&policy, 3000, false), [3000, 6000, 12_000, 24_000, 30_000, 30_000]);
        assert_eq!(waits(&policy, 60_000, false), [60_000; 6]);
        assert_eq!(waits(&policy, 0, false), [0, 200, 400, 800, 1600, 3200]);
        let policy = Policy { factor_percent: 150, max_ms: 250, ..policy };
        assert_eq!(waits(&policy, 99, false), [99, 150, 225, 250, 250, 250]);
        let policy = Policy { factor_percent: 1, ..policy };
        assert_eq!(waits(&policy, 7, false), [7, 100, 100, 100, 100, 100]);
        let policy = Policy { factor_percent: u32::MAX, max_ms: u32::MAX, ..policy };
        assert_eq!(waits(&policy, u32::MAX, false), [u32::MAX; 6]);
        assert_eq!(waits(&policy, 3000, false)[..3], [3000, u32::MAX, u32::MAX]);
    }

    #[test]
    fn who_polls_is_slowed_down_to_a_second_at_most() {
        let policy = Policy { jitter: Jitter::None, ..Policy::default() };
        assert_eq!(waits(&policy, 5, true), [5, 200, 400, 800, 1000, 1000]);
        assert_eq!(waits(&policy, 1000, true), [1000; 6]);
        assert_eq!(waits(&policy, 3000, true), [3000; 6]);
    }

    #[test]
    fn jitter_is_anywhere_above_the_reconnection_time() {
        let policy = Policy::default();
        let mut reconnection = Reconnection::new(None, 7);
        reconnection.failures = 3;
        let waits: std::vec::Vec<u32> = (0..1000).map(|_| reconnection.wait(&policy, false)).collect();
        assert!(waits.iter().all(|wait| (3000..=12_000).contains(wait)));
        let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
        assert!(*least < 3100 && *most > 11_900, "{least} to {most}");
    }
}
