//! What `ALTER TABLE` does to columns, with those of the tables that have them from it.

use super::Subject;
use crate::change::{Column, NewKey};
use crate::database::refusal::ORDER;
use crate::{Dialect, Sql, Type};

impl Subject<'_> {
    pub(super) fn add_column(
        &mut self,
        column: &Column,
        keys: Vec<NewKey>,
        if_not_exists: bool,
    ) -> Result<(), String> {
        let exists = self.has_column(&column.name);
        if exists && !if_not_exists {
            if !self.strict {
                return Ok(());
            }
            return Err(format!(
                "the table `{}` has a column `{}` already\n{ORDER}",
                self.name, column.name
            ));
        }
        if !exists {
            for table in self.database.family(self.at) {
                // What inherits it and has one of that name keeps its own.
                let merged = table.column(&column.name, self.dialect).is_some();
                table.columns.push(match merged {
                    true => Column {
                        default: false,
                        computed: None,
                        nullable: None,
                        ..column.clone()
                    },
                    false => column.clone(),
                });
            }
        } else if self.dialect != Dialect::Mysql {
            return Ok(());
        }
        // MariaDB adds the key of a column that is there, unless there is an index of its name
        // too.
        keys.into_iter()
            .try_for_each(|key| self.add_key(key, if_not_exists))
    }

    pub(super) fn drop_column(&mut self, column: &str, if_exists: bool) -> Result<(), String> {
        if !if_exists {
            self.must_have(column)?;
        }
        if self.strict && self.dialect == Dialect::Sqlite && self.is_in_key(column) {
            return Err(format!(
                "SQLite does not drop the column `{column}` of `{}`: it is in a key\nhelp: drop the index first, or make a new table",
                self.name
            ));
        }
        for table in self.database.family(self.at) {
            // It stays where it is inherited from another table too, or was there before.
            let inherits = table.id != self.id && !table.inherits.is_empty();
            if inherits && table.has_column_twice(column, self.dialect) {
                table.drop_one_column(column, self.dialect);
            } else {
                table.drop_column(column, self.dialect);
            }
        }
        Ok(())
    }

    /// Stops at a column that is not there.
    fn must_have(&self, column: &str) -> Result<(), String> {
        if self.whole && !self.has_column(column) {
            return Err(format!(
                "the table `{}` has no column `{column}`\n{ORDER}",
                self.name
            ));
        }
        Ok(())
    }

    fn is_in_key(&self, column: &str) -> bool {
        self.table().is_some_and(|table| {
            let scope = table.scope(self.dialect);
            let mut keys = table.keys.iter();
            keys.any(|held| held.key.unique && held.reads(column, &scope))
        })
    }

    pub(super) fn rename_column(&mut self, old: &str, new: &str) -> Result<(), String> {
        self.must_have(old)?;
        for table in self.database.family(self.at) {
            table.rename_column(old, new, self.dialect);
        }
        Ok(())
    }

    pub(super) fn replace_column(
        &mut self,
        old: &str,
        column: &Column,
        keys: Vec<NewKey>,
        dropped: bool,
    ) -> Result<(), String> {
        self.must_have(old)?;
        for table in self.database.family(self.at) {
            if dropped {
                table.shorten_keys(column, self.dialect);
            }
            table.rename_column(old, &column.name, self.dialect);
            table.redefine_column(column, self.dialect);
        }
        keys.into_iter()
            .try_for_each(|key| self.database.add_key(self.at, key, self.locate))
    }

    pub(super) fn set_default(&mut self, column: &str, default: bool, computed: Option<&Sql>) {
        for table in self.database.family(self.at) {
            table.set_default(column, default, computed, self.dialect);
        }
    }

    pub(super) fn set_nullable(&mut self, column: &str, nullable: bool, only: bool) {
        for table in self.database.family(self.at) {
            if !only || table.id == self.id {
                table.set_nullable(column, Some(nullable), self.dialect);
            }
        }
    }

    pub(super) fn set_overriding(&mut self, column: &str) {
        let dialect = self.dialect;
        let table = self.database.tables.get_mut(self.at);
        let columns = table.into_iter().flat_map(|table| &mut table.columns);
        for column in columns.filter(|own| dialect.same(&own.name, column)) {
            column.sqlite.overrides = true;
        }
    }

    pub(super) fn set_type(&mut self, column: &str, kind: Type, words: &[String]) {
        for table in self.database.family(self.at) {
            table.set_type(column, kind, words, self.dialect);
        }
    }
}
