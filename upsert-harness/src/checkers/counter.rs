//! Whether a sum is what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};

use super::{Violation, is_increment, proves_something};
use crate::{Action, Answer, History, Value};

/// No number was lost and none applied twice: for each key, `stored` is the sum of the acknowledged
/// increments, give or take those whose outcome is unknown.
///
/// A counter that is not stored is 0. A stored one that nobody has incremented has to be 0 too.
/// Where nobody decrements, no counter is lower than an increment has returned.
///
/// # Errors
///
/// The first key whose number cannot be, or that is stored twice; and a history that proves
/// nothing, since no increment was acknowledged, or none of a thread that tried
/// ([`Race::threads_may_fail`](crate::Race::threads_may_fail)).
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
            match &operation.answer {
                Answer::Acknowledged(_) => {
                    least = least.saturating_add(by);
                    most = most.saturating_add(by);
                }
                Answer::Unknown(_) => {
                    least = least.saturating_add(by.min(0));
                    most = most.saturating_add(by.max(0));
                    unknown.push(operation);
                }
                Answer::Failed(_) => {}
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
                    && matches!(operation.answer, Answer::Acknowledged(Value::Counter(returned)) if returned > n)
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
                format!("{least} to {most}, for some outcomes are unknown")
            };
            let what =
                format!("the counter {key:?} is {n}, and its increments are {expected}: {fault}");
            let operations = lost.into_iter().chain(unknown);
            return Err(Violation::new(history, what, operations));
        }
    }
    proves_something(history, is_increment)
}
