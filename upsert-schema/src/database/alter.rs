//! What `ALTER TABLE` does to a table.

use crate::change::{Alteration, Column, NewKey, OfMysql, OfSqlite};
use crate::database::Database;
use crate::database::refusal::{Locate, ORDER, unclear};
use crate::database::table::TableState;
use crate::{Dialect, Element, Kind, Sql, Type};

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
    let subject = Subject {
        at,
        id: table.id,
        name: table.name.clone(),
        dialect: database.dialect,
        strict,
        whole: table.whole && table.writable && strict,
        locate,
        database,
    };
    subject.alter(alteration, start)
}

/// The table that is altered.
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
}

impl Subject<'_> {
    fn alter(self, alteration: Alteration, start: usize) -> Result<(), String> {
        match alteration {
            Alteration::AddColumn {
                column,
                keys,
                if_not_exists,
            } => self.add_column(&column, keys, if_not_exists),
            Alteration::DropColumn {
                name: column,
                if_exists,
            } => self.drop_column(&column, if_exists),
            Alteration::RenameColumn { old, new } => self.rename_column(&old, &new),
            Alteration::ReplaceColumn {
                old,
                column,
                keys,
                dropped,
            } => self.replace_column(&old, &column, keys, dropped),
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
            Alteration::SetType {
                column,
                kind,
                words,
            } => self.set_type(&column, kind, &words),
            Alteration::AddKey { key, if_not_exists } => {
                add_key(self.database, self.at, key, if_not_exists, self.locate)
            }
            Alteration::UseIndex { index, key } => self.use_index(index, key),
            Alteration::DropConstraint {
                name: constraint,
                if_exists,
            } => self.drop_constraint(&constraint, if_exists),
            Alteration::DropPrimaryKey => self.drop_primary_key(),
            Alteration::DropIndex {
                name: index,
                if_exists,
            } => match self
                .table()
                .and_then(|table| table.index(&index, self.dialect))
            {
                Some(key) => {
                    self.database.remove_key(self.at, key);
                    Ok(())
                }
                None => self.database.unknown_index(self.at, &index, if_exists),
            },
            Alteration::RenameKey { old, new } => {
                match self.table().and_then(|table| table.key(&old, self.dialect)) {
                    Some(key) => self.database.rename_key(self.at, key, &new),
                    None => Ok(()),
                }
            }
            Alteration::RenameTo(new) => self.database.rename_table(self.at, &new),
            Alteration::SetSchema(schema) => {
                let schema = self.database.schema(&schema);
                if let Some(table) = self.database.tables.get_mut(self.at) {
                    table.schema = schema;
                }
                Ok(())
            }
            Alteration::Attach(partition) => {
                if let Some(child) = self
                    .database
                    .find(&partition)
                    .filter(|child| *child != self.at)
                {
                    self.database.attach(self.at, child, &(self.locate)(start));
                }
                Ok(())
            }
            Alteration::Inherit(parent) => {
                self.database.inherit_from(self.at, &parent);
                Ok(())
            }
            Alteration::NoInherit(parent) => {
                let parent = self
                    .database
                    .find(&parent)
                    .and_then(|at| self.database.tables.get(at));
                let id = parent.map(|parent| parent.id);
                if let Some(table) = self.database.tables.get_mut(self.at) {
                    table.inherits.retain(|known| Some(*known) != id);
                }
                Ok(())
            }
            Alteration::Of(of) => {
                if let Some(table) = self.database.tables.get_mut(self.at) {
                    table.of = of;
                }
                Ok(())
            }
            Alteration::Detach(partition) => {
                if let Some(child) = self.database.find(&partition) {
                    self.database.detach(child);
                }
                Ok(())
            }
        }
    }

    fn table(&self) -> Option<&TableState> {
        self.database.tables.get(self.at)
    }

    fn add_column(
        self,
        column: &Column,
        keys: Vec<NewKey>,
        if_not_exists: bool,
    ) -> Result<(), String> {
        let Self {
            database,
            at,
            name,
            dialect,
            strict,
            locate,
            ..
        } = self;
        let Some(table) = database.tables.get(at) else {
            return Ok(());
        };
        let exists = table.column(&column.name, dialect).is_some();
        if exists && !if_not_exists {
            if !strict {
                return Ok(());
            }
            return Err(format!(
                "the table `{name}` has a column `{}` already\n{ORDER}",
                column.name
            ));
        }
        if !exists {
            for table in database.family(at) {
                // What inherits it and has one of that name keeps its own.
                let merged = table.column(&column.name, dialect).is_some();
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
        } else if dialect != Dialect::Mysql {
            return Ok(());
        }
        // MariaDB adds the key of a column that is there, unless there is an index of its name
        // too.
        keys.into_iter()
            .try_for_each(|key| add_key(database, at, key, if_not_exists, locate))
    }

    fn drop_column(self, column: &str, if_exists: bool) -> Result<(), String> {
        if !if_exists {
            self.must_have(column)?;
        }
        let Self {
            database,
            at,
            id,
            name,
            dialect,
            strict,
            ..
        } = self;
        let Some(table) = database.tables.get(at) else {
            return Ok(());
        };
        let scope = table.scope(dialect);
        let used = table
            .keys
            .iter()
            .any(|held| held.key.unique && held.reads(column, &scope));
        if used && strict && dialect == Dialect::Sqlite {
            return Err(format!(
                "SQLite does not drop the column `{column}` of `{name}`: it is in a key\nhelp: drop the index first, or make a new table"
            ));
        }
        for table in database.family(at) {
            // It stays where it is inherited from another table too, or was there before.
            let mut same = table
                .columns
                .iter()
                .filter(|known| dialect.same(&known.name, column));
            if table.id != id && !table.inherits.is_empty() && same.nth(1).is_some() {
                if let Some(one) = table.column(column, dialect) {
                    let gone = table.columns.remove(one);
                    // Its default was that of both.
                    table
                        .columns
                        .iter_mut()
                        .filter(|known| dialect.same(&known.name, column))
                        .for_each(|known| known.default |= gone.default);
                }
                continue;
            }
            drop_column(table, column, dialect);
        }
        Ok(())
    }

    /// Stops at a column that is not there.
    fn must_have(&self, column: &str) -> Result<(), String> {
        let has = |table: &TableState| table.column(column, self.dialect).is_some();
        match self.table() {
            Some(table) if self.whole && !has(table) => Err(format!(
                "the table `{}` has no column `{column}`\n{ORDER}",
                self.name
            )),
            _ => Ok(()),
        }
    }

    fn rename_column(self, old: &str, new: &str) -> Result<(), String> {
        self.must_have(old)?;
        for table in self.database.family(self.at) {
            rename_column(table, old, new, self.dialect);
        }
        Ok(())
    }

    fn replace_column(
        self,
        old: &str,
        column: &Column,
        keys: Vec<NewKey>,
        dropped: bool,
    ) -> Result<(), String> {
        self.must_have(old)?;
        let Self {
            database,
            at,
            dialect,
            locate,
            ..
        } = self;
        for table in database.family(at) {
            if dropped {
                shorten_keys(table, column, dialect);
            }
            rename_column(table, old, &column.name, dialect);
            let in_primary_key = table.is_never_null_by_its_key(&column.name, dialect);
            set_default(
                table,
                &column.name,
                (column.default, column.computed.clone()),
                dialect,
            );
            table
                .columns
                .iter_mut()
                .filter(|known| known.name == column.name)
                .for_each(|known| {
                    known.kind = column.kind;
                    known.nullable = column.nullable.map(|nullable| nullable && !in_primary_key);
                    known.words.clone_from(&column.words);
                    known.mysql = column.mysql;
                });
        }
        keys.into_iter()
            .try_for_each(|key| database.add_key(at, key, locate))
    }

    fn set_default(
        self,
        column: &str,
        default: bool,
        computed: Option<&Sql>,
    ) -> Result<(), String> {
        for table in self.database.family(self.at) {
            set_default(table, column, (default, computed.cloned()), self.dialect);
        }
        Ok(())
    }

    fn set_nullable(self, column: &str, nullable: bool, only: bool) -> Result<(), String> {
        for table in self.database.family(self.at) {
            if !only || table.id == self.id {
                table.set_nullable(column, Some(nullable), self.dialect);
            }
        }
        Ok(())
    }

    fn set_type(self, column: &str, kind: Type, words: &[String]) -> Result<(), String> {
        let Self {
            database,
            at,
            dialect,
            ..
        } = self;
        for table in database.family(at) {
            for known in table
                .columns
                .iter_mut()
                .filter(|known| dialect.same(&known.name, column))
            {
                known.kind = kind;
                known.words.extend(words.iter().cloned());
            }
            let scope = table.scope(dialect);
            // Its indexes are made anew.
            for held in &mut table.keys {
                if held.reads(column, &scope) {
                    held.key.called = None;
                }
            }
        }
        Ok(())
    }

    fn use_index(self, index: String, key: NewKey) -> Result<(), String> {
        let Self {
            database,
            at,
            name,
            dialect,
            strict,
            locate,
            ..
        } = self;
        let Some(table) = database.tables.get(at) else {
            return Ok(());
        };
        let Some(found) = table.index(&index, dialect) else {
            return if strict {
                Err(format!(
                    "the table `{name}` has no index `{index}`\n{ORDER}"
                ))
            } else {
                Ok(())
            };
        };
        let mut tables = database.tables.iter_mut().skip(at);
        let Some(held) = tables.next().and_then(|table| table.keys.get_mut(found)) else {
            return Ok(());
        };
        held.key.kind = key.kind;
        held.key.name = Some(key.name.unwrap_or(index));
        held.key.unique &= key.unique;
        held.at = locate(key.start);
        let made = NewKey {
            only: key.only,
            ..held.key.clone()
        };
        database.note_not_null(at, &made);
        Ok(())
    }

    fn drop_constraint(self, constraint: &str, if_exists: bool) -> Result<(), String> {
        let Self {
            database,
            at,
            name,
            dialect,
            whole,
            ..
        } = self;
        let Some(table) = database.tables.get(at) else {
            return Ok(());
        };
        match table.key(constraint, dialect) {
            Some(key) => {
                let gone = table.keys.get(key).map(|held| held.key.clone());
                if let Some(gone) = gone {
                    database.forget_not_null(at, &gone);
                }
                database.remove_key(at, key);
                Ok(())
            }
            None if dialect == Dialect::Postgres
                && !if_exists
                && whole
                && !is_automatic(constraint) =>
            {
                Err(format!(
                    "the table `{name}` has no constraint `{constraint}`\n{ORDER}"
                ))
            }
            None if table
                .keys
                .iter()
                .any(|held| held.key.index && held.key.name.is_none())
                && dialect != Dialect::Sqlite =>
            {
                Err(unclear(constraint, &name))
            }
            None => {
                database.forget_a_not_null(at, constraint);
                Ok(())
            }
        }
    }

    fn drop_primary_key(self) -> Result<(), String> {
        let Self {
            database,
            at,
            name,
            strict,
            ..
        } = self;
        let Some(table) = database.tables.get(at) else {
            return Ok(());
        };
        let primary = table
            .keys
            .iter()
            .position(|held| held.key.kind == Kind::PrimaryKey && held.key.index);
        match primary {
            Some(key) => database.remove_key(at, key),
            None if strict => {
                return Err(format!("the table `{name}` has no primary key\n{ORDER}"));
            }
            None => {}
        }
        Ok(())
    }
}

