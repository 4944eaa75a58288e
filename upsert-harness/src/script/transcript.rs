//! What was seen of each step.

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error};

/// What happened in one interleaving, in order. A step that waits is there twice: when it begins
/// to, and when it ends.
///
/// `Display` has one line for each event.
#[derive(Debug, Clone, Default)]
#[must_use = "a transcript says nothing until it is looked at"]
pub struct Transcript {
    /// The events.
    pub events: Vec<Event>,
}

/// One thing that was seen of one step.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event {
    /// The session.
    pub session: String,
    /// The step.
    pub step: String,
    /// What was seen.
    pub seen: Seen,
}

/// What can be seen of a step.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Seen {
    /// It ended and returned this: the `Debug` of its value, and `done` for `()`.
    Done(String),
    /// It ended with an error.
    Failed {
        /// The text of Diesel's error.
        error: String,
        /// What Diesel takes it for, where it is the database's.
        kind: Option<DatabaseErrorKind>,
    },
    /// It waits for these sessions.
    Waiting(Vec<String>),
}

impl Seen {
    pub(super) fn of<T: fmt::Debug>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(value) => {
                let text = format!("{value:?}");
                Self::Done(if text == "()" {
                    "done".to_owned()
                } else {
                    text
                })
            }
            Err(error) => Self::Failed {
                error: error.to_string(),
                kind: match error {
                    Error::DatabaseError(kind, _) => Some(*kind),
                    _ => None,
                },
            },
        }
    }

    /// The value that the step returned, as text.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Done(value) => Some(value),
            _ => None,
        }
    }

    /// The text of its error.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl Transcript {
    /// How `step` ended, or that it still waits; `None` if it did not begin.
    #[must_use]
    pub fn last(&self, step: &str) -> Option<&Seen> {
        let of_step = |event: &&Event| event.step == step;
        Some(&self.events.iter().rev().find(of_step)?.seen)
    }

    /// Whether `step` had to wait.
    #[must_use]
    pub fn waited(&self, step: &str) -> bool {
        let waits = |event: &Event| event.step == step && matches!(event.seen, Seen::Waiting(_));
        self.events.iter().any(waits)
    }

    /// The steps that failed, in order, and their errors.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str)> {
        self.events
            .iter()
            .filter_map(|event| Some((&*event.step, event.seen.error()?)))
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for event in &self.events {
            writeln!(out, "{event}")?;
        }
        Ok(())
    }
}

/// `b hits: waits for a`
impl fmt::Display for Event {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.step, self.seen)
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(value) => out.write_str(value),
            Self::Failed { error, .. } => write!(out, "failed: {error}"),
            Self::Waiting(sessions) => write!(out, "waits for {}", sessions.join(", ")),
        }
    }
}
