//! Whether each key was created once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Violation, proves_something};
use crate::{Action, Answer, History, Operation, Value};

/// Each key has one row, of which one operation said that it created it. `rows` are the keys of the
/// stored rows, as often as they are stored.
///
/// Where an operation is of unknown outcome, it may have been the one. [`Turn::create`] has an
/// example.
///
/// [`Turn::create`]: crate::Turn::create
///
/// # Errors
///
/// The first key with no row or more than one, with two creators or none, or that was found before
/// it was created; an operation that did not return whether it created the row; and a history that
/// proves nothing, since nothing was created or found, or nothing by a thread that tried
/// ([`Race::threads_may_fail`](crate::Race::threads_may_fail)).
pub fn unique<'k>(
    history: &History,
    rows: impl IntoIterator<Item = &'k str>,
) -> Result<(), Violation> {
    all_have_said(history)?;
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
            .filter(|operation| matches!(operation.answer, Answer::Acknowledged(_)))
            .collect();
        let creators: Vec<_> = acknowledged
            .iter()
            .copied()
            .filter(|operation| operation.answer == Answer::Acknowledged(Value::Created(true)))
            .collect();
        let unknown =
            || creates().filter(|operation| matches!(operation.answer, Answer::Unknown(_)));
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
        // Who said so has created it; where nobody did, one of unknown outcome may have.
        let creator = match &*creators {
            [creator] => Some(*creator),
            _ => unknown().min_by_key(|operation| operation.began),
        };
        if let Some(creator) = creator {
            let too_early = acknowledged.iter().copied().find(|operation| {
                operation.answer == Answer::Acknowledged(Value::Created(false))
                    && operation.ended < creator.began
            });
            if let Some(found) = too_early {
                return violation(
                    format!("{key:?} was found before it was created"),
                    vec![found, creator],
                );
            }
        }
        if rows == 1 && creators.is_empty() && unknown().next().is_none() {
            return violation(
                format!("{key:?} is stored, and nobody has created it"),
                acknowledged,
            );
        }
    }
    proves_something(history, |operation| operation.action == Action::Create)
}

/// There are operations that create rows, if there are any, and each has returned whether it did.
fn all_have_said(history: &History) -> Result<(), Violation> {
    let operations = &history.operations;
    let creates = || {
        let all = operations.iter();
        all.filter(|operation| operation.action == Action::Create)
    };
    if let (Some(first), None) = (operations.first(), creates().next()) {
        let what = "the race proves nothing: no operation is one of `Turn::create`";
        return Err(Violation::new(history, what.to_owned(), [first]));
    }
    let is_silent = |operation: &&Operation| match operation.answer {
        Answer::Acknowledged(Value::Created(_)) | Answer::Failed(_) | Answer::Unknown(_) => false,
        Answer::Acknowledged(Value::Nothing | Value::Counter(_)) => true,
    };
    match creates().find(is_silent) {
        Some(silent) => {
            let what = "the closure of `Turn::create` did not return whether it created the row, which `unique` has \
                        to know: have it return a bool, or a row and a bool";
            Err(Violation::new(history, what.to_owned(), [silent]))
        }
        None => Ok(()),
    }
}
