//! Threads that are released together.

mod barrier;
pub(crate) mod random;
mod turn;

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::result::ConnectionError;

pub use self::barrier::Barrier;
use self::random::Random;
pub use self::turn::Turn;
use crate::{History, environment};

const SEED: &str = "UPSERT_RACE_SEED";
const THREADS: &str = "UPSERT_RACE_THREADS";
const ROUNDS: &str = "UPSERT_RACE_ROUNDS";
const SECONDS: &str = "UPSERT_RACE_SECONDS";

/// A race: threads with a connection each, released together, that all do the same for a number of
/// rounds.
///
/// The environment has the last word, so that one run can be made longer or repeated without a
/// change of the code (unless the race is [`fixed`](Self::fixed)):
///
/// | variable | is | default |
/// |---|---|---|
/// | `UPSERT_RACE_THREADS` | threads | 8 |
/// | `UPSERT_RACE_ROUNDS` | rounds of each thread | 100 |
/// | `UPSERT_RACE_SECONDS` | the deadline: no round begins after it | none |
/// | `UPSERT_RACE_SEED` | what [`Turn::pick`] draws from | the time |
/// | `UPSERT_RACE_COMMAND` | what runs the tests, for the line that says how to repeat a race | `cargo test --` |
///
/// A variable that is not a whole number from 0 to 2^64 - 1 is a panic: a race that was not the one
/// that was asked for would prove nothing.
#[derive(Debug, Clone)]
#[must_use = "a race does nothing until it is run"]
pub struct Race {
    threads: usize,
    rounds: usize,
    deadline: Option<Duration>,
    patience: Duration,
    seed: Option<u64>,
    is_fixed: bool,
    threads_may_fail: bool,
}

impl Default for Race {
    fn default() -> Self {
        Self {
            threads: 8,
            rounds: 100,
            deadline: None,
            patience: Duration::ZERO,
            seed: None,
            is_fixed: false,
            threads_may_fail: false,
        }
    }
}

impl Race {
    /// Eight threads, a hundred rounds each.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many threads there are, one connection each.
    pub fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }

    /// How often each thread does its work.
    pub fn rounds(self, rounds: usize) -> Self {
        Self { rounds, ..self }
    }

    /// No round begins after this time.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..self
        }
    }

    /// How long a thread goes on trying to connect, where servers come and go. Without it, a
    /// connection that is refused ends the race.
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// What choices are drawn from.
    pub fn seed(self, seed: u64) -> Self {
        Self {
            seed: Some(seed),
            ..self
        }
    }

    /// Keeps threads, rounds and deadline as they are, whatever the environment says: for a test
    /// that is about two threads, or counts on a number of rounds.
    pub fn fixed(self) -> Self {
        Self {
            is_fixed: true,
            ..self
        }
    }

    /// Has the checkers take a race in which threads tried and got nothing acknowledged, as faults
    /// and locks may have it, as long as something may have been done at all. Without it that is an
    /// error of theirs: where all threads but one are turned away, on SQLite those without a
    /// `busy_timeout`, a wrong statement looks right.
    pub fn threads_may_fail(self) -> Self {
        Self {
            threads_may_fail: true,
            ..self
        }
    }

    /// How many threads [`run`](Self::run) will start, the environment considered.
    #[must_use]
    pub fn thread_count(&self) -> usize {
        self.clone().with_environment().threads
    }

    /// Runs `work` in every thread, round after round, and returns what happened.
    ///
    /// `work` reports its operations to its [`Turn`], where their errors are written down. An error
    /// that it returns ends the round, not the race. No round begins after the deadline, which
    /// counts from here; one that has begun goes on to its end.
    ///
    /// What an error means for the operation is found out, as [`Answer::of`](crate::Answer::of) has
    /// it. One that nobody knows may be the end of the connection; but a connection on which
    /// `SELECT 1` still works, or is told that others are in the way, has brought the database's
    /// own answer, so that the operation has failed. Otherwise its outcome is unknown, and the
    /// thread connects anew.
    ///
    /// # Panics
    ///
    /// If a thread cannot connect, or `work` panics: then there was no race, and no thread begins
    /// another round.
    pub fn run<Conn: SimpleConnection>(
        &self,
        connect: impl Fn() -> Result<Conn, ConnectionError> + Sync,
        work: impl Fn(&mut Conn, &mut Turn) -> QueryResult<()> + Sync,
    ) -> History {
        let race = self.clone().with_environment();
        let seed = race.seed.unwrap_or_else(random::now);
        let barrier = Barrier::new(race.threads);
        let is_over = Arc::new(AtomicBool::new(false));
        let start = Instant::now();
        let connect = || connected(patient(&connect, race.patience));
        let compete = |thread| {
            let _place = Place {
                barrier: &barrier,
                is_over: &is_over,
            };
            let mut conn = connect();
            barrier.wait();
            let mut turn = Turn::new(thread, Random::new(seed, thread), start, &barrier, &is_over);
            for round in 0..race.rounds {
                let is_late = |deadline| start.elapsed() >= deadline;
                if is_over.load(Ordering::Relaxed) || race.deadline.is_some_and(is_late) {
                    break;
                }
                turn.round = round;
                let is_err = work(&mut conn, &mut turn).is_err();
                if turn.lost_sight(&mut conn, is_err) {
                    conn = connect();
                }
            }
            turn.operations
        };
        let compete = &compete;
        let threads = thread::scope(|scope| {
            let threads: Vec<_> = (0..race.threads)
                .map(|thread| scope.spawn(move || compete(thread)))
                .collect();
            threads.into_iter().map(joined).collect::<Vec<_>>()
        });
        let mut operations: Vec<_> = threads.into_iter().flatten().collect();
        operations.sort_by_key(|operation| operation.ended);
        History {
            operations,
            seed,
            repeat: repeat(seed),
            threads_may_fail: race.threads_may_fail,
        }
    }

    fn with_environment(self) -> Self {
        let seed = number(SEED).or(self.seed);
        if self.is_fixed {
            return Self { seed, ..self };
        }
        Self {
            threads: number(THREADS).unwrap_or(self.threads),
            rounds: number(ROUNDS).unwrap_or(self.rounds),
            deadline: number(SECONDS).map(Duration::from_secs).or(self.deadline),
            seed,
            ..self
        }
    }
}

