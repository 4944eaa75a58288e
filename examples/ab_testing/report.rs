//! What is counted.

use std::fmt::Write;

use diesel::prelude::*;

use crate::common::database::{Database, each};
use crate::common::failure::{Context, Result};
use crate::schema::ab_hours;

type Hour = (String, String, String, i32, i64, i64);

fn hours(database: &mut Database) -> Result<Vec<Hour>> {
    let hours = ab_hours::table.order((
        ab_hours::test,
        ab_hours::version,
        ab_hours::date,
        ab_hours::hour,
    ));
    each!(database, conn => hours.load(conn)).context("cannot read the table")
}

/// All participants and conversions.
pub(crate) fn sums(database: &mut Database) -> Result<(i64, i64)> {
    let hours = hours(database)?;
    let sums = hours
        .iter()
        .fold((0, 0), |sum, (.., participants, conversions)| {
            (sum.0 + participants, sum.1 + conversions)
        });
    Ok(sums)
}

/// A line for each version in each hour.
pub(crate) fn table(database: &mut Database) -> Result<String> {
    let mut text =
        "test        version         hour              took part   converted\n".to_owned();
    for (test, version, date, hour, participants, conversions) in hours(database)? {
        let share = 100.0 * conversions as f64 / participants as f64;
        let _ = writeln!(
            text,
            "{test:<11} {version:<15} {date} {hour:02}:00  {participants:>9}   {conversions:>9}  {share:4.1} %"
        );
    }
    Ok(text)
}
