//! One commit into the three tables: the point of this program.

use std::time::Duration;

use diesel::prelude::*;
use upsert_runtime::dsl::{greatest, least};
use upsert_runtime::retry::Policy;
use upsert_runtime::{retry, upsert};

use crate::common::database::{Database, each};
use crate::date;
use crate::history::{Commit, Lines};
use crate::schema::{churn_days, churn_path_months, churn_totals};

/// The key of the row for everything.
pub(crate) const TOTAL: i32 = 1;

/// What it took to count.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) upserts: u64,
    /// Transactions that the database rolled back and that were sent again.
    pub(crate) retries: u64,
}

/// How many commits the row for everything says there are.
pub(crate) fn counted(database: &mut Database) -> QueryResult<i64> {
    let commits = churn_totals::table
        .find(TOTAL)
        .select(churn_totals::commits);
    let stored = each!(database, conn => commits.first(conn).optional())?;
    Ok(stored.unwrap_or(0))
}

/// Counts a commit, wholly or, if it fails, not at all: in one transaction, which is repeated when
/// the database has rolled it back for a deadlock or a conflict. Its rows are taken in the same
/// order everywhere, paths in theirs, then the day, then the total: no two commits can
/// wait for each other in a circle, and the row that all of them want is held for the shortest
/// time. (InnoDB also locks the gaps between rows, so that there is no such promise there.)
pub(crate) fn count(database: &mut Database, commit: &Commit) -> QueryResult<Effort> {
    let path_month = upsert!(
        churn_path_months,
        conflict = (path, month),
        set = <
            commits += 1,
            added += excluded.added,
            deleted += excluded.deleted,
            first_change = least(churn_path_months.first_change, excluded.first_change),
            last_change = greatest(churn_path_months.last_change, excluded.last_change),
        >,
    );
    let one_day = upsert!(
        churn_days,
        conflict = (day),
        set = <
            commits += 1,
            added += excluded.added,
            deleted += excluded.deleted,
            first_change = least(churn_days.first_change, excluded.first_change),
            last_change = greatest(churn_days.last_change, excluded.last_change),
        >,
    );
    let total = upsert!(
        churn_totals,
        conflict = (id),
        set = <
            commits += 1,
            added += excluded.added,
            deleted += excluded.deleted,
            first_change = least(churn_totals.first_change, excluded.first_change),
            last_change = greatest(churn_totals.last_change, excluded.last_change),
        >,
    );

    let day = date::day(commit.time);
    let Lines { added, deleted } = commit.lines();
    let policy = patient();
    let mut attempts = 0;
    let upserts = each!(database, conn => retry(conn, &policy, |conn| {
        attempts += 1;
        let mut upserts = 2;
        for change in &commit.changes {
            let Some(path) = &change.path else { continue };
            let Lines { added, deleted } = change.lines.unwrap_or_default();
            path_month.values((
                churn_path_months::path.eq(path),
                churn_path_months::month.eq(date::month(&day)),
                churn_path_months::commits.eq(1),
                churn_path_months::added.eq(added),
                churn_path_months::deleted.eq(deleted),
                churn_path_months::first_change.eq(commit.time),
                churn_path_months::last_change.eq(commit.time),
            )).execute(conn)?;
            upserts += 1;
        }
        one_day.values((
            churn_days::day.eq(&day),
            churn_days::commits.eq(1),
            churn_days::added.eq(added),
            churn_days::deleted.eq(deleted),
            churn_days::first_change.eq(commit.time),
            churn_days::last_change.eq(commit.time),
        )).execute(conn)?;
        total.values((
            churn_totals::id.eq(TOTAL),
            churn_totals::commits.eq(1),
            churn_totals::added.eq(added),
            churn_totals::deleted.eq(deleted),
            churn_totals::first_change.eq(commit.time),
            churn_totals::last_change.eq(commit.time),
        )).execute(conn)?;
        QueryResult::Ok(upserts)
    }))?;
    let retries = attempts - 1;
    Ok(Effort { upserts, retries })
}

/// With a thread for each core at the row that all of them want, it may take long.
fn patient() -> Policy {
    Policy::new()
        .attempts(1_000)
        .base_delay(Duration::from_millis(1))
        .max_delay(Duration::from_millis(50))
}
