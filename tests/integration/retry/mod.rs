//! `retry`: what is repeated, and what never is. Each class of errors is provoked on a real server.

mod begun;
#[cfg(feature = "mysql")]
mod cluster;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod conflicts;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod connections;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod languages;
mod locks;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod race;
mod refused;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod servers;

use std::sync::{Arc, Mutex, PoisonError};

use upsert_runtime::retry::{Attempt, ErrorClass, Policy};

/// What came of an attempt: a class and Diesel's error, or `None` if it succeeded.
type Noted = Option<(ErrorClass, String)>;

/// What came of the attempts that a [`Policy`] has told of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<Noted>>>);

impl Seen {
    /// The policy, which tells this of each attempt.
    pub(crate) fn by(&self, policy: Policy) -> Policy {
        let seen = self.clone();
        policy.on_attempt(move |attempt| seen.note(attempt))
    }

    fn note(&self, attempt: &Attempt<'_>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let message = attempt.error.map(ToString::to_string).unwrap_or_default();
        seen.push(attempt.failure.map(|(class, _)| (class, message)));
    }

    /// The classes of the attempts, in order.
    pub(crate) fn classes(&self) -> Vec<Option<ErrorClass>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter()
            .map(|failure| failure.as_ref().map(|(class, _)| *class))
            .collect()
    }

    /// The errors of the attempts that failed.
    pub(crate) fn messages(&self) -> Vec<String> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter()
            .filter_map(|failure| Some(failure.as_ref()?.1.clone()))
            .collect()
    }

    /// Each error was in one of these words.
    #[track_caller]
    pub(crate) fn assert_said(&self, words: &[&str]) {
        for message in self.messages() {
            let is_known = words.iter().any(|words| message.contains(words));
            assert!(is_known, "{message:?}");
        }
    }
}

const ROLLED_BACK: Option<ErrorClass> = Some(ErrorClass::RolledBack);
const DONE: Option<ErrorClass> = None;
