//! `RENAME`, which is MySQL's.

use super::cursor::Cursor;
use crate::change::Change;

/// `RENAME TABLE a TO b, c TO d`
pub(crate) fn changes(mut cursor: Cursor<'_, '_>) -> Option<Vec<Change>> {
    cursor.skip(1);
    if !cursor.accept_one(&["table", "tables"]) {
        return Some(Vec::new());
    }
    cursor.accept("if exists");
    let mut changes = Vec::new();
    loop {
        let table = cursor.qualified()?;
        if cursor.accept("wait") {
            cursor.skip(1);
        }
        cursor.accept("nowait");
        if !cursor.accept("to") {
            return None;
        }
        changes.push(Change::RenameTable {
            table,
            name: cursor.qualified()?,
        });
        if !cursor.accept_mark(",") {
            return cursor.is_empty().then_some(changes);
        }
    }
}