/// With IF NOT EXISTS, MariaDB looks for an index that is called like the key, or like its first
/// column.
fn add_key(
    database: &mut Database,
    at: usize,
    key: NewKey,
    if_not_exists: bool,
    locate: Locate<'_>,
) -> Result<(), String> {
    let dialect = database.dialect;
    let primary = key.kind == Kind::PrimaryKey && dialect == Dialect::Mysql;
    let first = match key.elements.first() {
        Some(Element::Column(name) | Element::Prefix(name, _)) => Some(name.as_str()),
        _ => None,
    };
    let name = match &key.name {
        _ if primary => Some("PRIMARY"),
        Some(name) => Some(name.as_str()),
        None => first,
    };
    let exists = |name: &str| {
        let table = database.tables.get(at);
        table.is_some_and(|table| table.key(name, dialect).is_some())
    };
    if if_not_exists && name.is_some_and(exists) {
        return Ok(());
    }
    database.add_key(at, key, locate)
}

/// PostgreSQL drops each index that has the column; MySQL takes the column out of it, and drops it
/// when nothing is left.
fn drop_column(table: &mut TableState, column: &str, dialect: Dialect) {
    let scope = table.scope(dialect);
    table
        .columns
        .retain(|known| !dialect.same(&known.name, column));
    if dialect != Dialect::Mysql {
        table
            .keys
            .retain(|held| !held.key.index || !held.reads(column, &scope));
        return;
    }
    table.keys.retain_mut(|held| {
        let had = held.key.elements.len();
        held.key.elements.retain(|element| match element {
            Element::Column(name) | Element::Prefix(name, _) => !dialect.same(name, column),
            Element::Expression(_) => true,
        });
        had == 0 || !held.key.elements.is_empty()
    });
}

