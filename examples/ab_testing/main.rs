//! The hourly log of A/B tests: how many took part in each version of a test, and how many were
//! won, counted by many threads through a pool. What was a raw `INSERT .. ON CONFLICT` for
//! PostgreSQL alone is one `upsert!` for all three databases: [`record`].

#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "the other examples need more of it")]
mod common;
mod pool;
mod report;
mod schema;

use std::process::ExitCode;
use std::thread;

use clap::Parser;
use diesel::prelude::*;
use upsert_runtime::retry::Policy;
use upsert_runtime::{retry, upsert};

use crate::common::database::{Database, each};
use crate::common::failure::{Context, Failure, Result};
use crate::common::terminal::{complain, print};
use crate::common::url::Url;
use crate::pool::Pool;
use crate::schema::ab_hours;

const DEFAULT_FOLDER: &str = "target";
const DEFAULT_FILE: &str = "target/ab_testing.sqlite";

/// Counts who takes part in A/B tests, and who converts, from several threads through a pool
#[derive(Parser)]
#[command(name = "ab_testing", after_help = RULES)]
struct Arguments {
    /// An SQLite file, postgres://.. or mysql://.. (if built with the feature of that name)
    #[arg(long, value_name = "URL", default_value = DEFAULT_FILE)]
    database_url: String,

    /// How many threads count
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,

    /// How many connections they share
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=256))]
    connections: u32,

    /// How many visitors each thread has
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    visitors: u32,
}

const RULES: &str = "\
Where:
  In the table ab_hours, which is made if it is not there, and added to.

Exit status:
  0  what was counted is in the table
  1  it is not
  2  it cannot be done: a line says why";

/// Somebody who saw a version of a test.
struct Visit<'a> {
    test: &'a str,
    version: &'a str,
    date: &'a str,
    hour: i32,
    has_converted: bool,
}

/// Counts a visit. Of threads that count the same hour, or are the first in it, none loses one.
///
/// On MySQL and MariaDB two upserts can be a deadlock, of which one is rolled back: it is sent
/// again.
fn record(database: &mut Database, visit: &Visit<'_>) -> QueryResult<()> {
    let log = upsert!(
        ab_hours,
        values = {
            test: visit.test,
            version: visit.version,
            date: visit.date,
            hour: visit.hour,
            participants: 1,
            conversions: i64::from(visit.has_converted),
        },
        conflict = (test, version, date, hour),
        set = < participants += 1, conversions += excluded.conversions >,
    );
    each!(database, conn => retry(conn, &Policy::new(), |conn| log.execute(conn)))?;
    Ok(())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(status) => status,
        Err(failure) => {
            complain(format_args!("ab_testing: {failure}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let url = Url::parse(&arguments.database_url)?;
    if arguments.database_url == DEFAULT_FILE {
        std::fs::create_dir_all(DEFAULT_FOLDER).context("cannot make the folder target")?;
    }
    let pool = pool::open(url, arguments.connections)?;
    let before = report::sums(&mut *pool.get().context("no connection")?)?;
    let conversions = visited(&pool, arguments)?;
    let mut database = pool.get().context("no connection")?;
    print(&report::table(&mut database)?)?;

    let participants = i64::from(arguments.threads) * i64::from(arguments.visitors);
    let counted = report::sums(&mut database)?;
    let expected = (before.0 + participants, before.1 + conversions);
    if counted == expected {
        return Ok(ExitCode::SUCCESS);
    }
    complain(format_args!(
        "ab_testing: {counted:?} participants and conversions are stored, and {expected:?} were counted"
    ));
    Ok(ExitCode::from(1))
}

/// Has each thread count its visitors; how many have converted.
fn visited(pool: &Pool, arguments: &Arguments) -> Result<i64> {
    let visitors = arguments.visitors;
    thread::scope(|scope| {
        let threads = (0..arguments.threads).map(|_| scope.spawn(|| visit(pool, visitors)));
        let threads: Vec<_> = threads.collect();
        let conversions = threads.into_iter().map(|thread| {
            let result = thread.join();
            result.unwrap_or_else(|_| Err(Failure::new("a thread panicked")))
        });
        conversions.sum()
    })
}

fn visit(pool: &Pool, visitors: u32) -> Result<i64> {
    let mut conversions = 0;
    for _ in 0..visitors {
        let version = ["blue button", "green button"][fastrand::usize(..2)];
        let has_converted = fastrand::u32(..100) < if version == "blue button" { 10 } else { 14 };
        let visit = Visit {
            test: "checkout",
            version,
            date: "2026-11-27",
            hour: fastrand::i32(9..12),
            has_converted,
        };
        let mut database = pool.get().context("no connection")?;
        record(&mut database, &visit).context("cannot count a visit")?;
        conversions += i64::from(has_converted);
    }
    Ok(conversions)
}
