//! What every thread did, and what came of it.

use std::fmt;
use std::time::Duration;

use diesel::result::Error;
use upsert_runtime::dialect::{ErrorClass, Meaning, Moment};

/// All operations of a [`Race`](crate::Race), in the order in which they ended.
#[derive(Debug, Clone, Default)]
#[must_use = "a history says nothing until it is checked"]
pub struct History {
    /// The operations.
    pub operations: Vec<Operation>,
    /// What the threads drew their choices from.
    pub seed: u64,
    /// The command that runs the same race again.
    pub repeat: String,
    /// Whether the checkers take it although a thread got nothing done:
    /// [`Race::threads_may_fail`](crate::Race::threads_may_fail).
    pub threads_may_fail: bool,
}

/// One thing that one thread did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The thread, from 0.
    pub thread: usize,
    /// Which of the thread's rounds, from 0.
    pub round: usize,
    /// The row that it was about.
    pub key: String,
    /// What it was to do.
    pub action: Action,
    /// When it began, since the race did.
    pub began: Duration,
    /// When it ended.
    pub ended: Duration,
    /// What came of it.
    pub answer: Answer,
}

/// What an operation is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Adds this much to a counter, creating it where there is none.
    Increment(i64),
    /// Finds a row, or creates it.
    Create,
}

/// What came of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The database said that it was done.
    Acknowledged(Value),
    /// The database said that it was not.
    Failed(String),
    /// Nobody knows: the connection broke before there was an answer.
    Unknown(String),
}

/// What an operation returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Nothing that says more than that it was done.
    Nothing,
    /// The counter, as it was stored.
    Counter(i64),
    /// Whether it created the row.
    Created(bool),
}

/// What the closure of an operation can return.
pub trait Observed {
    /// What it says of the operation.
    fn value(&self) -> Value;
}

impl Observed for () {
    fn value(&self) -> Value {
        Value::Nothing
    }
}

/// Affected rows, which say nothing here.
impl Observed for usize {
    fn value(&self) -> Value {
        Value::Nothing
    }
}

impl Observed for i32 {
    fn value(&self) -> Value {
        Value::Counter((*self).into())
    }
}

impl Observed for i64 {
    fn value(&self) -> Value {
        Value::Counter(*self)
    }
}

impl Observed for bool {
    fn value(&self) -> Value {
        Value::Created(*self)
    }
}

/// A row, and whether it was created.
impl<Row> Observed for (Row, bool) {
    fn value(&self) -> Value {
        Value::Created(self.1)
    }
}

impl Answer {
    /// The outcome of what returned `result`, as far as the error itself tells: one that nobody
    /// knows may be an answer of the database's as well as the end of a connection, and is taken
    /// for unknown. [`Race`](crate::Race) asks the connection too.
    ///
    /// Errors are told apart as [`ErrorClass`] has it.
    pub fn of<T: Observed>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(value) => Self::Acknowledged(value.value()),
            // A whole transaction, or a statement that is one.
            Err(error) => match Meaning::of_any_backend(error).at(Moment::Autocommit) {
                ErrorClass::OutcomeUnknown => Self::Unknown(error.to_string()),
                _ => Self::Failed(error.to_string()),
            },
        }
    }
}

/// Whether the error may be an answer of the database that nobody knows, rather than the end of a
/// connection.
pub(super) fn may_be_an_answer(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(..)) && Meaning::of_any_backend(error) == Meaning::Doubtful
}

/// Whether a living database has said that others are in the way.
pub(super) fn is_for_others(error: &Error) -> bool {
    Meaning::of_any_backend(error) == Meaning::Undone
}

impl Operation {
    /// The database itself has said that it was not done.
    pub(super) fn was_answered(&mut self) {
        if let Answer::Unknown(error) = &mut self.answer {
            self.answer = Answer::Failed(std::mem::take(error));
        }
    }
}

/// How many operations came to what: `1203 acknowledged, 4 failed, 2 of unknown outcome`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Done.
    pub acknowledged: usize,
    /// Not done.
    pub failed: usize,
    /// Nobody knows.
    pub unknown: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            acknowledged,
            failed,
            unknown,
        } = self;
        write!(
            out,
            "{acknowledged} acknowledged, {failed} failed, {unknown} of unknown outcome"
        )
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.failed += other.failed;
        self.unknown += other.unknown;
    }
}

impl History {
    /// How many operations came to what.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for operation in &self.operations {
            match operation.answer {
                Answer::Acknowledged(_) => tally.acknowledged += 1,
                Answer::Failed(_) => tally.failed += 1,
                Answer::Unknown(_) => tally.unknown += 1,
            }
        }
        tally
    }

    /// The operations about one key.
    pub(super) fn of<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Operation> {
        self.operations
            .iter()
            .filter(move |operation| operation.key == key)
    }

    /// All keys, sorted.
    pub(super) fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<_> = self
            .operations
            .iter()
            .map(|operation| &*operation.key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// `thread 3, round 17, 12.345 ms to 12.900 ms: "/" + 1 = 42`
impl fmt::Display for Operation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            thread,
            round,
            key,
            action,
            began,
            ended,
            answer,
        } = self;
        let ms = |time: &Duration| time.as_secs_f64() * 1000.0;
        write!(
            out,
            "thread {thread}, round {round}, {:.3} ms to {:.3} ms: {key:?}",
            ms(began),
            ms(ended)
        )?;
        match action {
            Action::Increment(by) => write!(out, " {by:+}")?,
            Action::Create => out.write_str(" found or created")?,
        }
        match answer {
            Answer::Acknowledged(Value::Nothing) => Ok(()),
            Answer::Acknowledged(Value::Counter(n)) => write!(out, " = {n}"),
            Answer::Acknowledged(Value::Created(true)) => out.write_str(": created"),
            Answer::Acknowledged(Value::Created(false)) => out.write_str(": found"),
            Answer::Failed(error) => write!(out, " failed: {error}"),
            Answer::Unknown(error) => write!(out, ", outcome unknown: {error}"),
        }
    }
}
