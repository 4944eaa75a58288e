//! How often, how fast and for how long something is repeated.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diesel::result::Error;

use super::{Attempts, Decision};
use crate::dialect::ErrorClass;

/// How often, how fast and for how long something is repeated, and who is told.
///
/// Ten attempts, 10 ms after the first and twice as long after each further one, up to one second,
/// without a deadline:
///
/// ```
/// use std::time::Duration;
/// use upsert_runtime::retry::Policy;
///
/// let policy = Policy::new()
///     .attempts(10)
///     .base_delay(Duration::from_millis(10))
///     .max_delay(Duration::from_secs(1))
///     .on_attempt(|attempt| {
///         if let Some((class, decision)) = attempt.failure {
///             eprintln!("attempt {}: {class}, {decision:?}", attempt.number);
///         }
///     });
/// ```
///
/// The delay is drawn between half of that and the whole, so that those who met do not meet again.
#[derive(Clone)]
#[must_use = "a policy does nothing by itself"]
pub struct Policy {
    pub(super) attempts: u32,
    pub(super) base_delay: Duration,
    pub(super) max_delay: Duration,
    pub(super) deadline: Option<Duration>,
    on_attempt: Option<Arc<OnAttempt>>,
}

type OnAttempt = dyn Fn(&Attempt<'_>) + Send + Sync;

/// An attempt that has ended, as [`Policy::on_attempt`] gets it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Attempt<'e> {
    /// Which one it was, from 1.
    pub number: u32,
    /// How long after the first one began it ended.
    pub elapsed: Duration,
    /// What its error was and what is done about it; `None` if it has succeeded.
    pub failure: Option<(ErrorClass, Decision)>,
    /// Diesel's error, where there was one.
    pub error: Option<&'e Error>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 10,
            base_delay: Duration::from_millis(10),
            max_delay: Duration::from_secs(1),
            deadline: None,
            on_attempt: None,
        }
    }
}

impl Policy {
    /// Ten attempts, 10 ms after the first, 1 s at most between two.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many attempts there are at most, the first one included, which there always is.
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// How long to wait after the first attempt; twice as long after each further one.
    pub fn base_delay(self, base_delay: Duration) -> Self {
        Self { base_delay, ..self }
    }

    /// How long to wait at most.
    pub fn max_delay(self, max_delay: Duration) -> Self {
        Self { max_delay, ..self }
    }

    /// No attempt begins so long after the first one. One that has begun goes on: what ends a
    /// statement is the database's own (`statement_timeout`).
    pub fn deadline(self, deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..self
        }
    }

    /// Who is told of each attempt when it has ended, the last one included, before the next is
    /// waited for: to log and to count.
    pub fn on_attempt(self, tell: impl Fn(&Attempt<'_>) + Send + Sync + 'static) -> Self {
        Self {
            on_attempt: Some(Arc::new(tell)),
            ..self
        }
    }

    /// The attempts of one operation, none of which has been made.
    #[must_use]
    pub fn start(&self) -> Attempts {
        Attempts::new(self)
    }

    pub(crate) fn tell(&self, attempt: &Attempt<'_>) {
        if let Some(tell) = &self.on_attempt {
            tell(attempt);
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            attempts,
            base_delay,
            max_delay,
            deadline,
            on_attempt: _,
        } = self;
        out.debug_struct("Policy")
            .field("attempts", attempts)
            .field("base_delay", base_delay)
            .field("max_delay", max_delay)
            .field("deadline", deadline)
            .finish_non_exhaustive()
    }
}