/// A thread's part in a race. Nobody waits for a thread that has ended, and a race in which one has
/// panicked is over.
struct Place<'r> {
    barrier: &'r Barrier,
    is_over: &'r AtomicBool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.is_over.store(true, Ordering::Relaxed);
        }
        self.barrier.leave();
    }
}

#[expect(clippy::panic, reason = "a race without a thread proves nothing")]
fn connected<Conn>(result: Result<Conn, ConnectionError>) -> Conn {
    result.unwrap_or_else(|error| panic!("a thread of the race cannot connect: {error}"))
}

#[expect(
    clippy::panic,
    reason = "another race than was asked for proves nothing"
)]
fn number<T: TryFrom<u64>>(name: &'static str) -> Option<T> {
    environment::number(name).unwrap_or_else(|error| panic!("{error}"))
}

/// Tries until there is a connection, or no patience left.
fn patient<Conn>(
    connect: impl Fn() -> Result<Conn, ConnectionError>,
    patience: Duration,
) -> Result<Conn, ConnectionError> {
    const PAUSE: Duration = Duration::from_millis(20);
    let start = Instant::now();
    loop {
        let result = connect();
        if result.is_ok() || start.elapsed() >= patience {
            return result;
        }
        thread::sleep(PAUSE);
    }
}

/// What a thread returns, or its panic.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The command that runs this race again, by what the environment says. The test harness of Rust
/// calls the thread of a test as the test.
fn repeat(seed: u64) -> String {
    let mut words = vec![format!("{SEED}={seed}")];
    let others = [THREADS, ROUNDS, SECONDS];
    words.extend(
        others
            .iter()
            .filter_map(|name| Some(format!("{name}={}", env::var(name).ok()?))),
    );
    match thread::current().name() {
        Some(test) if test != "main" => {
            let command = env::var("UPSERT_RACE_COMMAND");
            words.push(command.unwrap_or_else(|_| "cargo test --".to_owned()));
            words.push(format!("--exact {test}"));
        }
        _ => words.extend(env::args()),
    }
    words.join(" ")
}
