//! When the actions of one `ALTER TABLE` are done: the databases do not go by the order in which
//! they are written.

use crate::Dialect;
use crate::change::{Alteration, without_served};

pub(super) fn in_order(mut actions: Vec<Alteration>, dialect: Dialect) -> Vec<Alteration> {
    if dialect == Dialect::Mysql {
        actions = renamed_at_once(with_replaced_columns(actions));
        actions = without_served(actions, |action| match action {
            Alteration::AddKey { key, .. } => Some(key),
            _ => None,
        });
    }
    actions.sort_by_key(pass);
    actions
}

fn pass(alteration: &Alteration) -> u8 {
    match alteration {
        Alteration::DropColumn { .. }
        | Alteration::DropConstraint { .. }
        | Alteration::DropPrimaryKey
        | Alteration::DropIndex { .. } => 0,
        Alteration::RenameColumn { .. }
        | Alteration::ReplaceColumn { .. }
        | Alteration::RenameKey { .. } => 1,
        Alteration::AddColumn { .. } => 2,
        Alteration::RenameTo(_) | Alteration::SetSchema(_) => 4,
        _ => 3,
    }
}

/// MySQL gives all new names at once: `RENAME COLUMN a TO b, RENAME COLUMN b TO a` is a swap.
fn renamed_at_once(actions: Vec<Alteration>) -> Vec<Alteration> {
    // No name of a column: between the old and the new.
    let between = |at: usize| format!("\0{at}");
    let mut first = Vec::new();
    let mut then = Vec::new();
    for (at, mut action) in actions.into_iter().enumerate() {
        if let Alteration::RenameColumn { old, .. }
        | Alteration::ReplaceColumn {
            old,
            dropped: false,
            ..
        } = &mut action
        {
            first.push(Alteration::RenameColumn {
                old: std::mem::replace(old, between(at)),
                new: between(at),
            });
        }
        then.push(action);
    }
    first.extend(then);
    first
}

/// MySQL finds the columns of its keys by name when it is done: one that is dropped and added stays
/// in them.
fn with_replaced_columns(actions: Vec<Alteration>) -> Vec<Alteration> {
    let added = |name: &str| {
        actions.iter().find_map(|action| match action {
            Alteration::AddColumn { column, .. } if Dialect::Mysql.same(&column.name, name) => {
                Some(column.clone())
            }
            _ => None,
        })
    };
    let dropped: Vec<String> = actions
        .iter()
        .filter_map(|action| match action {
            Alteration::DropColumn { name, .. } if added(name).is_some() => Some(name.clone()),
            _ => None,
        })
        .collect();
    let replaced = dropped.iter().filter_map(|old| {
        Some(Alteration::ReplaceColumn {
            old: old.clone(),
            column: added(old)?,
            keys: Vec::new(),
            dropped: true,
        })
    });
    let replaced: Vec<_> = replaced.collect();
    let is_replaced = |name: &str| dropped.iter().any(|old| Dialect::Mysql.same(old, name));
    let rest = actions.into_iter().filter(|action| match action {
        Alteration::DropColumn { name, .. } => !is_replaced(name),
        Alteration::AddColumn { column, .. } => !is_replaced(&column.name),
        _ => true,
    });
    rest.chain(replaced).collect()
}
