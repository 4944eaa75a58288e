//! What to do after an attempt has failed. No I/O, no clock.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use diesel::result::Error;

use super::{Attempt, Policy};
use crate::dialect::ErrorClass;

/// What to do after an attempt has failed: an error's class in, a [`Decision`] out.
///
/// It is begun by [`Policy::start`], and counts one operation's attempts.
///
/// ```
/// use std::time::Duration;
/// use upsert_runtime::retry::{Decision, ErrorClass, Policy};
///
/// let policy = Policy::new().attempts(2).max_delay(Duration::from_millis(100));
/// let mut attempts = policy.start();
/// let Decision::Repeat { after } = attempts.failed(ErrorClass::RolledBack, Duration::ZERO) else {
///     panic!("there is one attempt left");
/// };
/// assert!(after <= Duration::from_millis(100));
/// // .. and after the second one there is none.
/// assert_eq!(attempts.failed(ErrorClass::RolledBack, Duration::ZERO), Decision::Stop);
///
/// let mut attempts = policy.start();
/// assert_eq!(attempts.failed(ErrorClass::OutcomeUnknown, Duration::ZERO), Decision::Resolve);
/// ```
///
/// A loop of one's own around a single statement, which needs no transaction (with `.await` in two
/// places it is one for diesel-async):
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// use std::time::Instant;
/// use upsert_runtime::dialect::{ErrorClass, Moment};
/// use upsert_runtime::retry::{Decision, Policy};
///
/// let hit = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >);
/// let (mut attempts, start) = (Policy::new().start(), Instant::now());
/// let counted = loop {
///     let error = match hit.execute(conn) {
///         Ok(rows) => break rows,
///         Err(error) => error,
///     };
///     let class = ErrorClass::asked(conn, &error, Moment::Autocommit);
///     match attempts.failed(class, start.elapsed()) {
///         Decision::Repeat { after } => std::thread::sleep(after),
///         Decision::Reconnect { .. } | Decision::Resolve | Decision::Stop => return Err(error),
///     }
/// };
/// assert_eq!(counted, 1);
/// # QueryResult::Ok(())
/// ```
#[derive(Debug)]
pub struct Attempts {
    made: u32,
    most: u32,
    deadline: Option<Duration>,
    delays: ExponentialBackoff,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Wait for so long, and do it again in another transaction.
    Repeat {
        /// How long.
        after: Duration,
    },
    /// The same, on another connection.
    Reconnect {
        /// How long to wait before.
        after: Duration,
    },
    /// Find out what became of it; repeating it could do it twice.
    Resolve,
    /// Give up: it would fail again, or there is no attempt or no time left.
    Stop,
}

impl Attempts {
    pub(super) fn new(policy: &Policy) -> Self {
        // What the crate calls a delay is made longer by as much as itself at most.
        let delays = ExponentialBuilder::new()
            .with_min_delay(policy.base_delay.min(policy.max_delay) / 2)
            .with_max_delay(policy.max_delay / 2)
            .without_max_times()
            .with_jitter();
        Self {
            made: 0,
            most: policy.attempts,
            deadline: policy.deadline,
            delays: delays.build(),
        }
    }

    /// How many attempts have ended.
    #[must_use]
    pub fn made(&self) -> u32 {
        self.made
    }

    /// An attempt has failed with an error of this class, so long after the first one began.
    pub fn failed(&mut self, class: ErrorClass, elapsed: Duration) -> Decision {
        self.made += 1;
        match class {
            ErrorClass::RolledBack => match self.delay(elapsed) {
                Some(after) => Decision::Repeat { after },
                None => Decision::Stop,
            },
            ErrorClass::NotSent => match self.delay(elapsed) {
                Some(after) => Decision::Reconnect { after },
                None => Decision::Stop,
            },
            ErrorClass::OutcomeUnknown => Decision::Resolve,
            ErrorClass::ReadOnly | ErrorClass::Permanent => Decision::Stop,
        }
    }

