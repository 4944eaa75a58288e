//! What is added to a statement, and what that takes: `outcome`, `retry`, `once`, a `Writer` and
//! `get_or_create!`, each beside the plain statement; and the same work through a row lock.
//!
//! ```text
//! cargo bench -p upsert-benches --bench rows
//! scripts/with-servers cargo bench -p upsert-benches --bench rows --features postgres,mysql
//! ```

use std::process::ExitCode;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use upsert_runtime::ledger::{self, Writer, once};
use upsert_runtime::retry::Policy;
use upsert_runtime::{get_or_create, retry, upsert};

type Failure = Box<dyn std::error::Error>;

diesel::table! {
    bench_rows (id) {
        id -> Integer,
        n -> BigInt,
    }
}

/// Rounds in which each way has its turn, and what it does in one.
const ROUNDS: usize = 30;
const PER_ROUND: i32 = 100;

/// How many rows there are.
const ROWS: i32 = 50;

/// Microseconds that one way takes for one row, round by round.
struct Times {
    way: &'static str,
    /// The way that it is compared with.
    beside: &'static str,
    rounds: Vec<f64>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("rows: {failure}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Failure> {
    println!("{:<10} {:<28} {:>9}  beside", "backend", "way", "us/row");
    let folder = std::env::temp_dir().join(format!("upsert-bench-rows-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let file = folder.join("rows.sqlite").to_string_lossy().into_owned();
    let measured = sqlite::measure(&file);
    std::fs::remove_dir_all(&folder)?;
    report("sqlite", &measured?);
    #[cfg(feature = "postgres")]
    report("postgres", &postgres::measure(&url("PG_DATABASE_URL")?)?);
    #[cfg(feature = "mysql")]
    report("mysql", &mysql::measure(&url("MYSQL_DATABASE_URL")?)?);
    Ok(())
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn url(variable: &str) -> Result<String, Failure> {
    std::env::var(variable).map_err(|error| format!("{variable}: {error}").into())
}

fn report(backend: &str, times: &[Times]) {
    for own in times {
        let beside = times.iter().find(|times| times.way == own.beside);
        let ratio = beside.filter(|other| other.way != own.way).map(|other| {
            let ratios = own.rounds.iter().zip(&other.rounds);
            median(ratios.map(|(own, other)| own / other).collect())
        });
        let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2} x {}", own.beside));
        let time = median(own.rounds.clone());
        println!("{backend:<10} {:<28} {time:>9.2}  {ratio}", own.way);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A name, that of the way it is compared with, and what it does to the row of this id.
type Way<'w> = (
    &'static str,
    &'static str,
    Box<dyn FnMut(i32) -> Result<(), Failure> + 'w>,
);

/// Each way in turn, in each round.
fn interleaved(mut ways: Vec<Way<'_>>) -> Result<Vec<Times>, Failure> {
    let mut times: Vec<Times> = ways
        .iter()
        .map(|(way, beside, _)| Times {
            way,
            beside,
            rounds: Vec::new(),
        })
        .collect();
    // The first one is not counted.
    for round in 0..=ROUNDS {
        for ((_, _, way), times) in ways.iter_mut().zip(&mut times) {
            let start = Instant::now();
            for i in 0..PER_ROUND {
                way(i % ROWS)?;
            }
            if round > 0 {
                times
                    .rounds
                    .push(micros(start.elapsed()) / f64::from(PER_ROUND));
            }
        }
    }
    Ok(times)
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The ways, as each backend compiles them for itself.
macro_rules! backend {
    ($backend:ident, $Conn:ty, session: $session:literal, lock: |$conn:ident, $id:ident| $lock:expr) => {
        mod $backend {
            use super::*;

            fn connect(url: &str) -> Result<$Conn, Failure> {
                let mut conn = <$Conn>::establish(url)?;
                conn.batch_execute($session)?;
                Ok(conn)
            }

            fn hit(conn: &mut $Conn, id: i32) -> QueryResult<usize> {
                upsert!(bench_rows, values = { id, n: 1 }, conflict = (id), set = < n += 1 >).execute(conn)
            }

            fn locked($conn: &mut $Conn, $id: i32) -> QueryResult<usize> {
                $lock
            }

            pub(super) fn measure(url: &str) -> Result<Vec<Times>, Failure> {
                let mut conn = connect(url)?;
                conn.batch_execute("DROP TABLE IF EXISTS bench_rows")?;
                conn.batch_execute("CREATE TABLE bench_rows (id INTEGER NOT NULL PRIMARY KEY, n BIGINT NOT NULL)")?;
                ledger::create(&mut conn)?;
                for id in 0..ROWS {
                    hit(&mut conn, id)?;
                }
                let run = format!("{:?} ", std::time::SystemTime::now());
                let mut number = 0_u64;
                let policy = Policy::new();
                let [mut plain, mut outcome, mut retried, mut applied, mut lock, mut read, mut found] =
                    std::array::from_fn::<_, 7, _>(|_| connect(url));
                let (plain, outcome, retried, applied, lock, read, found) = (
                    plain.as_mut().map_err(|error| error.to_string())?,
                    outcome.as_mut().map_err(|error| error.to_string())?,
                    retried.as_mut().map_err(|error| error.to_string())?,
                    applied.as_mut().map_err(|error| error.to_string())?,
                    lock.as_mut().map_err(|error| error.to_string())?,
                    read.as_mut().map_err(|error| error.to_string())?,
                    found.as_mut().map_err(|error| error.to_string())?,
                );
                let reconnect = || connect(url).map_err(|error| error.to_string());
                let mut writer = Writer::open(reconnect, Policy::new(), &run)?;
                let times = interleaved(vec![
                    ("execute", "execute", Box::new(|id| {
                        hit(plain, id)?;
                        Ok(())
                    })),
                    ("outcome", "execute", Box::new(|id| {
                        upsert!(bench_rows, values = { id, n: 1 }, conflict = (id), set = < n += 1 >).outcome(outcome)?;
                        Ok(())
                    })),
                    ("retry", "execute", Box::new(|id| {
                        retry(retried, &policy, |conn| hit(conn, id))?;
                        Ok(())
                    })),
                    ("once", "execute", Box::new(|id| {
                        number += 1;
                        let _ = once(applied, format!("{run}{number}"), |conn| hit(conn, id))?;
                        Ok(())
                    })),
                    ("Writer::apply", "execute", Box::new(|id| {
                        let _ = writer.apply(|conn| hit(conn, id))?;
                        Ok(())
                    })),
                    ("row lock, then UPDATE", "execute", Box::new(|id| {
                        locked(lock, id)?;
                        Ok(())
                    })),
                    ("SELECT", "SELECT", Box::new(|id| {
                        let _: i64 = bench_rows::table.find(id).select(bench_rows::n).first(read)?;
                        Ok(())
                    })),
                    ("get_or_create!, it is there", "SELECT", Box::new(|id| {
                        let row = get_or_create!(bench_rows, key = { id }, defaults = { n: 0 }, returning = n);
                        let _: (i64, bool) = row.get_result(found)?;
                        Ok(())
                    })),
                ]);
                conn.batch_execute("DROP TABLE bench_rows")?;
                times
            }
        }
    };
}

backend!(
    sqlite, SqliteConnection,
    session: "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
    lock: |conn, id| conn.immediate_transaction(|conn| {
        let row = bench_rows::table.find(id);
        let n: i64 = row.select(bench_rows::n).first(conn)?;
        diesel::update(row).set(bench_rows::n.eq(n + 1)).execute(conn)
    })
);

#[cfg(feature = "postgres")]
backend!(
    postgres, PgConnection,
    session: "SET client_min_messages = warning; SET synchronous_commit = off",
    lock: |conn, id| conn.transaction(|conn| {
        let row = bench_rows::table.find(id);
        let n: i64 = row.select(bench_rows::n).for_update().first(conn)?;
        diesel::update(row).set(bench_rows::n.eq(n + 1)).execute(conn)
    })
);

#[cfg(feature = "mysql")]
backend!(
    mysql, MysqlConnection,
    session: "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    lock: |conn, id| conn.transaction(|conn| {
        let row = bench_rows::table.find(id);
        let n: i64 = row.select(bench_rows::n).for_update().first(conn)?;
        diesel::update(row).set(bench_rows::n.eq(n + 1)).execute(conn)
    })
);
