//! What is printed at the end.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

use diesel::dsl::sum;
use diesel::prelude::*;
use indicatif::HumanCount;

use crate::common::database::{Database, each};
use crate::common::failure::{Context, Result};
use crate::common::url::Url;
use crate::date;
use crate::schema::{churn_days, churn_path_months, churn_totals};
use crate::workers::Tally;

/// What was counted, where, and how fast.
pub(crate) fn summary(
    tally: &Tally,
    database: &mut Database,
    url: &Url,
    threads: usize,
    time: Duration,
) -> Result<String> {
    let rows = rows(database).context("cannot read the tables")?;
    let [path_months, days, totals] = rows.map(HumanCount);
    let [commits, merges, known] = [tally.commits, tally.merges, tally.known].map(HumanCount);
    let [changes, binary, too_long] = [tally.changes, tally.binary, tally.too_long].map(HumanCount);
    let [upserts, retries] = [tally.effort.upserts, tally.effort.retries].map(HumanCount);
    let seconds = time.as_secs_f64();
    let speed = HumanCount((tally.effort.upserts as f64 / seconds) as u64);
    let mut text = format!(
        "commits  {commits}, of them merges: {merges}; counted before: {known}\n\
         changes  {changes}, of them binary: {binary}\n"
    );
    if tally.too_long > 0 {
        let _ = writeln!(
            text,
            "         too long a path for a row of its own: {too_long}"
        );
    }
    let _ = writeln!(
        text,
        "rows     churn_path_months: {path_months}, churn_days: {days}, churn_totals: {totals}, in {url}\n\
         upserts  {upserts} in {seconds:.1} s, {speed} a second; threads: {threads}; transactions repeated: {retries}"
    );
    Ok(text)
}

fn rows(database: &mut Database) -> QueryResult<[u64; 3]> {
    let rows: [i64; 3] = each!(database, conn => [
        churn_path_months::table.count().get_result(conn)?,
        churn_days::table.count().get_result(conn)?,
        churn_totals::table.count().get_result(conn)?,
    ]);
    Ok(rows.map(i64::unsigned_abs))
}

/// The `top` paths that the most commits changed.
pub(crate) fn busiest(database: &mut Database, top: u32) -> Result<String> {
    use churn_path_months::*;
    let context = "cannot read the busiest paths";
    let paths: Vec<String> = each!(database, conn => table
        .group_by(path)
        .select(path)
        .order((sum(commits).desc(), path))
        .limit(top.into())
        .load(conn))
    .context(context)?;
    // Diesel's sum of BIGINTs is a NUMERIC, which Rust has no type for: the database sorts by it,
    // and these few rows are added up here.
    let rows: Vec<(String, i64, i64, i64, i64, i64)> = each!(database, conn => table
        .filter(path.eq_any(&paths))
        .select((path, commits, added, deleted, first_change, last_change))
        .load(conn))
    .context(context)?;
    let mut sums = HashMap::new();
    for (name, c, a, d, first, last) in rows {
        let sum = sums.entry(name).or_insert((0, 0, 0, first, last));
        *sum = (
            sum.0 + c,
            sum.1 + a,
            sum.2 + d,
            sum.3.min(first),
            sum.4.max(last),
        );
    }

    let mut text = format!(
        "{:>9} {:>11} {:>11}  {:10}  {:10}  {}\n",
        "commits", "added", "deleted", "first", "last", "path"
    );
    for (name, (c, a, d, first, last)) in paths.iter().filter_map(|name| sums.get_key_value(name)) {
        let [c, a, d] = [c, a, d].map(|n: &i64| HumanCount(n.unsigned_abs()).to_string());
        let (first, last) = (date::day(*first), date::day(*last));
        let _ = writeln!(text, "{c:>9} {a:>11} {d:>11}  {first}  {last}  {name}");
    }
    Ok(text)
}
