//! What a thread of a race does, written down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;

use super::barrier::Barrier;
use super::random::Random;
use crate::{Action, Answer, Observed, Operation, history};

/// One round of one thread: what it chooses, and what it did.
#[derive(Debug)]
pub struct Turn {
    thread: usize,
    pub(super) round: usize,
    random: Random,
    start: Instant,
    barrier: Barrier,
    is_over: Arc<AtomicBool>,
    pub(super) operations: Vec<Operation>,
    /// The operations of this round of whose outcome nobody knows yet, and whether the error may be
    /// the database's answer.
    doubtful: Vec<(usize, bool)>,
}

impl Turn {
    pub(super) fn new(
        thread: usize,
        random: Random,
        start: Instant,
        barrier: &Barrier,
        is_over: &Arc<AtomicBool>,
    ) -> Self {
        Self {
            thread,
            round: 0,
            random,
            start,
            barrier: barrier.clone(),
            is_over: Arc::clone(is_over),
            operations: Vec::new(),
            doubtful: Vec::new(),
        }
    }

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

    /// Where all threads of the race wait for each other.
    #[must_use]
    pub fn barrier(&self) -> Barrier {
        self.barrier.clone()
    }

    /// Ends the race: no thread begins another round. For a race that goes on for as long as
    /// something else does, such as the faults that one of its threads makes.
    pub fn end_race(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Increments the counter `key` by `by`, as `work` does it: the stored number may be returned,
    /// for [`tickets`](crate::tickets).
    ///
    /// `work` is one statement, or one whole transaction: of a statement that is done before
    /// another fails, or whose transaction is committed later, the history would say what is not
    /// so. It leaves the connection what it is, since that is asked after an error.
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

    /// Finds or creates the row `key`, as `work` does it: it returns whether the row was created,
    /// beside the row or alone, for [`unique`](crate::unique).
    ///
    /// ```
    /// # upsert_runtime::doctest_prelude!();
    /// # use diesel::ConnectionError::CouldntSetupConfiguration;
    /// # use diesel::connection::SimpleConnection;
    /// use upsert_harness::{Race, unique};
    /// use upsert_runtime::Outcome;
    ///
    /// # let folder = std::env::temp_dir().join(format!("upsert-doc-create-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder).unwrap();
    /// # let url = folder.join("race.db").to_str().unwrap().to_owned();
    /// # let connect = || {
    /// #     let mut conn = SqliteConnection::establish(&url)?;
    /// #     conn.batch_execute("PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL").map_err(CouldntSetupConfiguration)?;
    /// #     Ok(conn)
    /// # };
    /// # connect().unwrap().batch_execute(
    /// #     "CREATE TABLE page_hits (page TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, title TEXT, PRIMARY KEY (page, day))",
    /// # ).unwrap();
    /// let history = Race::new().threads(4).rounds(25).run(connect, |conn, turn| {
    ///     let page = format!("/{}", turn.round());
    ///     let create = || {
    ///         upsert!(page_hits, values = { page: &*page, day: 1, n: 0 }, conflict = (page, day), set = nothing)
    ///             .outcome(conn)
    ///             .map(|outcome| outcome == Outcome::Inserted)
    ///     };
    ///     turn.create(&page, create).map(drop)
    /// });
    /// let stored: Vec<String> = page_hits::table.select(page_hits::page).load(&mut connect()?)?;
    /// unique(&history, stored.iter().map(|page| &**page))?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
        let answer = Answer::of(&result);
        if let (Answer::Unknown(_), Err(error)) = (&answer, &result) {
            let may_be_answer = history::may_be_an_answer(error);
            self.doubtful.push((self.operations.len(), may_be_answer));
        }
        self.operations.push(Operation {
            thread: self.thread,
            round: self.round,
            key: key.to_owned(),
            action,
            began,
            ended,
            answer,
        });
        result
    }

    /// Whether the connection is not to be used any more: it does not answer, or an operation of
    /// this round stays of unknown outcome when it has been asked.
    ///
    /// That others are in the way is an answer too: SQLite, for one, cannot read its schema while
    /// somebody writes without WAL.
    pub(super) fn lost_sight(&mut self, conn: &mut impl SimpleConnection, is_err: bool) -> bool {
        let doubtful = std::mem::take(&mut self.doubtful);
        if doubtful.is_empty() && !is_err {
            return false;
        }
        let is_alive = conn
            .batch_execute("SELECT 1")
            .map_or_else(|error| history::is_for_others(&error), |()| true);
        let mut is_lost = !is_alive;
        for (index, may_be_answer) in doubtful {
            if is_alive && may_be_answer {
                self.operations[index].was_answered();
            } else {
                is_lost = true;
            }
        }
        is_lost
    }
}
