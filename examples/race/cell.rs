//! One race: so many threads, one way to count.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use upsert_harness::{Answer, History, Operation, Race, Violation, counter};
use upsert_runtime::retry::{Decision, Policy};

use crate::common::database::{Database, each};
use crate::common::failure::{Failure, Result};
use crate::common::url::Url;
use crate::ways::{self, Way};

/// What came of a race.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) way: Way,
    pub(crate) threads: usize,
    /// Increments that the database said were done.
    pub(crate) acknowledged: u64,
    /// Attempts that the database rolled back, and that were sent again.
    pub(crate) repeated: u64,
    /// Increments that are in the table at the end.
    pub(crate) stored: u64,
    /// From the first attempt to the last answer.
    pub(crate) time: Duration,
    /// What the checker says, where not each increment was stored once.
    pub(crate) violation: Option<Violation>,
}

impl Cell {
    /// Increments that were acknowledged and are not stored.
    pub(crate) fn lost(&self) -> u64 {
        self.acknowledged.saturating_sub(self.stored)
    }

    /// The same, in percent of the acknowledged ones.
    pub(crate) fn percent_lost(&self) -> f64 {
        100.0 * self.lost() as f64 / self.acknowledged.max(1) as f64
    }

    /// How many increments were stored in a second. What is lost was not counted.
    pub(crate) fn per_second(&self) -> f64 {
        self.stored as f64 / self.time.as_secs_f64().max(f64::EPSILON)
    }
}

/// Has the threads of `race` count in `rows` rows, on an empty table.
pub(crate) fn run(url: &Url, way: Way, race: &Race, rows: u16) -> Result<Cell> {
    let mut table = Database::open(url)?;
    table.make_table()?;
    let threads = race.thread_count();
    let connections: Result<Vec<_>> = (0..threads).map(|_| Database::open(url)).collect();
    let connections = Mutex::new(connections?);
    let repeated = AtomicU64::new(0);
    let failure = OnceLock::new();

    // A race of which an outcome is unknown, or that ended early, would compare nothing: the first
    // failure ends it.
    let connect = || {
        let ready = connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let opened = ready.map_or_else(|| Database::open(url), Ok);
        Ok(Seat(opened.map_err(|error| failure.set(error)).ok()))
    };
    let mut history = race.run(connect, |seat, turn| {
        let Some(database) = seat.0.as_mut().filter(|_| failure.get().is_none()) else {
            thread::sleep(Duration::from_millis(10));
            return Ok(());
        };
        let id = turn.below(rows.into()) as i32;
        let result = turn.increment(&id.to_string(), 1, || {
            let (result, repeats) = increment(way, database, id);
            repeated.fetch_add(repeats.into(), Ordering::Relaxed);
            result
        });
        result.inspect_err(|error| {
            let _ = failure.set(Failure::new(format_args!("cannot count: {error}")));
        })
    });
    if let Some(failure) = failure.into_inner() {
        return Err(failure);
    }

    // What the harness would say has the URL in it, password and all.
    history.repeat = format!("the same options and --seed {}", history.seed);
    let counters = table.counters()?;
    let named: Vec<_> = counters
        .iter()
        .map(|(id, n)| (id.to_string(), *n))
        .collect();
    Ok(Cell {
        way,
        threads,
        acknowledged: acknowledged(&history),
        repeated: repeated.into_inner(),
        stored: counters.iter().map(|(_, n)| n.unsigned_abs()).sum(),
        time: time(&history),
        violation: counter(&history, named.iter().map(|(id, n)| (&**id, *n))).err(),
    })
}

/// Increments until it is done, as long as nothing was, and says how often it was repeated. Not by
/// `retry`: each way has its own transaction, or none.
fn increment(way: Way, database: &mut Database, id: i32) -> (QueryResult<usize>, u32) {
    let policy = Policy::new()
        .attempts(1_000)
        .base_delay(Duration::from_millis(1))
        .max_delay(Duration::from_millis(50));
    let mut attempts = policy.start();
    let start = Instant::now();
    loop {
        let result = way.increment(database, id);
        let repeats = attempts.made();
        let Err(error) = &result else {
            return (result, repeats);
        };
        match attempts.failed(ways::class(database, error), start.elapsed()) {
            Decision::Repeat { after } => thread::sleep(after),
            Decision::Reconnect { .. } | Decision::Resolve | Decision::Stop => {
                return (result, repeats);
            }
        }
    }
}

/// A connection, or none where it could not be opened: the race is over then.
struct Seat(Option<Database>);

impl SimpleConnection for Seat {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        match &mut self.0 {
            Some(database) => each!(database, conn => conn.batch_execute(query)),
            None => Ok(()),
        }
    }
}

fn acknowledged(history: &History) -> u64 {
    let is_acknowledged = |o: &&Operation| matches!(o.answer, Answer::Acknowledged(_));
    history.operations.iter().filter(is_acknowledged).count() as u64
}

fn time(history: &History) -> Duration {
    let operations = &history.operations;
    let first = operations.iter().map(|o| o.began).min();
    let last = operations.iter().map(|o| o.ended).max();
    last.unwrap_or_default()
        .saturating_sub(first.unwrap_or_default())
}
