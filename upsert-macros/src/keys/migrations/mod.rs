//! The unique keys that the migrations in a folder leave behind.
//!
//! `folder` finds the files and `statements` the statements in them; `statement` and its helpers make `change`s of
//! them, which `apply` makes to a `database` that knows of tables, columns and keys only. `unread` judges what none
//! of them could read. A key that is not there must never come out: where the effect of a statement on a known table
//! is unknown, that is an error.

mod alter;
mod alteration;
mod apply;
mod cascade;
mod change;
mod columns;
mod constraints;
mod create;
mod creation;
mod cursor;
mod database;
mod defaults;
pub(crate) mod folder;
mod naming;
mod nullable;
mod partitions;
mod servers;
mod settings;
mod sqlite;
mod state;
mod statement;
mod statements;
#[cfg(test)]
mod tests;
mod triggers;
mod unread;

use std::path::{Path, PathBuf};

pub(crate) use super::server::Server;
use super::{Dialect, Key};

/// What the migrations left behind.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) tables: Vec<Table>,
    /// Every `up.sql` that was read, by its absolute path.
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The database schema, unless it is the default one.
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    /// Where it was created.
    pub(crate) at: Position,
    pub(crate) keys: Vec<Declared>,
    /// Whether it has none because it is no table that is there: a view, or one that was dropped.
    pub(crate) absent: bool,
}

/// A key, and where it was declared.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) key: Key,
    pub(crate) at: Position,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Position {
    pub(crate) file: PathBuf,
    /// From 1.
    pub(crate) line: usize,
}

#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Error {
    pub(crate) at: Option<Position>,
    /// In lower case, with a `help:` line.
    pub(crate) message: String,
}

/// Replays the migrations in `folder` of the crate at `root`; statements about the tables `except` only are passed over. What was read, and
/// everything that is wrong with the folder, its files and their statements.
pub(crate) fn read(
    folder: &Path,
    root: &Path,
    dialect: Dialect,
    except: &[String],
) -> (Schema, Vec<Error>) {
    read_on(folder, root, dialect, except, None)
}

/// The same for one server; for all that there may be without.
pub(crate) fn read_on(
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

/// Applies the statements of one file.
fn replay(database: &mut database::Database, file: &Path, text: &str, errors: &mut Vec<Error>) {
    let source = cursor::Source {
        text,
        dialect: database.dialect,
        server: database.server,
    };
    let position = |start| Position {
        file: file.to_owned(),
        line: source.line(start),
    };
    let tokens = match super::tokens::scan(text, database.dialect, database.server) {
        Ok((tokens, _)) => tokens,
        Err(unclosed) => {
            database.incomplete = true;
            errors.push(Error {
                at: Some(position(unclosed.0)),
                message: "a quote or a comment begins here that does not end\n\
                          help: is this the SQL of the backend that was named?"
                    .to_owned(),
            });
            return;
        }
    };
    for tokens in statements::split(&tokens, database.dialect) {
        let Some(first) = tokens.first() else {
            continue;
        };
        if let Err(complaint) = statement::run(database, &source, tokens, file) {
            database.incomplete = true;
            errors.push(Error {
                at: Some(position(complaint.start.unwrap_or(first.start))),
                message: complaint.message,
            });
        }
    }
    database.end_of_file();
}

/// `file:line`
fn shown(position: &Position) -> String {
    format!("{}:{}", position.file.display(), position.line)
}
