//! One commit into the three tables: the point of this program.

use std::time::Duration;

use diesel::prelude::*;
use upsert_runtime::dsl::{greatest, least};
use upsert_runtime::ledger::{Once, retry_once};
use upsert_runtime::retry::Policy;
use upsert_runtime::upsert;

use crate::applied;
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
    /// Commits that another run had counted in the meantime.
    pub(crate) known: u64,
    /// Transactions that the database rolled back and that were sent again.
    pub(crate) retries: u64,
}

/// Counts a commit, wholly or, if it fails, not at all, and once, however often it is tried: in one
/// transaction with its hash in the ledger, which is repeated when the database has rolled it back
/// for a deadlock or a conflict. Its rows are taken in the same
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
    let id = applied::id(&commit.hash);
    let counted = each!(database, conn => retry_once(conn, &policy, &id, |conn| {
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
    let (upserts, known) = match counted {
        Once::Applied(upserts) => (upserts, 0),
        Once::AlreadyApplied => (0, 1),
    };
    let retries = u64::saturating_sub(attempts, 1);
    Ok(Effort {
        upserts,
        known,
        retries,
    })
}

/// With a thread for each core at the row that all of them want, it may take long.
fn patient() -> Policy {
    Policy::new()
        .attempts(1_000)
        .base_delay(Duration::from_millis(1))
        .max_delay(Duration::from_millis(50))
}
