//! What SQL migrations leave behind: the unique keys that `unique_keys!` declares, wherever it
//! comes from.
//!
//! A part of `upsert-runtime`, and no promise to anybody else.
//!
//! ```text
//! folder      the files of a folder, in their order
//! replay      reads each statement into changes and makes them to a database
//!   ddl       tokens into changes: pure
//!   database  changes made
//!   unread    what nobody could read: may it take a key away?
//! servers     the same for each server that a folder is for
//! sql         a SQL text: its tokens, its columns, what makes it NULL
//! ```
//!
//! A key that is not there must never come out: where the effect of a statement on a known table is
//! unknown, that is an error. Nothing here knows of Rust's tokens, so that the tests hold it
//! against real databases.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")
)]

mod change;
mod complaint;
mod database;
mod ddl;
mod folder;
mod key;
pub mod names;
mod replay;
mod server;
mod servers;
pub mod sql;
#[cfg(test)]
mod tests;
mod unread;

use std::path::{Path, PathBuf};

pub use self::folder::relative;
pub use self::key::{Element, Key, Kind, Reads};
pub use self::server::Server;
pub use self::sql::{Null, Scope, Sql, Type};

/// Whose SQL it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// PostgreSQL's.
    Postgres,
    /// SQLite's.
    Sqlite,
    /// MySQL's or MariaDB's.
    Mysql,
}

impl Dialect {
    /// Whether two names, without quotes and in the case that the database gives them, are those of
    /// one column or index.
    pub fn same(self, a: &str, b: &str) -> bool {
        match self {
            Self::Postgres => a == b,
            Self::Sqlite => a.eq_ignore_ascii_case(b),
            Self::Mysql => a == b || a.to_lowercase() == b.to_lowercase(),
        }
    }
}

/// What the migrations left behind.
#[derive(Debug)]
pub struct Schema {
    /// All tables, those without a key too.
    pub tables: Vec<Table>,
    /// Every `up.sql` that was read, by its absolute path.
    pub files: Vec<PathBuf>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The database schema, unless it is the default one.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it was created.
    pub at: Position,
    /// Its unique keys that can be a conflict target.
    pub keys: Vec<Found>,
    /// Whether it has none because it is no table that is there: a view, or one that was dropped.
    pub absent: bool,
}

impl Table {
    /// `schema.name`, or `name` in the default schema.
    pub fn shown(&self) -> String {
        change::Name::shown(&self.schema, &self.name)
    }
}

/// A key, and where it was declared.
#[derive(Clone, Debug)]
pub struct Found {
    /// The key.
    pub key: Key,
    /// Where it was declared.
    pub at: Position,
}

/// A place in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Position {
    /// The file.
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
}

/// Why migrations could not be read.
#[derive(PartialEq, Eq, Debug)]
pub struct Error {
    /// Where, if that is in a file.
    pub at: Option<Position>,
    /// In lower case, with a `help:` line.
    pub message: String,
}

/// Replays the migrations in `folder` of the crate at `root`; statements about the tables `except`
/// only are passed over. What was read, and everything that is wrong with the folder, its files and
/// their statements.
pub fn read(
    folder: &Path,
    root: &Path,
    dialect: Dialect,
    except: &[String],
) -> (Schema, Vec<Error>) {
    read_on(folder, root, dialect, except, None)
}

/// The same for one server; for all that there may be without.
pub fn read_on(
    folder: &Path,
    root: &Path,
    dialect: Dialect,
    except: &[String],
    server: Option<Server>,
) -> (Schema, Vec<Error>) {
    let (files, mut errors) = match folder::files(folder, root) {
        Ok(files) => (files, Vec::new()),
        Err(errors) => (Vec::new(), errors),
    };
    let mut texts = Vec::new();
    for file in &files {
        match folder::text(file, root) {
            Ok(text) => texts.push((file.as_path(), text)),
            Err(error) => errors.push(error),
        }
    }
    let (tables, wrong) = match server {
        Some(server) => servers::on(server, dialect, except, &texts, !errors.is_empty()),
        None => servers::on_all(dialect, except, &texts, !errors.is_empty()),
    };
    errors.extend(wrong);
    (Schema { tables, files }, errors)
}

/// `file:line`
fn shown(position: &Position) -> String {
    format!("{}:{}", position.file.display(), position.line)
}
