//! Triggers that may fill in what a row leaves out.

use crate::Dialect;
use crate::change::Name;
use crate::database::Database;

impl Database {
    pub(crate) fn create_trigger(
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
    pub(crate) fn drop_trigger(&mut self, name: &str, table: Option<&Name>) {
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
