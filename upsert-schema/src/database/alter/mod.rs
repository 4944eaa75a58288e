//! What `ALTER TABLE` does to a table.

mod belonging;
mod columns;
mod keys;

use crate::Dialect;
use crate::change::Alteration;
use crate::database::Database;
use crate::database::refusal::Locate;
use crate::database::table::{HeldKey, TableState};

/// Does it to the table at `at`, from `start` on in the file.
pub(crate) fn apply(
    database: &mut Database,
    at: usize,
    alteration: Alteration,
    locate: Locate<'_>,
    start: usize,
) -> Result<(), String> {
    let Some(table) = database.tables.get(at) else {
        return Ok(());
    };
    let strict = !database.incomplete;
    let mut subject = Subject {
        at,
        id: table.id,
        name: table.name.clone(),
        dialect: database.dialect,
        strict,
        whole: table.whole && table.writable && strict,
        locate,
        start,
        database,
    };
    subject.alter(alteration)
}

/// The table that is altered. It is asked first, and changed by way of the database: others may
/// have part in what it has.
struct Subject<'d> {
    database: &'d mut Database,
    at: usize,
    id: u64,
    name: String,
    dialect: Dialect,
    /// Whether a name that is unknown is a mistake.
    strict: bool,
    /// The same of a column.
    whole: bool,
    locate: Locate<'d>,
    /// Where the statement begins.
    start: usize,
}

impl Subject<'_> {
    fn alter(&mut self, alteration: Alteration) -> Result<(), String> {
        match alteration {
            Alteration::AddColumn {
                column,
                keys,
                if_not_exists,
            } => self.add_column(&column, keys, if_not_exists)?,
            Alteration::DropColumn { name, if_exists } => self.drop_column(&name, if_exists)?,
            Alteration::RenameColumn { old, new } => self.rename_column(&old, &new)?,
            Alteration::ReplaceColumn {
                old,
                column,
                keys,
                dropped,
            } => self.replace_column(&old, &column, keys, dropped)?,
            Alteration::SetDefault {
                column,
                default,
                computed,
            } => self.set_default(&column, default, computed.as_ref()),
            Alteration::SetNullable {
                column,
                nullable,
                only,
            } => self.set_nullable(&column, nullable, only),
            Alteration::Override(column) => self.set_overriding(&column),
            Alteration::SetType {
                column,
                kind,
                words,
            } => self.set_type(&column, kind, &words),
            Alteration::AddKey { key, if_not_exists } => self.add_key(key, if_not_exists)?,
            Alteration::UseIndex { index, key } => self.use_index(index, key)?,
            Alteration::DropConstraint { name, if_exists } => {
                self.drop_constraint(&name, if_exists)?;
            }
            Alteration::DropPrimaryKey => self.drop_primary_key()?,
            Alteration::DropIndex { name, if_exists } => self.drop_index(&name, if_exists)?,
            Alteration::RenameKey { old, new } => self.rename_key(&old, &new)?,
            Alteration::RenameTo(name) => self.database.rename_table(self.at, &name)?,
            Alteration::SetSchema(schema) => self.set_schema(&schema),
            Alteration::Attach(partition) => self.attach(&partition),
            Alteration::Detach(partition) => self.detach(&partition),
            Alteration::Inherit(parent) => self.database.inherit_from(self.at, &parent),
            Alteration::NoInherit(parent) => self.no_inherit(&parent),
            Alteration::Of(of) => self.set_of(of),
        }
        Ok(())
    }

    fn table(&self) -> Option<&TableState> {
        self.database.tables.get(self.at)
    }

    fn keys(&self) -> impl Iterator<Item = &HeldKey> {
        self.table().into_iter().flat_map(|table| &table.keys)
    }

    fn has_column(&self, name: &str) -> bool {
        self.table()
            .is_some_and(|table| table.column(name, self.dialect).is_some())
    }

    /// Where among the keys the index or constraint of this name is.
    fn key(&self, name: &str) -> Option<usize> {
        self.table()?.key(name, self.dialect)
    }

    /// The same of indexes alone.
    fn index(&self, name: &str) -> Option<usize> {
        self.table()?.index(name, self.dialect)
    }
}
