//! Changes, made to a database.
//!
//! What the database would refuse is an error; but nothing is said of a name that is unknown where
//! something was passed over that may have made it.

use crate::change::{Alteration, Change, Name};
use crate::database::refusal::{
    Locate, ORDER, index_exists, no_index, no_table, table_exists, unclear,
};
use crate::database::table::TableState;
use crate::database::{Database, naming};
use crate::{Dialect, names};

impl Database {
    pub(crate) fn apply(
        &mut self,
        change: Change,
        locate: Locate<'_>,
        start: usize,
    ) -> Result<(), String> {
        if let Some(message) = self.is_unclear(&change) {
            return Err(message);
        }
        match change {
            Change::CreateTable(table) => self.create_table(table, locate, start),
            Change::CreateOther(name) => {
                self.create_other(&name);
                Ok(())
            }
            Change::CreateIndex {
                table,
                key,
                if_not_exists,
            } => {
                let Some(at) = self.subject(&table, false)? else {
                    return Ok(());
                };
                if if_not_exists {
                    let name = key.name.as_deref().unwrap_or_default();
                    let schema = self.tables.get(at).and_then(|table| table.schema.clone());
                    let taken = self.dialect == Dialect::Postgres
                        && (self.is_relation(&schema, name) || self.is_excepted(&schema, name));
                    if taken || self.index_exists(at, name) {
                        return Ok(());
                    }
                    // To forget one that is there does no harm where a statement names its target.
                    if self.dialect != Dialect::Mysql && self.may_be_taken(name) {
                        return Ok(());
                    }
                }
                self.add_key(at, key, locate)
            }
            Change::DropTables { names, if_exists } => names
                .iter()
                .try_for_each(|name| self.drop_table(name, if_exists)),
            Change::DropOthers(names) => {
                names.iter().for_each(|name| self.drop_other(name));
                Ok(())
            }
            Change::RenameOther { old, new } => {
                self.rename_other(&old, &new);
                Ok(())
            }
            Change::DropCascade { names, goes } => {
                self.drop_cascade(&names, goes);
                Ok(())
            }
            Change::RenameDefinition { old, new } => {
                self.rename_definition(&old, &new);
                Ok(())
            }
            Change::AlterType(name) => match self.tables.iter().find(|table| table.of.is_some()) {
                Some(table) => Err(format!(
                    "cannot tell what this does to the unique keys of `{}`, which is of a type: is it `{name}`?\n\
                     help: leave the table out: {}",
                    table.name,
                    names::except(&[table.shown()])
                )),
                None => Ok(()),
            },
            Change::DropOwned => match self.known_tables().next() {
                Some(table) => Err(format!(
                    "cannot tell what belongs to whom: does the table `{}` go?\n\
                     help: drop what is meant by its name, or leave the table out: {}",
                    table.name,
                    names::except(&[table.shown()])
                )),
                None => Ok(()),
            },
            Change::CreateRoutine { name, words } => {
                self.routines.push((name, words));
                Ok(())
            }
            Change::Define { name, words } => {
                self.definitions.push((name, words));
                Ok(())
            }
            Change::Overload(name) => {
                self.overloads.push(name);
                Ok(())
            }
            Change::CreateExtension => {
                self.incomplete = true;
                Ok(())
            }
            Change::Run(_) => Ok(()),
            Change::LeavePath => {
                self.other_path = true;
                Ok(())
            }
            Change::LosePath => {
                self.left_path = true;
                Ok(())
            }
            Change::DropIndexes {
                names,
                table,
                if_exists,
            } => names
                .iter()
                .try_for_each(|name| self.drop_index(name, table.as_ref(), if_exists)),
            Change::CreateTrigger {
                name,
                table,
                fills,
                or_replace,
            } => {
                self.create_trigger(name, &table, (fills, or_replace));
                Ok(())
            }
            Change::AnyTrigger => {
                self.any_trigger = true;
                Ok(())
            }
            Change::DropTrigger { name, table } => {
                self.drop_trigger(&name, table.as_ref());
                Ok(())
            }
            Change::RenameIndex { index, name } => {
                // PostgreSQL takes a table for an index here. One that is not known is none of a
                // key.
                let new = Name { schema: None, name };
                if let Some((table, key)) = self.find_index(&index) {
                    self.rename_key(table, key, &new.name)?;
                } else if let Some(table) = self.find(&index) {
                    self.rename_table(table, &new)?;
                } else {
                    self.may_be_called(&index.name)?;
                    self.rename_other(&index, &new);
                }
                Ok(())
            }
            Change::RenameTable { table, name } => match self.subject(&table, false)? {
                Some(at) => self.rename_table(at, &name),
                None => {
                    self.rename_other(&table, &name);
                    Ok(())
                }
            },
            Change::DropSchemas(names) => {
                // What the database is called that the application connects to is not known.
                let own = |table: &&TableState| table.schema.is_none() && !self.leaves_out(table);
                let own = self
                    .tables
                    .iter()
                    .filter(|_| self.dialect == Dialect::Mysql)
                    .find(own);
                if let Some(table) = own {
                    return Err(format!(
                        "cannot tell whether this is the database of `{}`\n\
                         help: drop the tables that are meant, or leave the table out: {}",
                        table.name,
                        names::except(&[table.shown()])
                    ));
                }
                let schemas: Vec<_> = names.iter().map(|name| self.schema(name)).collect();
                let gone = |table: &TableState| !table.temporary && schemas.contains(&table.schema);
                while let Some(at) = self.tables.iter().position(gone) {
                    self.remove_table(at);
                }
                self.others.retain(|other| !schemas.contains(&other.schema));
                Ok(())
            }
            Change::RenameSchema { old, new } => {
                let (old, new) = (self.schema(&old), self.schema(&new));
                for table in self.tables.iter_mut().filter(|table| table.schema == old) {
                    table.schema.clone_from(&new);
                }
                for other in self.others.iter_mut().filter(|other| other.schema == old) {
                    other.schema.clone_from(&new);
                }
                Ok(())
            }
            Change::SetPath { path, local } => {
                let named = path
                    .iter()
                    .filter(|name| !name.is_empty() && *name != "$user");
                let path = named.map(|name| self.schema(name)).collect();
                let old = std::mem::replace(&mut self.path, path);
                if local {
                    self.outer_path.get_or_insert(old);
                }
                // Here it is known again.
                self.left_path = false;
                Ok(())
            }
            Change::Alter {
                table,
                if_exists,
                alteration,
            } => match self.subject(&table, true)? {
                None => self.alter_other(&table, if_exists, alteration),
                Some(at) => crate::database::alter::apply(self, at, alteration, locate, start),
            },
        }
    }

