//! The checkers: pure functions of a history.

mod counter;
#[cfg(test)]
mod tests;
mod tickets;
mod unique;

use std::collections::BTreeMap;
use std::fmt;

pub use self::counter::counter;
pub use self::tickets::tickets;
pub use self::unique::unique;
use crate::{Action, Answer, History, Operation};

/// Operations that contradict each other, or what is stored.
///
/// `Display` has the operations, the seed and the command that repeats the race; `Debug` is the
/// same, so that `unwrap` reads well.
#[derive(Clone, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong, in a sentence.
    pub what: String,
    /// The operations that it is about, as far as some are to be singled out.
    pub operations: Vec<Operation>,
    /// The seed of the race.
    pub seed: u64,
    /// The command that repeats it.
    pub repeat: String,
}

impl Violation {
    fn new<'a>(
        history: &History,
        what: String,
        operations: impl IntoIterator<Item = &'a Operation>,
    ) -> Self {
        Self {
            what,
            operations: operations.into_iter().cloned().collect(),
            seed: history.seed,
            repeat: history.repeat.clone(),
        }
    }
}

/// A race is between threads that get something done: no checker takes a history in which nothing
/// was done for certain or, unless threads may fail, one of them tried and got nothing
/// acknowledged.
///
/// It is threads and no share that count: where each of them got through, what was refused besides
/// is known not to be done, and leaves the proof whole.
fn proves_something(
    history: &History,
    is_about: impl Fn(&Operation) -> bool,
) -> Result<(), Violation> {
    // The first operation of each thread, and whether any was acknowledged.
    let mut threads: BTreeMap<usize, (&Operation, bool)> = BTreeMap::new();
    let mut may_be_done = false;
    for operation in history.operations.iter().filter(|o| is_about(o)) {
        let (_, is_heard) = threads
            .entry(operation.thread)
            .or_insert((operation, false));
        *is_heard |= matches!(operation.answer, Answer::Acknowledged(_));
        may_be_done |= !matches!(operation.answer, Answer::Failed(_));
    }
    if may_be_done && history.threads_may_fail {
        return Ok(());
    }
    let (count, tally) = (threads.len(), history.tally());
    let mut unheard: Vec<_> = threads
        .into_values()
        .filter_map(|(first, is_heard)| (!is_heard).then_some(first))
        .collect();
    if unheard.len() == count {
        unheard.truncate(1);
        let what = format!("the race proves nothing, for nothing was done: {tally}");
        return Err(Violation::new(history, what, unheard));
    }
    if unheard.is_empty() {
        return Ok(());
    }
    let what = format!(
        "the race proves nothing of {} of its {count} threads, which got nothing done: {tally}; see to what stopped \
         them, or allow for it by `Race::threads_may_fail`",
        unheard.len()
    );
    Err(Violation::new(history, what, unheard))
}

fn is_increment(operation: &Operation) -> bool {
    matches!(operation.action, Action::Increment(_))
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        out.write_str(&self.what)?;
        for operation in self.operations.iter().take(SHOWN) {
            write!(out, "\n  {operation}")?;
        }
        if let Some(more) = self
            .operations
            .len()
            .checked_sub(SHOWN)
            .filter(|more| *more > 0)
        {
            write!(out, "\n  and {more} more")?;
        }
        write!(out, "\nseed {}, repeated by: {}", self.seed, self.repeat)
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl std::error::Error for Violation {}
