//! The same counts again, by one thread and in memory.

use std::collections::BTreeMap;
use std::fmt::Debug;

use diesel::prelude::*;
use indicatif::ProgressBar;

use crate::common::database::{Database, each};
use crate::common::failure::{Context, Result};
use crate::counters::TOTAL;
use crate::date;
use crate::history::{Commit, Lines};
use crate::schema::{churn_days, churn_path_months, churn_totals};

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Rows that were compared.
    pub(crate) rows: usize,
    /// What is wrong, a line for each row.
    pub(crate) differences: Vec<String>,
}

/// The counters of a row.
#[derive(Debug, Clone, Copy, PartialEq, Queryable)]
struct Counters {
    commits: i64,
    added: i64,
    deleted: i64,
    first_change: i64,
    last_change: i64,
}

type Table<Key> = BTreeMap<Key, Counters>;

/// Counts `history`, and compares every row.
pub(crate) fn verify(
    history: impl Iterator<Item = Result<Commit>>,
    database: &mut Database,
    progress: &ProgressBar,
) -> Result<Verdict> {
    let mut path_months = Table::new();
    let mut days = Table::new();
    let mut totals = Table::new();
    for commit in history {
        let commit = commit?;
        let day = date::day(commit.time);
        for change in &commit.changes {
            if let Some(path) = &change.path {
                let key = (path.clone(), date::month(&day).to_owned());
                add(
                    &mut path_months,
                    key,
                    change.lines.unwrap_or_default(),
                    commit.time,
                );
            }
        }
        add(&mut days, day, commit.lines(), commit.time);
        add(&mut totals, TOTAL, commit.lines(), commit.time);
        progress.inc(1);
    }

    let mut verdict = Verdict::default();
    let reading = "cannot read the tables";
    verdict.compare(
        "churn_path_months",
        stored_path_months(database).context(reading)?,
        path_months,
    );
    verdict.compare("churn_days", stored_days(database).context(reading)?, days);
    verdict.compare(
        "churn_totals",
        stored_totals(database).context(reading)?,
        totals,
    );
    Ok(verdict)
}

fn add<Key: Ord>(table: &mut Table<Key>, key: Key, lines: Lines, time: i64) {
    let row = table.entry(key).or_insert(Counters {
        commits: 0,
        added: 0,
        deleted: 0,
        first_change: time,
        last_change: time,
    });
    row.commits += 1;
    row.added += lines.added;
    row.deleted += lines.deleted;
    row.first_change = row.first_change.min(time);
    row.last_change = row.last_change.max(time);
}

impl Verdict {
    fn compare<Key: Ord + Debug>(
        &mut self,
        table: &str,
        stored: Vec<(Key, Counters)>,
        mut recounted: Table<Key>,
    ) {
        self.rows += stored.len();
        for (key, stored) in stored {
            let recounted = recounted.remove(&key);
            if recounted != Some(stored) {
                let recounted =
                    recounted.map_or("no such row".to_owned(), |row| format!("{row:?}"));
                self.differences.push(format!(
                    "{table} {key:?}: stored {stored:?}, recounted {recounted}"
                ));
            }
        }
        for (key, row) in recounted {
            self.differences
                .push(format!("{table} {key:?}: not stored, recounted {row:?}"));
        }
    }
}

fn stored_path_months(database: &mut Database) -> QueryResult<Vec<((String, String), Counters)>> {
    use churn_path_months::*;
    let counters = (commits, added, deleted, first_change, last_change);
    each!(database, conn => table.select(((path, month), counters)).load(conn))
}

fn stored_days(database: &mut Database) -> QueryResult<Vec<(String, Counters)>> {
    use churn_days::*;
    let counters = (commits, added, deleted, first_change, last_change);
    each!(database, conn => table.select((day, counters)).load(conn))
}

fn stored_totals(database: &mut Database) -> QueryResult<Vec<(i32, Counters)>> {
    use churn_totals::*;
    let counters = (commits, added, deleted, first_change, last_change);
    each!(database, conn => table.select((id, counters)).load(conn))
}
