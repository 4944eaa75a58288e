//! The checkers: pure functions of a history.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use super::{Action, History, Operation, Outcome, Value};

/// Operations that contradict each other, or what is stored.
///
/// `Display` has the operations, the seed and the command that repeats the race; `Debug` is the same, so that `unwrap`
/// reads well.
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
        .any(|operation| !matches!(operation.outcome, Outcome::Failed(_)))
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

/// No number was lost and none applied twice: for each key, `stored` is the sum of the acknowledged increments, give or take
/// those whose outcome is unknown.
///
/// A counter that is not stored is 0. A stored one that nobody has incremented has to be 0 too. Where nobody decrements, no counter
/// is lower than an increment has returned.
///
/// # Errors
///
/// The first key whose number cannot be, or that is stored twice; and a history in which no increment was done.
pub fn counter<'k>(
    history: &History,
    stored: impl IntoIterator<Item = (&'k str, i64)>,
) -> Result<(), Violation> {
    let mut counters = BTreeMap::new();
    for (key, n) in stored {
        if let Some(other) = counters.insert(key, n) {
            let what = format!("the counter {key:?} is stored twice, as {other} and as {n}");
            return Err(Violation::new(history, what, []));
        }
    }
    let stored = counters;
    let keys: BTreeSet<_> = history
        .keys()
        .into_iter()
        .chain(stored.keys().copied())
        .collect();
    for key in keys {
        let (mut least, mut most) = (0_i64, 0_i64);
        let mut unknown = Vec::new();
        for operation in history.of(key) {
            let Action::Increment(by) = operation.action else {
                continue;
            };
            match &operation.outcome {
                Outcome::Acknowledged(_) => {
                    least = least.saturating_add(by);
                    most = most.saturating_add(by);
                }
                Outcome::Unknown(_) => {
                    least = least.saturating_add(by.min(0));
                    most = most.saturating_add(by.max(0));
                    unknown.push(operation);
                }
                Outcome::Failed(_) => {}
            }
        }
        let n = stored.get(key).copied().unwrap_or(0);
        // Where nobody decrements, what returned a higher number than is stored is lost.
        let only_up = history
            .of(key)
            .all(|operation| matches!(operation.action, Action::Increment(0..) | Action::Create));
        let lost: Vec<_> = history
            .of(key)
            .filter(|operation| {
                only_up
                    && matches!(operation.outcome, Outcome::Acknowledged(Value::Counter(returned)) if returned > n)
            })
            .collect();
        if n < least || n > most || !lost.is_empty() {
            let fault = if n < least {
                format!("{} of them are lost", least.saturating_sub(n))
            } else if n > most {
                format!(
                    "{} were applied that nobody asked for",
                    n.saturating_sub(most)
                )
            } else {
                "one has returned more than that, and is lost".to_owned()
            };
            let expected = if least == most {
                least.to_string()
            } else {
                format!("{least} to {most}, of which nobody knows")
            };
            let what =
                format!("the counter {key:?} is {n}, and its increments are {expected}: {fault}");
            let operations = lost.into_iter().chain(unknown);
            return Err(Violation::new(history, what, operations));
        }
    }
    something_was_done(history, is_increment)
}

/// Each unit increment took effect once and on its own: what they returned is, for each key, exactly 1..=N, and rises in each
/// thread and with time. The counters begin at 0.
///
/// Where increments are of unknown outcome, as many numbers may be missing, since nobody has seen what they returned: those that had
/// begun before a higher number was returned.
///
/// # Errors
///
/// The first key where something contradicts, and an increment that was not by 1 or returned no number; and a history in which no
/// increment was done.
pub fn tickets(history: &History) -> Result<(), Violation> {
    for key in history.keys() {
        let mut taken: BTreeMap<i64, &Operation> = BTreeMap::new();
        let mut last: BTreeMap<usize, (i64, &Operation)> = BTreeMap::new();
        let mut unknown = Vec::new();
        for operation in history.of(key) {
            let number = match (operation.action, &operation.outcome) {
                (_, Outcome::Failed(_)) => continue,
                (Action::Increment(1), Outcome::Unknown(_)) => {
                    unknown.push(operation.began);
                    continue;
                }
                (Action::Increment(1), Outcome::Acknowledged(Value::Counter(n))) => *n,
                _ => {
                    let what =
                        "tickets are unit increments that return the stored number".to_owned();
                    return Err(Violation::new(history, what, [operation]));
                }
            };
            if let Some(other) = taken.insert(number, operation) {
                let what =
                    format!("two increments of {key:?} returned {number}: one of them is lost");
                return Err(Violation::new(history, what, [other, operation]));
            }
            if let Some((before, earlier)) = last.insert(operation.thread, (number, operation)) {
                if before > number {
                    let what = format!(
                        "{key:?} went from {before} back to {number} before the eyes of one thread"
                    );
                    return Err(Violation::new(history, what, [earlier, operation]));
                }
            }
        }
        ended_before(history, key, &taken)?;
        gaps(history, key, &taken, &unknown)?;
    }
    something_was_done(history, is_increment)
}

