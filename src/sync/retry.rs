//! When to try again: full jitter, a budget, and what the server asks for (GUARANTEES.md, 12).

/// Requests of the engine at once. Browsers keep six connections to a host over HTTP/1.1, and two are left for the
/// pages, which read the list and a task.
pub const MOST_IN_FLIGHT: usize = 4;

/// The first wait is drawn from up to this many milliseconds, and each later one from up to twice as many.
pub const FIRST_WAIT_MS: u64 = 1_000;

/// No wait of our own is longer than this many milliseconds: a queue must be empty a minute after a fault has
/// ended (GUARANTEES.md), and a request may have to time out before.
pub const LONGEST_WAIT_MS: u64 = 20_000;

/// A wait that a server asks for is obeyed up to this many milliseconds, one hour. More is more likely a clock
/// that is off; a person can try sooner on the Sync page.
pub const LONGEST_ASKED_MS: u64 = 3_600_000;

/// How many retries may be made at once after a quiet time. Each confirmed write allows one more, so that
/// retries are never more than half of what a failing server gets.
const BUDGET: u32 = 10;

/// One retry is allowed in this many milliseconds, whatever happens.
const BUDGET_REFILL_MS: u64 = 1_000;

/// SplitMix64 (Steele, Lea and Flood, 2014): the engine's randomness, all of it from one seed that is passed in.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A wait before attempt number `attempts` + 1, in milliseconds: evenly from 0 to the bound, which doubles
    /// ("full jitter": Brooker, "Exponential Backoff and Jitter", 2015).
    pub fn wait(&mut self, attempts: u32) -> u64 {
        let bound = (FIRST_WAIT_MS << attempts.saturating_sub(1).min(8)).min(LONGEST_WAIT_MS);
        self.draw() % (bound + 1)
    }
}

/// Whether it is time. A time further ahead than any wait can be was written by a clock that has jumped since.
pub fn is_due(at: u64, now: u64) -> bool {
    at <= now || at - now > LONGEST_ASKED_MS
}

/// How fast the engine may send to its server now.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// How often in a row the server as a whole has failed.
    failures: u32,
    /// Nothing is sent before, in milliseconds since 1970.
    open_at: u64,
    /// When the last failure was counted: those that were on their way with it are the same one.
    failed_at: u64,
    spent: u32,
    refilled_at: u64,
}

impl Pace {
    /// How many requests may be on their way. After a failure of the whole server, one: it finds out whether
    /// it is over.
    pub fn limit(&self, now: u64) -> usize {
        match self.failures {
            0 => MOST_IN_FLIGHT,
            _ if is_due(self.open_at, now) => 1,
            _ => 0,
        }
    }

    /// When the next request may be sent, if that is a matter of time.
    pub fn opens_at(&self, now: u64) -> Option<u64> {
        (self.failures > 0 && !is_due(self.open_at, now)).then_some(self.open_at)
    }

    /// Whether the server as a whole failed last.
    pub fn is_failing(&self) -> bool {
        self.failures > 0
    }

    /// The server did what it was asked at `sent_at`, which allows one more retry.
    pub fn succeeded(&mut self, sent_at: u64, now: u64) {
        self.answered(sent_at, now);
        self.spent = self.spent.saturating_sub(1);
    }

    /// The server answered what was sent at `sent_at`, but not with what was asked for: it is there, and has earned no
    /// retry. What was sent before it failed says nothing of how it is since.
    pub fn answered(&mut self, sent_at: u64, now: u64) {
        if self.failures == 0 || sent_at >= self.failed_at || now < self.failed_at {
            self.failures = 0;
        }
    }

    /// The server as a whole failed a request that was sent at `sent_at`. `asked` is its `Retry-After`, in
    /// milliseconds.
    pub fn failed(&mut self, sent_at: u64, now: u64, asked: Option<u64>, random: &mut Random) {
        if self.failures == 0 || sent_at >= self.failed_at || now < self.failed_at {
            self.failures = self.failures.saturating_add(1);
            self.failed_at = now;
            let wait = now + random.wait(self.failures);
            // A wait that the server has asked for is not made shorter.
            self.open_at = if is_due(self.open_at, now) {
                wait
            } else {
                wait.max(self.open_at)
            };
        }
        if let Some(asked) = asked {
            let until = now + asked.min(LONGEST_ASKED_MS);
            if is_due(self.open_at, now) || until > self.open_at {
                self.open_at = until;
            }
        }
    }

    /// Something speaks for trying now: the network is back, the page is in front, or a person asks.
    pub fn hint(&mut self) {
        self.open_at = 0;
    }

    /// Takes one retry from the budget, if there is one left.
    pub fn may_retry(&mut self, now: u64) -> bool {
        if now < self.refilled_at {
            self.refilled_at = now;
        }
        let refill = (now - self.refilled_at) / BUDGET_REFILL_MS;
        if refill > 0 {
            self.spent = self.spent.saturating_sub(refill.try_into().unwrap_or(u32::MAX));
            self.refilled_at = now;
        }
        let allowed = self.spent < BUDGET;
        self.spent += u32::from(allowed);
        allowed
    }

    /// When the budget has one more, in milliseconds since 1970.
    pub fn refills_at(&self) -> u64 {
        self.refilled_at + BUDGET_REFILL_MS
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_double_and_are_bounded(seed in any::<u64>(), attempts in 0u32..100) {
            let wait = Random(seed).wait(attempts);
            prop_assert!(wait <= LONGEST_WAIT_MS);
            prop_assert!(attempts > 1 || wait <= FIRST_WAIT_MS);
        }

        #[test]
        fn the_budget_bounds_retries(gaps in prop::collection::vec(0u64..3_000, 1..200)) {
            let (mut pace, mut now, mut allowed) = (Pace::default(), 1_000_000, 0);
            pace.may_retry(now);
            for gap in &gaps {
                now += gap;
                allowed += u64::from(pace.may_retry(now));
            }
            prop_assert!(allowed <= u64::from(BUDGET) + (now - 1_000_000) / BUDGET_REFILL_MS);
        }
    }

    #[test]
    fn jitter_is_spread_over_the_whole_range() {
        let mut random = Random(7);
        let waits: Vec<u64> = (0..1_000).map(|_| random.wait(5)).collect();
        assert!(waits.iter().any(|wait| *wait < 1_000) && waits.iter().any(|wait| *wait > 15_000));
    }

    #[test]
    fn a_failing_server_gets_one_request_at_a_time_and_a_wait_before() {
        let mut pace = Pace::default();
        pace.failed(0, 1_000, Some(5_000), &mut Random(1));
        assert_eq!(
            (pace.limit(1_000), pace.limit(5_999), pace.limit(6_000)),
            (0, 0, 1)
        );
        pace.succeeded(6_000, 6_000);
        assert_eq!(pace.limit(6_000), MOST_IN_FLIGHT);
    }

    #[test]
    fn a_clock_that_jumps_back_does_not_stop_the_queue() {
        let mut pace = Pace::default();
        let now = 400_000_000_000;
        pace.failed(0, now, None, &mut Random(1));
        let ten_years_earlier = now - 315_360_000_000;
        assert_eq!(pace.limit(ten_years_earlier), 1);
    }

    #[test]
    fn a_wait_the_server_asks_for_is_obeyed_up_to_an_hour() {
        let mut pace = Pace::default();
        pace.failed(0, 0, Some(u64::MAX / 2), &mut Random(1));
        assert_eq!(pace.opens_at(1), Some(LONGEST_ASKED_MS));
    }
}
