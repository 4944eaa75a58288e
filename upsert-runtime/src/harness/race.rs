//! Threads that are released together.

use std::env;
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use diesel::QueryResult;
use diesel::result::ConnectionError;

use super::random::Random;
use super::{Action, History, Observed, Operation, Outcome};

/// A race: threads with a connection each, released together, that all do the same for a number of rounds.
///
/// The environment has the last word, so that one run can be made longer or repeated without a change of the code:
///
/// | variable | is | default |
/// |---|---|---|
/// | `UPSERT_RACE_THREADS` | threads | 8 |
/// | `UPSERT_RACE_ROUNDS` | rounds of each thread | 100 |
/// | `UPSERT_RACE_SECONDS` | the deadline: no round begins after it | none |
/// | `UPSERT_RACE_SEED` | what [`Turn::pick`] draws from | the time |
///
/// A variable that is not a number is a panic: a race that was not the one that was asked for would prove nothing.
#[derive(Debug, Clone)]
#[must_use = "a race does nothing until it is run"]
pub struct Race {
    threads: usize,
    rounds: usize,
    deadline: Option<Duration>,
    seed: Option<u64>,
}

impl Default for Race {
    fn default() -> Self {
        Self {
            threads: 8,
            rounds: 100,
            deadline: None,
            seed: None,
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

    /// What choices are drawn from.
    pub fn seed(self, seed: u64) -> Self {
        Self {
            seed: Some(seed),
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
    /// `work` reports its operations to its [`Turn`]. An error that it returns has been written down by then and
    /// ends the round, not the race; where it left an outcome unknown, the thread connects anew.
    ///
    /// # Panics
    ///
    /// If a thread cannot connect, or `work` panics: then there was no race.
    pub fn run<Conn>(
        &self,
        connect: impl Fn() -> Result<Conn, ConnectionError> + Sync,
        work: impl Fn(&mut Conn, &mut Turn<'_>) -> QueryResult<()> + Sync,
    ) -> History {
        let race = self.clone().with_environment();
        let seed = race.seed.unwrap_or_else(now);
        let operations = Mutex::new(Vec::new());
        let barrier = Barrier::new(race.threads);
        let start = Instant::now();
        let (race, operations, barrier) = (&race, &operations, &barrier);
        let (connect, work) = (&connect, &work);
        thread::scope(|scope| {
            for thread in 0..race.threads {
                scope.spawn(move || {
                    let conn = connect();
                    // Where one cannot connect, the others must not wait for it.
                    barrier.wait();
                    let mut conn = connected(conn);
                    let mut turn = Turn {
                        thread,
                        round: 0,
                        random: Random::new(seed, thread),
                        start,
                        operations,
                        lost: false,
                    };
                    for round in 0..race.rounds {
                        if race
                            .deadline
                            .is_some_and(|deadline| start.elapsed() >= deadline)
                        {
                            break;
                        }
                        turn.round = round;
                        let _ = work(&mut conn, &mut turn);
                        if std::mem::take(&mut turn.lost) {
                            conn = connected(connect());
                        }
                    }
                });
            }
        });
        History {
            operations: std::mem::take(&mut *lock(operations)),
            seed,
            repeat: repeat(seed),
        }
    }

    fn with_environment(self) -> Self {
        Self {
            threads: variable("UPSERT_RACE_THREADS").unwrap_or(self.threads),
            rounds: variable("UPSERT_RACE_ROUNDS").unwrap_or(self.rounds),
            deadline: variable("UPSERT_RACE_SECONDS")
                .map(Duration::from_secs)
                .or(self.deadline),
            seed: variable("UPSERT_RACE_SEED").or(self.seed),
        }
    }
}

/// One round of one thread: what it chooses, and what it did.
#[derive(Debug)]
pub struct Turn<'a> {
    thread: usize,
    round: usize,
    random: Random,
    start: Instant,
    operations: &'a Mutex<Vec<Operation>>,
    lost: bool,
}

impl Turn<'_> {
    /// The thread, from 0.
    #[must_use]
    pub fn thread(&self) -> usize {
        self.thread
    }

    /// The round of this thread, from 0.
    #[must_use]
    pub fn round(&self) -> usize {
        self.round
    }

    /// One of `choices`, by the seed of the race.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn pick<'c, T: ?Sized>(&mut self, choices: &[&'c T]) -> &'c T {
        choices[self.random.below(choices.len())]
    }

    /// A number below `end`, by the seed of the race; 0 if `end` is.
    pub fn below(&mut self, end: usize) -> usize {
        self.random.below(end)
    }

    /// Increments the counter `key` by `by`, as `work` does it: the stored number may be returned, for
    /// [`tickets`](super::tickets).
    ///
    /// # Errors
    ///
    /// That of `work`; it is written down.
    pub fn increment<T: Observed>(
        &mut self,
        key: &str,
        by: i64,
        work: impl FnOnce() -> QueryResult<T>,
    ) -> QueryResult<()> {
        self.operation(key, Action::Increment(by), work).map(drop)
    }

    /// Finds or creates the row `key`, as `work` does it: it returns whether the row was created, beside the row or alone.
    ///
    /// # Errors
    ///
    /// That of `work`; it is written down.
    pub fn create<T: Observed>(
        &mut self,
        key: &str,
        work: impl FnOnce() -> QueryResult<T>,
    ) -> QueryResult<T> {
        self.operation(key, Action::Create, work)
    }

    fn operation<T: Observed>(
        &mut self,
        key: &str,
        action: Action,
        work: impl FnOnce() -> QueryResult<T>,
    ) -> QueryResult<T> {
        let began = self.start.elapsed();
        let result = work();
        let ended = self.start.elapsed();
        let outcome = Outcome::of(&result);
        self.lost |= matches!(outcome, Outcome::Unknown(_));
        lock(self.operations).push(Operation {
            thread: self.thread,
            round: self.round,
            key: key.to_owned(),
            action,
            began,
            ended,
            outcome,
        });
        result
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
fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = env::var(name).ok()?;
    match text.parse() {
        Ok(value) => Some(value),
        Err(_) => panic!("{name} is not a number: {text:?}"),
    }
}

/// The history stays readable when a thread has panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.as_secs() ^ u64::from(since.subsec_nanos()) << 32
}

/// The command that runs this race again. The test harness of Rust calls the thread of a test as the test.
fn repeat(seed: u64) -> String {
    let thread = thread::current();
    match thread.name() {
        Some(test) if test != "main" => {
            format!("UPSERT_RACE_SEED={seed} cargo test -- --exact {test}")
        }
        _ => format!(
            "UPSERT_RACE_SEED={seed} {}",
            env::args().collect::<Vec<_>>().join(" ")
        ),
    }
}
