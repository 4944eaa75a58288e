//! Whether each increment had a number of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Violation, is_increment, proves_something};
use crate::{Action, Answer, History, Operation, Value};

/// Each unit increment took effect once and on its own: what they returned is, for each key,
/// exactly 1..=N, and rises in each thread and with time. The counters begin at 0.
///
/// Where increments are of unknown outcome, as many numbers may be missing, since nobody has seen
/// what they returned: those that had begun before a higher number was returned.
///
/// # Errors
///
/// The first key where something contradicts, and an increment that was not by 1 or returned no
/// number; and a history that proves nothing, since no increment was acknowledged, or none of a
/// thread that tried ([`Race::threads_may_fail`](crate::Race::threads_may_fail)).
pub fn tickets(history: &History) -> Result<(), Violation> {
    for key in history.keys() {
        let mut taken: BTreeMap<i64, &Operation> = BTreeMap::new();
        let mut last: BTreeMap<usize, (i64, &Operation)> = BTreeMap::new();
        let mut unknown = Vec::new();
        for operation in history.of(key) {
            let number = match (operation.action, &operation.answer) {
                (_, Answer::Failed(_)) => continue,
                (Action::Increment(1), Answer::Unknown(_)) => {
                    unknown.push(operation.began);
                    continue;
                }
                (Action::Increment(1), Answer::Acknowledged(Value::Counter(n))) => *n,
                _ => {
                    let what = "tickets are unit increments that return the stored number: have the statement return \
                                it (`returning = n`, and `get_result`), or check what is stored with `counter`";
                    return Err(Violation::new(history, what.to_owned(), [operation]));
                }
            };
            if let Some(other) = taken.insert(number, operation) {
                let what =
                    format!("two increments of {key:?} returned {number}: one of them is lost");
                return Err(Violation::new(history, what, [other, operation]));
            }
            if let Some((before, earlier)) = last.insert(operation.thread, (number, operation)) {
                if before > number {
                    let what =
                        format!("{key:?} went from {before} back to {number} for one thread");
                    return Err(Violation::new(history, what, [earlier, operation]));
                }
            }
        }
        ended_before(history, key, &taken)?;
        complete(history, key, &taken, &unknown)?;
    }
    proves_something(history, is_increment)
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

/// The numbers begin at 1, and none is missing that has to be there.
fn complete(
    history: &History,
    key: &str,
    taken: &BTreeMap<i64, &Operation>,
    unknown: &[Duration],
) -> Result<(), Violation> {
    let Some((lowest, operation)) = taken.first_key_value() else {
        return Ok(());
    };
    let from_zero = match lowest {
        1.. => gaps(history, key, taken, (0, unknown)),
        _ => Ok(()),
    };
    // Nothing is missing but what was there before.
    let began_later = match lowest {
        2.. => from_zero.is_err() && gaps(history, key, taken, (lowest - 1, unknown)).is_ok(),
        1 => false,
        _ => true,
    };
    if began_later {
        let what = format!(
            "the counter {key:?} was not at 0 when the race began: the lowest number that an increment returned is \
             {lowest}; begin with an empty table, or with another key"
        );
        return Err(Violation::new(history, what, [*operation]));
    }
    from_zero
}

/// As many numbers may be missing as there are increments that nobody has seen return, and that
/// began before the next higher number was there. `start` is where the counter began.
fn gaps(
    history: &History,
    key: &str,
    taken: &BTreeMap<i64, &Operation>,
    (start, unknown): (i64, &[Duration]),
) -> Result<(), Violation> {
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
        let last = before.map_or(start, |(number, _)| number);
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
