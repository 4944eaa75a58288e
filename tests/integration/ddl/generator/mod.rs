//! Statements that a database is likely to accept, for they are about what it has.

mod common;
mod mysql;
mod parts;
mod postgres;
mod sqlite;

use upsert_schema::Dialect;

use super::live::Table;
use super::random::Random;

const TABLES: [&str; 7] = [
    "t",
    "u",
    "Mixed",
    "odd name",
    "order",
    "t_a",
    "a_table_with_a_name_that_is_as_long_as_they_come",
];
const COLUMNS: [&str; 8] = [
    "a",
    "b",
    "c",
    "D",
    "odd one",
    "key_x",
    "group",
    "a_column_with_a_name_that_is_as_long_as_they_come",
];
/// Of indexes and constraints; some that a database would give by itself.
const NAMES: [&str; 12] = [
    "i",
    "j",
    "k",
    "L",
    "odd index",
    "unique_i",
    "t_a_key",
    "t_pkey",
    "t_a_idx",
    "a",
    "b_2",
    "u_b_c_idx",
];

pub(super) struct Generator<'g> {
    random: &'g mut Random,
    dialect: Dialect,
    tables: &'g [Table],
}

/// One kind of statement; `None` where there is nothing that it could be about.
type Kind = fn(&mut Generator<'_>) -> Option<String>;

/// One statement, in SQLite's case a few, without a semicolon at the end.
pub(super) fn statement(random: &mut Random, dialect: Dialect, tables: &[Table]) -> String {
    let kinds: &[(usize, Kind)] = match dialect {
        Dialect::Postgres => postgres::KINDS,
        Dialect::Sqlite => sqlite::KINDS,
        Dialect::Mysql => mysql::KINDS,
    };
    let weighted: Vec<Kind> = kinds
        .iter()
        .flat_map(|(weight, kind)| std::iter::repeat_n(*kind, *weight))
        .collect();
    let mut generator = Generator {
        random,
        dialect,
        tables,
    };
    loop {
        let kind = if tables.len() < 2 && generator.random.percent(60) {
            common::create_table
        } else {
            generator.random.one(&weighted)
        };
        if let Some(statement) = kind(&mut generator) {
            return statement;
        }
    }
}

impl Generator<'_> {
    /// A name as a statement has it.
    fn quoted(&mut self, name: &str) -> String {
        let plain = name
            .chars()
            .all(|c| c == '_' || c.is_ascii_digit() || c.is_ascii_lowercase())
            && !["order", "group"].contains(&name);
        let any_case = self.dialect == Dialect::Sqlite && !name.contains(' ');
        if (plain || any_case && name == "Mixed") && self.random.percent(75) {
            return if self.dialect != Dialect::Mysql && self.random.percent(10) {
                name.to_uppercase()
            } else {
                name.to_owned()
            };
        }
        let quotes: &[(char, char)] = match self.dialect {
            Dialect::Postgres => &[('"', '"')],
            Dialect::Sqlite => &[('"', '"'), ('`', '`'), ('[', ']')],
            Dialect::Mysql => &[('`', '`')],
        };
        let (open, close) = self.random.one(quotes);
        format!("{open}{name}{close}")
    }

    /// One of the tables.
    fn table(&mut self) -> Option<Table> {
        self.random.pick(self.tables).cloned()
    }

    fn table_name(&mut self, table: &Table) -> String {
        let name = self.quoted(&table.name);
        match &table.schema {
            Some(schema) => format!("{schema}.{name}"),
            None if self.dialect == Dialect::Postgres && self.random.percent(5) => {
                format!("{}.{name}", super::live::MAIN)
            }
            None if self.dialect == Dialect::Sqlite && self.random.percent(3) => {
                format!("main.{name}")
            }
            None => name,
        }
    }

    /// One of `columns`, quoted.
    fn column(&mut self, table: &Table) -> Option<String> {
        let name = self.random.pick(&table.columns)?.clone();
        Some(self.quoted(&name))
    }

    /// A name for a table that no other has.
    fn free_table(&mut self) -> Option<String> {
        let taken = |name: &&&str| !self.tables.iter().any(|table| table.name == **name);
        let free: Vec<_> = TABLES.iter().filter(taken).collect();
        let name = **self.random.pick(&free)?;
        Some(self.quoted(name))
    }

    /// A name for a column that `table` does not have.
    fn free_column(&mut self, table: &Table) -> Option<String> {
        let taken = |name: &&&str| !table.columns.iter().any(|column| column == **name);
        let free: Vec<_> = COLUMNS.iter().filter(taken).collect();
        let name = **self.random.pick(&free)?;
        Some(self.quoted(name))
    }

    /// A name for an index or a constraint, which is mostly a new one.
    fn free_name(&mut self) -> String {
        let taken = |name: &&&str| {
            let of = |table: &Table| table.indexes.iter().any(|index| index == **name);
            !self.tables.iter().any(of)
        };
        let free: Vec<_> = NAMES.iter().filter(taken).collect();
        let name = match self.random.pick(&free) {
            Some(name) if !self.random.percent(5) => **name,
            _ => self.random.one(&NAMES),
        };
        self.quoted(name)
    }

    /// A table and one of its indexes.
    fn index(&mut self) -> Option<(Table, String)> {
        let table = self.table()?;
        let index = self.random.pick(&table.indexes)?.clone();
        let index = self.quoted(&index);
        Some((table, index))
    }

    fn maybe(&mut self, chance: usize, text: &'static str) -> &'static str {
        if self.random.percent(chance) {
            text
        } else {
            ""
        }
    }
}