/// What ended before another began has the lower number.
fn ended_before(
    history: &History,
    key: &str,
    taken: &BTreeMap<i64, &Operation>,
) -> Result<(), Violation> {
    // The latest beginning among the lower numbers.
    let mut latest: Option<&Operation> = None;
    for (number, operation) in taken {
        if let Some(lower) = latest.filter(|lower| operation.ended < lower.began) {
            let what = format!(
                "an increment of {key:?} returned {number} and had ended before one began that returned less"
            );
            return Err(Violation::new(history, what, [*operation, lower]));
        }
        if latest.is_none_or(|latest| latest.began < operation.began) {
            latest = Some(operation);
        }
    }
    Ok(())
}

/// As many numbers may be missing as there are increments that nobody has seen return, and that began before the next higher number
/// was there.
fn gaps(
    history: &History,
    key: &str,
    taken: &BTreeMap<i64, &Operation>,
    unknown: &[Duration],
) -> Result<(), Violation> {
    if let Some((number, operation)) = taken.first_key_value().filter(|(number, _)| **number < 1) {
        let what = format!(
            "the first increment of {key:?} returned {number}, and the counters begin at 0"
        );
        return Err(Violation::new(history, what, [*operation]));
    }
    // When each number, or a higher one, was returned first.
    let mut first = Duration::MAX;
    let mut returned: Vec<_> = taken
        .values()
        .rev()
        .map(|operation| {
            first = first.min(operation.ended);
            first
        })
        .collect();
    returned.reverse();
    let mut missing = 0_usize;
    let mut before: Option<(i64, &Operation)> = None;
    for ((number, operation), returned) in taken.iter().zip(returned) {
        let last = before.map_or(0, |(number, _)| number);
        let skipped = usize::try_from(number - last - 1).unwrap_or(usize::MAX);
        missing = missing.saturating_add(skipped);
        let unknown = unknown.iter().filter(|began| **began < returned).count();
        if skipped > 0 && missing > unknown {
            let what = format!(
                "{key:?} went from {last} to {number} and nobody counted {}: {missing} numbers are missing, and \
                 {unknown} increments of unknown outcome had begun by then",
                if skipped == 1 {
                    format!("{}", number - 1)
                } else {
                    format!("{} to {}", last + 1, number - 1)
                }
            );
            let before = before.map(|(_, operation)| operation);
            return Err(Violation::new(
                history,
                what,
                before.into_iter().chain([*operation]),
            ));
        }
        before = Some((*number, operation));
    }
    Ok(())
}

/// Each key has one row, of which one operation said that it created it. `rows` are the keys of the stored rows, as often as
/// they are stored.
///
/// Where an operation is of unknown outcome, it may have been the one.
///
/// # Errors
///
/// The first key with no row or more than one, with two creators or none, or that was found before it was created; and a history in
/// which nothing was created or found.
pub fn unique<'k>(
    history: &History,
    rows: impl IntoIterator<Item = &'k str>,
) -> Result<(), Violation> {
    let mut stored: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *stored.entry(row).or_default() += 1;
    }
    let created = history
        .operations
        .iter()
        .filter(|operation| operation.action == Action::Create);
    let keys: BTreeSet<_> = created
        .map(|operation| &*operation.key)
        .chain(stored.keys().copied())
        .collect();
    for key in keys {
        let creates = || {
            let of = history.of(key);
            of.filter(|operation| operation.action == Action::Create)
        };
        let acknowledged: Vec<_> = creates()
            .filter(|operation| matches!(operation.outcome, Outcome::Acknowledged(_)))
            .collect();
        let creators: Vec<_> = acknowledged
            .iter()
            .copied()
            .filter(|operation| operation.outcome == Outcome::Acknowledged(Value::Created(true)))
            .collect();
        let unknown = creates().any(|operation| matches!(operation.outcome, Outcome::Unknown(_)));
        let rows = stored.get(key).copied().unwrap_or(0);
        let violation = |what: String, operations: Vec<&Operation>| {
            Err(Violation::new(history, what, operations))
        };
        if rows > 1 {
            return violation(format!("{key:?} is stored in {rows} rows"), creators);
        }
        if creators.len() > 1 {
            return violation(
                format!("{} operations created {key:?}", creators.len()),
                creators,
            );
        }
        if rows == 0 && !acknowledged.is_empty() {
            return violation(
                format!("{key:?} was found or created, and is not stored"),
                acknowledged,
            );
        }
        let too_early = |creator: &Operation| {
            let found = |operation: &&&Operation| {
                operation.outcome == Outcome::Acknowledged(Value::Created(false))
            };
            acknowledged
                .iter()
                .find(found)
                .filter(|found| found.ended < creator.began)
                .copied()
        };
        if let ([creator], false) = (&*creators, unknown) {
            if let Some(found) = too_early(creator) {
                return violation(
                    format!("{key:?} was found before it was created"),
                    vec![found, creator],
                );
            }
        }
        if rows == 1 && creators.is_empty() && !unknown {
            return violation(
                format!("{key:?} is stored, and nobody has created it"),
                acknowledged,
            );
        }
    }
    something_was_done(history, |operation| operation.action == Action::Create)
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