    /// `ALTER TABLE` of what is no table that is known: PostgreSQL gives other things another name
    /// by it, too.
    fn alter_other(
        &mut self,
        name: &Name,
        if_exists: bool,
        alteration: Alteration,
    ) -> Result<(), String> {
        let index = self.find_index(name).is_some() && self.dialect == Dialect::Postgres;
        self.subject(name, if_exists || index)?;
        if let Alteration::RenameTo(new) = &alteration {
            if let Some((table, key)) = self
                .find_index(name)
                .filter(|_| self.dialect == Dialect::Postgres)
            {
                return self.rename_key(table, key, &new.name);
            }
            self.rename_other(name, new);
        }
        if let Alteration::SetSchema(schema) = alteration {
            let new = Name {
                schema: Some(schema),
                name: name.name.clone(),
            };
            self.rename_other(name, &new);
        }
        Ok(())
    }

    /// What a name without a schema means is not known, where one migration has left that set and
    /// another goes on.
    pub(crate) fn is_unclear(&self, change: &Change) -> Option<String> {
        if !self.left_path || self.dialect == Dialect::Sqlite {
            return None;
        }
        let bare = |name: &&Name| name.schema.is_none() && !self.excepted(name);
        let names: Vec<&Name> = match change {
            Change::CreateTable(table) if !table.temporary => vec![&table.name],
            Change::CreateIndex { table, .. } | Change::Alter { table, .. } => vec![table],
            Change::RenameTable { table, .. } | Change::CreateTrigger { table, .. } => vec![table],
            Change::RenameIndex { index, .. } => vec![index],
            Change::DropTables { names, .. } => names.iter().collect(),
            Change::DropIndexes { names, table, .. } => match table {
                Some(table) => vec![table],
                None => names.iter().collect(),
            },
            _ => Vec::new(),
        };
        names.into_iter().find(bare).map(|name| {
            format!(
                "which schema is `{name}` in? A migration before this has left the schema set, for its session alone\n\
                 help: write the schema, `schema.{name}`, or `SET LOCAL search_path TO schema` in each migration that \
                 needs it"
            )
        })
    }

    /// The table that a statement is about; none where that is of no interest.
    fn subject(&self, name: &Name, if_exists: bool) -> Result<Option<usize>, String> {
        if self.excepted(name) {
            return Ok(None);
        }
        let found = self.find(name);
        if found.is_none() && !if_exists && !self.may_exist(name) {
            return Err(no_table(name));
        }
        Ok(found)
    }

    /// Whether there may be a table that is not known.
    fn may_exist(&self, name: &Name) -> bool {
        // Of the tables that are not made by migrations.
        let system = name.name.starts_with("__diesel")
            || name.name.starts_with("pg_")
            || name.name.starts_with("sqlite_");
        self.incomplete
            || system
            || name.schema.is_some()
            || self.path != [None]
            || self.is_other(name)
    }

    pub(crate) fn index_exists(&self, table: usize, name: &str) -> bool {
        let dialect = self.dialect;
        let Some(state) = self.tables.get(table) else {
            return false;
        };
        let same = |table: &&TableState| dialect == Dialect::Mysql || table.schema == state.schema;
        if dialect == Dialect::Mysql {
            return state.index(name, dialect).is_some();
        }
        self.tables
            .iter()
            .filter(same)
            .any(|table| table.index(name, dialect).is_some())
    }

