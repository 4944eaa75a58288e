//! What the tables look like: a table of the same name may be somebody else's.

use diesel::QueryableByName;
use diesel::sql_types::Text;

use super::Backend;
use crate::failure::{Context, Failure, Result};

/// What a database calls a table and the types of its columns, with all that matters about them: a path
/// in a collation that ignores case, for one, would count two files as one.
pub(crate) struct Vocabulary {
    pub(super) table: &'static str,
    pub(super) path: &'static str,
    pub(super) date: &'static str,
    pub(super) counter: &'static str,
    pub(super) id: &'static str,
}

/// A line of a description: `table`, `path text not null key`.
#[derive(QueryableByName)]
pub(crate) struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Whether a table may be missing.
#[derive(Clone, Copy)]
pub(super) enum Missing {
    Allowed,
    Refused,
}

const TABLES: [&str; 3] = ["churn_path_months", "churn_days", "churn_totals"];

/// Fails if a table is not as the migrations make it.
pub(super) fn check<Conn: Backend>(conn: &mut Conn, missing: Missing) -> Result<()> {
    for table in TABLES {
        let lines = conn
            .describe(table)
            .context(format_args!("cannot look at the table {table}"))?;
        let fault = match missing {
            Missing::Allowed if lines.is_empty() => None,
            Missing::Refused if lines.is_empty() => {
                Some("it is missing, though its migration was run".to_owned())
            }
            _ => difference(&lines, &expected(table, &Conn::VOCABULARY)),
        };
        if let Some(fault) = fault {
            return Err(Failure::new(format_args!(
                "the table {table} is not as expected: {fault}"
            )));
        }
    }
    Ok(())
}

fn difference(found: &[Line], expected: &[String]) -> Option<String> {
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

fn expected(table: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let keys = match table {
        "churn_path_months" => &[("path", vocabulary.path), ("month", vocabulary.date)][..],
        "churn_days" => &[("day", vocabulary.date)],
        _ => &[("id", vocabulary.id)],
    };
    let counters = ["commits", "added", "deleted", "first_change", "last_change"];
    let keys = keys
        .iter()
        .map(|(name, ty)| format!("{name} {ty} not null key"));
    let counters = counters.map(|name| format!("{name} {} not null", vocabulary.counter));
    [vocabulary.table.to_owned()]
        .into_iter()
        .chain(keys)
        .chain(counters)
        .collect()
}
