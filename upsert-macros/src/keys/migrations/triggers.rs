//! Triggers that run before a row is there: they may fill in what it leaves out.

use super::super::Dialect;
use super::change::{Change, Name};
use super::cursor::{Cursor, find};
use super::database::Database;

/// `CREATE TRIGGER`, from behind that on. Where it cannot be read, it is there on any table.
pub(super) fn created(cursor: Cursor<'_, '_>, dialect: Dialect, or_replace: bool) -> Change {
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
pub(super) fn dropped(mut cursor: Cursor<'_, '_>) -> Option<Change> {
    cursor.accept("if exists");
    let name = cursor.qualified()?.name;
    let table = if cursor.accept("on") {
        Some(cursor.qualified()?)
    } else {
        None
    };
    Some(Change::DropTrigger { name, table })
}

impl Database {
    pub(super) fn create_trigger(
        &mut self,
        name: String,
        table: &Name,
        (fills, or_replace): (bool, bool),
    ) {
        if or_replace {
            self.drop_trigger(
                &name,
                Some(table).filter(|_| self.dialect == Dialect::Postgres),
            );
        }
        if !fills {
            return;
        }
        if let Some(table) = self.find(table).and_then(|at| self.tables.get_mut(at)) {
            table.triggers.push(name);
        }
    }

    /// One whose name is in another case stays on MySQL: on some systems it is another one.
    pub(super) fn drop_trigger(&mut self, name: &str, table: Option<&Name>) {
        let only = table.map(|table| self.find(table));
        let sqlite = self.dialect == Dialect::Sqlite;
        let is = |known: &str| known == name || sqlite && known.eq_ignore_ascii_case(name);
        for (at, table) in self.tables.iter_mut().enumerate() {
            if only.is_none_or(|only| only == Some(at)) {
                table.triggers.retain(|known| !is(known));
            }
        }
    }
}
