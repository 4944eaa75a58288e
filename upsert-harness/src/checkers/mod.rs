//! The checkers: pure functions of a history.

mod counter;
#[cfg(test)]
mod tests;
mod tickets;
mod unique;

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

/// A history in which nothing was done proves nothing: each checker refuses it.
fn something_was_done(
    history: &History,
    is_about: impl Fn(&Operation) -> bool,
) -> Result<(), Violation> {
    let mut operations = history
        .operations
        .iter()
        .filter(|operation| is_about(operation));
    if operations
        .clone()
        .any(|operation| !matches!(operation.answer, Answer::Failed(_)))
    {
        return Ok(());
    }
    let what = format!(
        "nothing was done that could be checked: {}",
        history.tally()
    );
    Err(Violation::new(history, what, operations.next()))
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
