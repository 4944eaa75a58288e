//! What becomes of a column that a row leaves out, where `upsert!` rests on it.
//!
//! Where an upsert fires on any key, a statement compiles whose row leaves a column of another key
//! out, if that is NULL then or new by what was declared: the row meets none by that key.

use super::candidate::{columns, same_name};
use crate::dialect::Catalogue;
use crate::keys::{KeyColumn, LiveColumn, LiveTable, Mismatch, Numbered, UniqueKey};

/// What `live` has that makes such a row meet another one by `key`, which is one of `keys`. `lasts`
/// is whether the primary key of `table!` is a number that nobody uses up.
pub(super) fn left_out<DB: Catalogue>(
    key: &UniqueKey,
    (keys, lasts): (&[UniqueKey], bool),
    live: &LiveTable,
) -> Vec<Mismatch> {
    if !DB::ANY_KEY_FIRES || !key.stands_beside_a_target(keys) {
        return Vec::new();
    }
    let is_relied_on = |column: &&KeyColumn| match column.numbered {
        // Without migrations any column may have a DEFAULT, but for a primary key that is taken for
        // numbered.
        Numbered::Unknown => key.relies_on_numbers(column.name, same_name::<DB>, lasts),
        _ => !column.default,
    };
    let relied_on: Vec<_> = columns(key).filter(is_relied_on).collect();
    let by_itself = relied_on.iter().filter_map(|column| {
        let mut all = live.columns.iter();
        let live = all.find(|live| same_name::<DB>(&live.name, column.name))?;
        Some(Mismatch::LeftOut {
            column: live.name.clone(),
            live: got(column, live)?,
        })
    });
    let fillers = live.fillers.iter().filter(|_| !relied_on.is_empty());
    let by_trigger = fillers.map(|trigger| Mismatch::FilledIn {
        trigger: trigger.clone(),
    });
    by_itself.chain(by_trigger).collect()
}

/// What a row that leaves the column out gets, where that is neither NULL nor new each time.
fn got(column: &KeyColumn, live: &LiveColumn) -> Option<String> {
    if live.generated {
        return Some("what the database computes, since the column is generated".to_owned());
    }
    if live.numbered || live.renewed {
        return None;
    }
    match &live.default {
        Some(default) => Some(format!("its DEFAULT, {default}")),
        None if live.nullable => None,
        // https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html
        None if column.numbered == Numbered::No => {
            Some("the implicit DEFAULT of a NOT NULL column, outside of the strict mode".to_owned())
        }
        None => Some("no number of AUTO_INCREMENT but 0, outside of the strict mode".to_owned()),
    }
}
