//! Triggers that run before a row is there: they may fill in what it leaves out.

use crate::Dialect;
use crate::change::Change;
use crate::ddl::cursor::{Cursor, find};

/// `CREATE TRIGGER`, from behind that on. Where it cannot be read, it is there on any table.
pub(crate) fn created(cursor: Cursor<'_, '_>, dialect: Dialect, or_replace: bool) -> Change {
    read(cursor, dialect, or_replace).unwrap_or(Change::AnyTrigger)
}

fn read(mut cursor: Cursor<'_, '_>, dialect: Dialect, or_replace: bool) -> Option<Change> {
    cursor.accept("if not exists");
    let name = cursor.qualified()?.name;
    let on = find(cursor.rest(), "on", dialect)?;
    let when = cursor.rest().get(..on)?;
    let fills = ["before", "insert"]
        .iter()
        .all(|word| when.iter().any(|token| token.is(word)));
    cursor.skip(on + 1);
    let table = cursor.qualified()?;
    Some(Change::CreateTrigger {
        name,
        table,
        fills,
        or_replace,
    })
}

/// `DROP TRIGGER`, from behind that on.
pub(crate) fn dropped(mut cursor: Cursor<'_, '_>) -> Option<Change> {
    cursor.accept("if exists");
    let name = cursor.qualified()?.name;
    let table = if cursor.accept("on") {
        Some(cursor.qualified()?)
    } else {
        None
    };
    Some(Change::DropTrigger { name, table })
}
