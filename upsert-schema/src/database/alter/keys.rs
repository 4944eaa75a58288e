//! What `ALTER TABLE` does to keys, indexes and constraints.

use super::Subject;
use crate::change::NewKey;
use crate::database::refusal::{ORDER, no_index, unclear};
use crate::{Dialect, Element, Kind};

impl Subject<'_> {
    /// With IF NOT EXISTS, MariaDB looks for an index that is called like the key, or like its
    /// first column.
    pub(super) fn add_key(&mut self, key: NewKey, if_not_exists: bool) -> Result<(), String> {
        let primary = key.kind == Kind::PrimaryKey && self.dialect == Dialect::Mysql;
        let first = match key.elements.first() {
            Some(Element::Column(name) | Element::Prefix(name, _)) => Some(name.as_str()),
            _ => None,
        };
        let name = match &key.name {
            _ if primary => Some("PRIMARY"),
            Some(name) => Some(name.as_str()),
            None => first,
        };
        if if_not_exists && name.is_some_and(|name| self.key(name).is_some()) {
            return Ok(());
        }
        self.database.add_key(self.at, key, self.locate)
    }

    pub(super) fn use_index(&mut self, index: String, key: NewKey) -> Result<(), String> {
        let Some(found) = self.index(&index) else {
            return match self.strict {
                true => Err(no_index(&self.name, &index)),
                false => Ok(()),
            };
        };
        let table = self.database.tables.get_mut(self.at);
        let Some(held) = table.and_then(|table| table.keys.get_mut(found)) else {
            return Ok(());
        };
        held.key.kind = key.kind;
        held.key.name = Some(key.name.unwrap_or(index));
        held.key.unique &= key.unique;
        held.at = (self.locate)(key.start);
        let made = NewKey {
            only: key.only,
            ..held.key.clone()
        };
        self.database.note_not_null(self.at, &made);
        Ok(())
    }

    pub(super) fn drop_constraint(
        &mut self,
        constraint: &str,
        if_exists: bool,
    ) -> Result<(), String> {
        // A foreign key of MySQL's may have the name of an index.
        let dialect = self.dialect;
        let called = self
            .keys()
            .filter(|held| held.is_called(constraint, dialect));
        let called: Vec<bool> = called.map(|held| held.key.unique).collect();
        if dialect == Dialect::Mysql && called.len() > 1 && called.contains(&true) {
            return Err(unclear(constraint, &self.name));
        }
        if let Some(key) = self.key(constraint) {
            let gone = self.keys().nth(key).map(|held| held.key.clone());
            if let Some(gone) = gone {
                self.database.forget_not_null(self.at, &gone);
            }
            self.database.remove_key(self.at, key);
            return Ok(());
        }
        self.database.may_be_called(constraint)?;
        if self.dialect == Dialect::Postgres
            && !if_exists
            && self.whole
            && !is_automatic(constraint)
        {
            return Err(format!(
                "the table `{}` has no constraint `{constraint}`\n{ORDER}",
                self.name
            ));
        }
        let nameless = self
            .keys()
            .any(|held| held.key.index && held.key.name.is_none());
        if nameless && self.dialect != Dialect::Sqlite {
            return Err(unclear(constraint, &self.name));
        }
        self.database.forget_a_not_null(self.at, constraint);
        Ok(())
    }

    pub(super) fn drop_primary_key(&mut self) -> Result<(), String> {
        let primary = self
            .keys()
            .position(|held| held.key.kind == Kind::PrimaryKey && held.key.index);
        match primary {
            Some(key) => self.database.remove_key(self.at, key),
            None if self.strict => {
                return Err(format!(
                    "the table `{}` has no primary key\n{ORDER}",
                    self.name
                ));
            }
            None => {}
        }
        Ok(())
    }

    pub(super) fn drop_index(&mut self, index: &str, if_exists: bool) -> Result<(), String> {
        match self.index(index) {
            Some(key) => {
                self.database.remove_key(self.at, key);
                Ok(())
            }
            None => self.database.unknown_index(self.at, index, if_exists),
        }
    }

    pub(super) fn rename_key(&mut self, old: &str, new: &str) -> Result<(), String> {
        // MySQL has a name for indexes alone, which a foreign key may have too.
        let found = match self.dialect {
            Dialect::Mysql => self.index(old),
            Dialect::Postgres | Dialect::Sqlite => self.key(old),
        };
        match found {
            Some(key) => self.database.rename_key(self.at, key, new),
            None => self.database.may_be_called(old),
        }
    }
}

/// Whether PostgreSQL gives such names to constraints that are no keys.
fn is_automatic(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    ["_fkey", "_check", "_not_null", "_excl"]
        .iter()
        .any(|end| name.ends_with(end))
}