    fn drop_table(&mut self, name: &Name, if_exists: bool) -> Result<(), String> {
        match self.find(name) {
            Some(at) => self.remove_table(at),
            None if if_exists || self.may_exist(name) || self.excepted(name) => {}
            None => return Err(no_table(name)),
        }
        Ok(())
    }

    fn drop_index(
        &mut self,
        name: &Name,
        table: Option<&Name>,
        if_exists: bool,
    ) -> Result<(), String> {
        let found = match table {
            Some(table) => {
                let Some(at) = self.subject(table, if_exists)? else {
                    return Ok(());
                };
                let index = self
                    .tables
                    .get(at)
                    .and_then(|table| table.index(&name.name, self.dialect));
                match index {
                    Some(index) => Some((at, index)),
                    None => return self.unknown_index(at, &name.name, if_exists),
                }
            }
            None => self.find_index(name),
        };
        if let Some((table, key)) = found {
            self.remove_key(table, key);
            return Ok(());
        }
        if let Some(table) = self
            .tables
            .iter()
            .find(|table| nameless(table, self.dialect) && !self.leaves_out(table))
        {
            return Err(unclear(&name.name, &table.shown()));
        }
        self.may_be_called(&name.name)?;
        // An index of an excepted table, a view, or one that was passed over.
        if if_exists
            || self.incomplete
            || name.schema.is_some()
            || self.path != [None]
            || !self.others.is_empty()
            || self.has_exceptions()
        {
            return Ok(());
        }
        Err(format!("there is no index `{name}`\n{ORDER}"))
    }

    /// An error where no index is known by this name, and one that is may have it in truth: which
    /// names PostgreSQL finds taken is not known beside tables that are left out or temporary.
    pub(crate) fn may_be_called(&self, name: &str) -> Result<(), String> {
        if self.dialect != Dialect::Postgres || !self.has_exceptions() && !self.has_temporary {
            return Ok(());
        }
        let may_be = |table: &&TableState| {
            let mut names = table
                .keys
                .iter()
                .filter_map(|held| held.key.name.as_deref());
            names.any(|own| naming::differ_in_number(own, name))
        };
        match self.known_tables().find(may_be) {
            Some(table) => Err(unclear(name, &table.shown())),
            None => Ok(()),
        }
    }

    pub(crate) fn unknown_index(
        &self,
        at: usize,
        name: &str,
        if_exists: bool,
    ) -> Result<(), String> {
        let Some(table) = self.tables.get(at) else {
            return Ok(());
        };
        if nameless(table, self.dialect) {
            return Err(unclear(name, &table.shown()));
        }
        if if_exists || self.incomplete || !table.whole {
            return Ok(());
        }
        // MySQL makes indexes for foreign keys, and takes them away.
        if table.keys.iter().any(|held| !held.key.index) {
            return Err(unclear(name, &table.shown()));
        }
        Err(no_index(&table.name, name))
    }

    pub(crate) fn rename_table(&mut self, at: usize, name: &Name) -> Result<(), String> {
        let Some(old) = self.tables.get(at) else {
            return Ok(());
        };
        let schema = match &name.schema {
            Some(schema) => self.schema(schema),
            None => old.schema.clone(),
        };
        if self.is_excepted(&schema, &name.name) {
            self.remove_table(at);
            return Ok(());
        }
        let temporary = old.temporary;
        let taken = self.tables.iter().enumerate().find(|(other, table)| {
            *other != at
                && table.temporary == temporary
                && table.schema == schema
                && table.name == name.name
        });
        if let Some((other, table)) = taken {
            if !self.incomplete {
                return Err(table_exists(name, Some(&table.at)));
            }
            let id = self.tables.get(at).map(|table| table.id);
            self.remove_table(other);
            // The place of the renamed table may be another one now.
            let Some(at) = self.tables.iter().position(|table| Some(table.id) == id) else {
                return Ok(());
            };
            return self.rename_table(at, name);
        }
        if let Some(table) = self.tables.get_mut(at) {
            table.name.clone_from(&name.name);
            table.schema = schema;
        }
        Ok(())
    }

    pub(crate) fn rename_key(
        &mut self,
        table: usize,
        key: usize,
        name: &str,
    ) -> Result<(), String> {
        let old = self.tables.get(table);
        let old = old.and_then(|table| table.keys.get(key));
        if old.is_some_and(|held| held.is_called(name, self.dialect)) {
            return Ok(());
        }
        if !self.incomplete && self.index_exists(table, name) {
            return Err(index_exists(name));
        }
        if let Some(held) = self
            .tables
            .get_mut(table)
            .and_then(|table| table.keys.get_mut(key))
        {
            held.key.name = Some(name.to_owned());
        }
        Ok(())
    }
}

/// Whether a table has an index whose name is not known.
fn nameless(table: &TableState, dialect: Dialect) -> bool {
    table
        .keys
        .iter()
        .any(|held| held.is_index(dialect) && held.key.name.is_none())
}
