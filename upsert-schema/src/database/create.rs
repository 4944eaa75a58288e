//! New tables and keys.

use crate::change::{Made, Name, NewKey, NewTable};
use crate::database::refusal::{Locate, ORDER, index_exists, table_exists};
use crate::database::table::{HeldKey, TableState};
use crate::database::{Database, naming};
use crate::{Dialect, Element, Kind, names};

impl Database {
    pub(crate) fn create_table(
        &mut self,
        new: NewTable,
        locate: Locate<'_>,
        start: usize,
    ) -> Result<(), String> {
        let schema = if new.temporary {
            None
        } else {
            self.schema_of(&new.name)
        };
        self.has_temporary |= new.temporary;
        if self.is_excepted(&schema, &new.name.name) {
            return Ok(());
        }
        let existing = self.tables.iter().position(|table| {
            table.temporary == new.temporary
                && table.schema == schema
                && (table.name == new.name.name
                    || self.dialect == Dialect::Sqlite
                        && table.name.eq_ignore_ascii_case(&new.name.name))
        });
        if let Some(at) = existing {
            if new.if_not_exists {
                return Ok(());
            }
            if !new.or_replace && !self.incomplete {
                let there = self.tables.get(at).map(|table| &table.at);
                return Err(table_exists(&new.name, there));
            }
            self.remove_table(at);
        } else if new.if_not_exists && !new.temporary {
            if self.is_taken_by_another(&schema, &new.name.name) {
                return Ok(());
            }
            if self.may_be_taken(&new.name.name) {
                return Err(format!(
                    "cannot tell whether there is something called `{}` already, so that this is skipped\n\
                     help: leave out IF NOT EXISTS, or {}",
                    new.name,
                    names::by_hand(&[Name::shown(&schema, &new.name.name)])
                ));
            }
        }
        let mut state = TableState {
            id: self.new_id(),
            schema,
            name: new.name.name.clone(),
            temporary: new.temporary,
            passing: new.passing,
            at: locate(start),
            columns: Vec::new(),
            whole: new.whole,
            keys: Vec::new(),
            parent: None,
            inherits: Vec::new(),
            of: new.of,
            writable: new.writable,
            triggers: Vec::new(),
            without_rowid: new.without_rowid,
            strict: new.strict,
            overrides: new.overrides,
        };
        let parent = new.partition_of.as_ref().and_then(|name| self.find(name));
        let mut copied = Vec::new();
        for like in &new.likes {
            let Some(other) = self.find(&like.table).and_then(|at| self.tables.get(at)) else {
                state.whole = false;
                continue;
            };
            state.whole &= other.whole;
            state
                .columns
                .extend(other.columns.iter().cloned().map(|mut column| {
                    column.default &= if column.words.iter().any(|word| word == "generated") {
                        like.generated
                    } else {
                        like.defaults
                    };
                    column.computed = column.computed.filter(|_| column.default);
                    column
                }));
            // Whether PostgreSQL copies a CHECK makes no difference but for its name.
            let postgres = self.dialect == Dialect::Postgres;
            let is_copied = |held: &&HeldKey| match held.key.index {
                true => like.indexes,
                false => postgres,
            };
            let keys = other.keys.iter().filter(is_copied);
            copied.extend(keys.map(|held| held.key.clone()));
        }
        for name in new.inherits.iter().chain(&new.partition_of) {
            match self.find(name).and_then(|at| self.tables.get(at)) {
                Some(other) => {
                    state.whole &= other.whole;
                    state.columns.extend(other.columns.iter().cloned());
                }
                None => state.whole = false,
            }
        }
        let inherits = new.inherits.iter().filter_map(|name| self.find(name));
        state.inherits = inherits
            .filter_map(|at| Some(self.tables.get(at)?.id))
            .collect();
        state.columns.extend(new.columns);
        self.tables.push(state);
        let at = self.tables.len() - 1;

        let parent = parent.filter(|parent| *parent != at);
        if let Some(parent) = parent {
            self.attach(parent, at, &locate(start));
        }
        for key in NewKey::in_order(new.keys, self.dialect) {
            self.add_key(at, key, locate)?;
        }
        for mut key in copied {
            key.start = start;
            if self.dialect == Dialect::Postgres && key.index {
                key.name = None;
            }
            self.add_key(at, key, locate)?;
        }
        Ok(())
    }

    /// Adds a key, and gives it the name that the database gives.
    pub(crate) fn add_key(
        &mut self,
        at: usize,
        key: NewKey,
        locate: Locate<'_>,
    ) -> Result<(), String> {
        let position = locate(key.start);
        let (dialect, lenient) = (self.dialect, self.incomplete);
        let Some(table) = self.tables.get(at) else {
            return Ok(());
        };
        let shown = table.name.clone();
        if table.whole && !lenient && (key.unique || key.index) {
            for element in &key.elements {
                let (Element::Column(name) | Element::Prefix(name, _)) = element else {
                    continue;
                };
                if table.column(name, dialect).is_none() {
                    return Err(format!(
                        "the table `{shown}` has no column `{name}` for a key\n{ORDER}"
                    ));
                }
            }
        }
        if key.kind == Kind::PrimaryKey
            && !lenient
            && table
                .keys
                .iter()
                .any(|held| held.key.kind == Kind::PrimaryKey && held.key.index)
        {
            return Err(format!(
                "the table `{shown}` has a primary key already\n{ORDER}"
            ));
        }
        if dialect == Dialect::Mysql && self.serve_foreign_keys(at, &key) {
            return Ok(());
        }
        let Some(table) = self.tables.get(at) else {
            return Ok(());
        };
        let mut key = key;
        let exists = |name: &str, but: Option<Made>| {
            let mut keys = table.keys.iter();
            keys.any(|held| {
                held.key.index && Some(held.key.made) != but && held.is_called(name, dialect)
            })
        };
        match dialect {
            Dialect::Mysql if key.index && (key.name.is_none() || key.kind == Kind::PrimaryKey) => {
                let name = naming::mysql(&key, |name| exists(name, None));
                let without = naming::mysql(&key, |name| exists(name, Some(Made::Perhaps)));
                key.name = if name == without { name } else { None };
            }
            Dialect::Postgres if key.index && key.name.is_none() => {
                key.name = naming::postgres(&shown, &key, |name| self.taken(&table.schema, name));
            }
            _ => {}
        }
        let named = key
            .name
            .as_ref()
            .filter(|_| key.index && (dialect != Dialect::Sqlite || key.kind == Kind::Index));
        if let Some(name) = named.filter(|name| !lenient && self.index_exists(at, name)) {
            return Err(index_exists(name));
        }
        let parent = table.id;
        let has_partitions = self.tables.iter().any(|child| child.parent == Some(parent));
        self.note_not_null(at, &key);
        let only = key.only && has_partitions;
        key.only = only;
        let id = self.new_id();
        if let Some(table) = self.tables.get_mut(at) {
            let held = HeldKey {
                key,
                at: position,
                id,
                parent: None,
            };
            table.hold(held, dialect);
        }
        if !only {
            self.spread(at, id);
        }
        Ok(())
    }

    /// MySQL's indexes for foreign keys, where `key` is added: those go that it makes needless.
    /// Whether it is one itself and another one serves.
    fn serve_foreign_keys(&mut self, at: usize, key: &NewKey) -> bool {
        let Some(table) = self.tables.get_mut(at) else {
            return false;
        };
        if table.keys.iter().any(|held| held.key.serves(key, false)) {
            return true;
        }
        table.keys.retain(|held| !key.serves(&held.key, true));
        false
    }
}
