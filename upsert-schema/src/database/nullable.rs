//! Whether a column can be NULL. `table!` says that too, and may be wrong.

use crate::change::{Column, NewKey};
use crate::database::Database;
use crate::database::table::TableState;
use crate::{Dialect, Element, Kind, Null, Scope, Type};

impl Database {
    /// What inherits from a table has the NOT NULL of its primary key too.
    pub(crate) fn note_not_null(&mut self, at: usize, key: &NewKey) {
        let dialect = self.dialect;
        if !key.only {
            for table in self.family(at) {
                table.note_not_null(key, dialect);
            }
        }
    }

    /// A NOT NULL goes by the name that PostgreSQL 18 has given to it: those of the table and the
    /// column, as they were then.
    pub(crate) fn forget_a_not_null(&mut self, at: usize, name: &str) {
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let Some(rest) = name.strip_suffix("_not_null") else {
            return;
        };
        for table in self.family(at) {
            let of = |column: &Column| rest.ends_with(&format!("_{}", column.name));
            let any = table.columns.iter().any(of);
            for column in &mut table.columns {
                if !any || of(column) {
                    column.nullable = Some(true);
                }
            }
        }
    }

    /// A NOT NULL goes by its name.
    pub(crate) fn forget_not_null(&mut self, at: usize, key: &NewKey) {
        let dialect = self.dialect;
        if let (true, [Element::Column(name)]) = (key.not_null, &key.elements[..]) {
            let own = self.tables.get(at).map(|table| table.id);
            for table in self.family(at) {
                // What inherits the column may have one of its own.
                let nullable = (Some(table.id) == own).then_some(true);
                table.set_nullable(name, nullable, dialect);
            }
        }
    }
}

impl TableState {
    /// Whether the column can be NULL, where that is known.
    pub(crate) fn nullable(&self, name: &str, scope: &Scope) -> Option<bool> {
        self.nullable_within(name, scope, self.columns.len())
    }

    fn nullable_within(&self, name: &str, scope: &Scope, depth: usize) -> Option<bool> {
        let dialect = scope.dialect();
        if self.is_never_null_by_its_key(name, dialect) {
            return Some(false);
        }
        let is = |column: &&Column| dialect.same(&column.name, name);
        // A table has a column once more for each table that it inherits it from.
        let mut answer = None;
        for column in self.columns.iter().filter(is) {
            let of_one = self.of_one(column, scope, depth);
            match (of_one, answer) {
                (Some(false), _) => return Some(false),
                (None, Some(_)) => return None,
                (of_one, _) => answer = of_one,
            }
        }
        answer
    }

    fn of_one(&self, column: &Column, scope: &Scope, depth: usize) -> Option<bool> {
        // A type that somebody has made may be a domain that is NOT NULL.
        if scope.dialect() == Dialect::Postgres && column.kind == Type::Unknown {
            return column.nullable.filter(|nullable| !nullable);
        }
        let (Some(true), Some(sql)) = (column.nullable, &column.computed) else {
            return column.nullable;
        };
        // It is NULL where its expression is; one that is computed from itself is none.
        let deeper = depth.checked_sub(1);
        match (sql.null(scope), deeper) {
            (Null::Of(columns), Some(depth)) => {
                let can_be =
                    |name: &String| self.nullable_within(name, scope, depth) != Some(false);
                Some(columns.iter().any(can_be))
            }
            _ => Some(true),
        }
    }

    /// SQLite keeps NULL out of a primary key only if it is the rowid, or the table has none or is
    /// [STRICT][1]: <https://sqlite.org/lang_createtable.html#the_primary_key>.
    ///
    /// [1]: https://sqlite.org/stricttables.html
    pub(crate) fn is_never_null_by_its_key(&self, name: &str, dialect: Dialect) -> bool {
        let is_primary = |key: &NewKey| {
            key.kind == Kind::PrimaryKey && key.elements.iter().any(|element| {
                matches!(element, Element::Column(own) | Element::Prefix(own, _) if dialect.same(own, name))
            })
        };
        let mut keys = self.keys.iter();
        keys.any(|held| {
            is_primary(&held.key)
                && (dialect != Dialect::Sqlite
                    || self.without_rowid
                    || self.strict
                    || held.key.elements.len() == 1 && self.is_rowid(name))
        })
    }

    /// A primary key makes its columns NOT NULL, which they stay when it goes. Not so on SQLite,
    /// where none goes.
    pub(crate) fn note_not_null(&mut self, key: &NewKey, dialect: Dialect) {
        let primary = key.kind == Kind::PrimaryKey && dialect != Dialect::Sqlite;
        if !primary && !key.not_null {
            return;
        }
        for element in &key.elements {
            if let Element::Column(name) | Element::Prefix(name, _) = element {
                self.set_nullable(name, Some(false), dialect);
            }
        }
    }
}