/// A key keeps the length that it had on the column of this name that goes: where the new one is
/// longer, it is on its first characters only. Their lengths are not known, but numbers have but
/// one.
fn shorten_keys(table: &mut TableState, column: &Column, dialect: Dialect) {
    let old = table
        .column(&column.name, dialect)
        .and_then(|at| table.columns.get(at)?.words.first());
    let kept = old == column.words.first()
        && old.is_some_and(|kind| {
            !["char", "binary", "text", "blob"]
                .iter()
                .any(|text| kind.contains(text))
        });
    if kept {
        return;
    }
    for element in table
        .keys
        .iter_mut()
        .flat_map(|held| &mut held.key.elements)
    {
        // An upsert on another key can still hit it.
        match element {
            Element::Column(name) if dialect.same(name, &column.name) => {
                *element = Element::Prefix(std::mem::take(name), 0);
            }
            _ => {}
        }
    }
}

fn rename_column(table: &mut TableState, old: &str, new: &str, dialect: Dialect) {
    let scope = table.scope(dialect);
    for column in table
        .columns
        .iter_mut()
        .filter(|column| dialect.same(&column.name, old))
    {
        new.clone_into(&mut column.name);
    }
    for held in &mut table.keys {
        held.rename_column(old, new, &scope);
    }
    for computed in table
        .columns
        .iter_mut()
        .filter_map(|column| column.computed.as_mut())
    {
        *computed = computed.rename_column(old, new, &scope);
    }
}

fn set_default(
    table: &mut TableState,
    column: &str,
    (default, computed): (bool, Option<Sql>),
    dialect: Dialect,
) {
    if !table.whole && table.column(column, dialect).is_none() {
        table.columns.push(Column {
            computed: None,
            nullable: None,
            sqlite: OfSqlite::default(),
            mysql: OfMysql::default(),
            name: column.to_owned(),
            kind: Type::Unknown,
            default,
            words: Vec::new(),
        });
    }
    for column in table
        .columns
        .iter_mut()
        .filter(|known| dialect.same(&known.name, column))
    {
        column.default = default;
        column.computed.clone_from(&computed);
    }
}

/// Whether PostgreSQL gives such names to constraints that are no keys.
fn is_automatic(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    ["_fkey", "_check", "_not_null", "_excl"]
        .iter()
        .any(|end| name.ends_with(end))
}
