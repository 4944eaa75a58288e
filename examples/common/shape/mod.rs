//! What a table looks like: one of the same name may be somebody else's.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::failure::{Context, Failure, Result};

/// How a database describes its tables. Each has a file, in the order of this trait.
pub(crate) trait Describe: Connection {
    /// A table of the kind that the examples make.
    const TABLE: &'static str;

    /// The types of columns that a description has for `INTEGER` and `BIGINT`.
    const INTEGER: &'static str;
    const BIGINT: &'static str;

    /// A line for the table and one for each of its columns; none if there is no such table.
    fn describe(&mut self, table: &str) -> QueryResult<Vec<Line>>;
}

/// A line of a description: `table`, `path text not null key`.
#[derive(QueryableByName)]
pub(crate) struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Whether there is a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Missing,
    AsExpected,
}

/// Fails if there is a table of that name which has other columns, or is more than a table.
pub(crate) fn check<Conn: Describe>(
    conn: &mut Conn,
    table: &str,
    columns: &[String],
) -> Result<Found> {
    let lines = conn
        .describe(table)
        .context(format_args!("cannot look at the table {table}"))?;
    if lines.is_empty() {
        return Ok(Found::Missing);
    }
    let expected = [Conn::TABLE]
        .into_iter()
        .chain(columns.iter().map(String::as_str));
    match difference(&lines, expected) {
        None => Ok(Found::AsExpected),
        Some(fault) => Err(Failure::new(format_args!(
            "the table {table} is not as expected: {fault}"
        ))),
    }
}

fn difference<'a>(found: &[Line], expected: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut found = found.iter().map(|line| line.line.as_str());
    for expected in expected {
        match found.next() {
            Some(found) if found == expected => {}
            Some(found) => return Some(format!("it has \"{found}\" for \"{expected}\"")),
            None => return Some(format!("it has no \"{expected}\"")),
        }
    }
    found.next().map(|more| format!("it also has \"{more}\""))
}