    /// The same, for who can connect again, to another server perhaps, and finds out by another
    /// attempt what became of the one before, as the [ledger](crate::ledger) does: after an unknown
    /// outcome too it is [`Decision::Reconnect`], and never [`Decision::Resolve`].
    pub fn failed_resolvably(&mut self, class: ErrorClass, elapsed: Duration) -> Decision {
        self.failed(
            match class {
                ErrorClass::OutcomeUnknown | ErrorClass::ReadOnly => ErrorClass::NotSent,
                class => class,
            },
            elapsed,
        )
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn delay(&mut self, elapsed: Duration) -> Option<Duration> {
        if self.made >= self.most {
            return None;
        }
        let after = self.delays.next()?;
        let is_late = |deadline| elapsed.saturating_add(after) > deadline;
        (!self.deadline.is_some_and(is_late)).then_some(after)
    }

    /// The attempt that has succeeded.
    pub(crate) fn done(&mut self, elapsed: Duration) -> Attempt<'static> {
        self.made += 1;
        Attempt {
            number: self.made,
            elapsed,
            failure: None,
            error: None,
        }
    }

    /// The attempt that has failed last.
    pub(crate) fn last<'e>(
        &self,
        elapsed: Duration,
        class: ErrorClass,
        decision: Decision,
        error: Option<&'e Error>,
    ) -> Attempt<'e> {
        Attempt {
            number: self.made,
            elapsed,
            failure: Some((class, decision)),
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn delays_double_up_to_the_longest_and_differ() -> Result<(), Decision> {
        let policy = Policy::new()
            .attempts(12)
            .base_delay(4 * MS)
            .max_delay(100 * MS);
        let mut seen = Vec::new();
        for _ in 0..50 {
            let mut attempts = policy.start();
            for doubled in [4, 8, 16, 32, 64, 100, 100, 100, 100, 100, 100] {
                let decision = attempts.failed(ErrorClass::RolledBack, Duration::ZERO);
                let after = match decision {
                    Decision::Repeat { after } => Some(after),
                    _ => None,
                };
                let after = after.ok_or(decision)?;
                // The crate doubles in floating point.
                let (longest, rounding) = (doubled * MS, Duration::from_nanos(10));
                assert!(after >= longest / 2 - rounding, "{after:?} of {longest:?}");
                assert!(after <= longest + rounding, "{after:?} of {longest:?}");
                assert!(after <= 100 * MS, "{after:?}");
                seen.push(after);
            }
            let decision = attempts.failed(ErrorClass::RolledBack, Duration::ZERO);
            assert_eq!((decision, attempts.made()), (Decision::Stop, 12));
        }
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.len() > 100, "{} different delays", seen.len());
        Ok(())
    }

    #[test]
    fn no_attempt_begins_after_the_deadline() {
        let policy = Policy::new().base_delay(10 * MS).deadline(100 * MS);
        let mut attempts = policy.start();
        let decision = attempts.failed(ErrorClass::RolledBack, 50 * MS);
        assert!(matches!(decision, Decision::Repeat { .. }), "{decision:?}");
        let decision = attempts.failed(ErrorClass::RolledBack, 95 * MS);
        assert_eq!(decision, Decision::Stop);
    }

    #[test]
    fn only_what_was_not_done_is_repeated() {
        use ErrorClass::{NotSent, OutcomeUnknown, Permanent, ReadOnly, RolledBack};

        let decision = |class| Policy::new().start().failed(class, Duration::ZERO);
        assert!(matches!(decision(RolledBack), Decision::Repeat { .. }));
        assert!(matches!(decision(NotSent), Decision::Reconnect { .. }));
        assert_eq!(decision(OutcomeUnknown), Decision::Resolve);
        assert_eq!(decision(ReadOnly), Decision::Stop);
        assert_eq!(decision(Permanent), Decision::Stop);
    }

    #[test]
    fn an_attempt_is_the_first_one_at_least() {
        let mut attempts = Policy::new().attempts(0).start();
        let decision = attempts.failed(ErrorClass::RolledBack, Duration::ZERO);
        assert_eq!((decision, attempts.made()), (Decision::Stop, 1));
    }
}
