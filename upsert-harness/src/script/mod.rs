//! Named steps of named sessions, in an order that is given.

mod error;
mod interleaving;
mod run;
mod runs;
mod session;
mod settle;
mod transcript;

use std::fmt;
use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::result::ConnectionError;

pub use self::error::ScriptError;
use self::interleaving::Outline;
pub use self::runs::Runs;
pub use self::session::Session;
pub use self::transcript::{Event, Seen, Transcript};
use crate::Waits;
use crate::environment::{self, NotANumber};

const SECONDS: &str = "UPSERT_SCRIPT_SECONDS";

/// Sessions with a connection each, whose steps are taken in an order that is given, or in every
/// order: what happens when the other one commits just here?
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use upsert_harness::Script;
///
/// # let folder = std::env::temp_dir().join(format!("upsert-doc-script-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let url = folder.join("script.db").to_str().unwrap().to_owned();
/// # let connect = || -> ConnectionResult<SqliteConnection> {
/// #     let mut conn = SqliteConnection::establish(&url)?;
/// #     diesel::connection::SimpleConnection::batch_execute(&mut conn, "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL").unwrap();
/// #     Ok(conn)
/// # };
/// # diesel::connection::SimpleConnection::batch_execute(&mut connect().unwrap(),
/// #     "CREATE TABLE page_hits (page TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, title TEXT, PRIMARY KEY (page, day))").unwrap();
/// # fn sql(text: &'static str) -> impl Fn(&mut SqliteConnection) -> QueryResult<()> {
/// #     |conn| diesel::connection::SimpleConnection::batch_execute(conn, text)
/// # }
/// fn hit(conn: &mut SqliteConnection) -> QueryResult<i64> {
///     upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
///         .get_result(conn)
/// }
///
/// let script = Script::new(connect)
///     .setup(|conn| diesel::delete(page_hits::table).execute(conn))
///     .session("a", |a| a.step("a begins", sql("BEGIN")).step("a hits", hit).step("a commits", sql("COMMIT")))
///     .session("b", |b| b.step("b hits", hit));
///
/// let transcript = script.run(&["a begins", "a hits", "b hits", "a commits"])?;
/// assert_eq!(transcript.to_string(), "\
/// a begins: done
/// a hits: 1
/// b hits: waits for a
/// a commits: done
/// b hits: 2
/// ");
///
/// for transcript in script.run_all() {
///     assert_eq!(transcript?.failures().count(), 0);
/// }
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), upsert_harness::ScriptError>(())
/// ```
///
/// It is PostgreSQL's [isolation tester][tester] for a program's own closures. They may borrow what
/// is around them: where a step needs what an earlier one has read, both borrow a `Mutex` or an
/// atomic.
///
/// # Waiting
///
/// A step has ended, or it is [`Waiting`](Seen::Waiting): not because it takes long, but because
/// the database says on a connection of its own that this session waits for another one, which does
/// nothing meanwhile. After each step the sessions that wait are looked at again, so that a
/// transcript is the same each time. The events of one moment are in this order: the step that was
/// taken, then those that it let go on, as they began to wait. Which of several goes on first is
/// for the database to say: MariaDB has a queue, PostgreSQL has one for UPDATE and none for ON
/// CONFLICT, SQLite has none.
///
/// | backend | waits when |
/// |---|---|
/// | PostgreSQL | [`pg_blocking_pids`][pg] names another session |
/// | MariaDB | [`INNODB_LOCK_WAITS`][maria] does. What it says may be some 100 ms old; it is asked until it is not. Row locks only; needs the privilege `PROCESS` |
/// | MySQL | [`data_lock_waits`][my] does. Row locks only |
/// | SQLite | the step has not ended after 200 ms or more, and [`BEGIN IMMEDIATE`][lite] says that the write lock is taken, by the session with a transaction that took it. WAL mode, and a `busy_timeout`: without it nobody waits |
///
/// Sessions that wait for each other have a deadlock, and it is waited for until the database ends
/// it. On SQLite, which has no view of who waits, a step that only takes long is taken for one that
/// waits if another session has the write lock.
///
/// # The end
///
/// After the last step, an error or a panic, the sessions that do nothing close their connections
/// first, which rolls back what is open. What waited for them goes on to the end of its step, and
/// then closes its connection too. After an error, a step that does not end by that is ended on
/// PostgreSQL and MySQL; one that waits for something else than the database holds up the end.
///
/// The variable `UPSERT_SCRIPT_SECONDS` has the last word on the [`deadline`](Self::deadline).
///
/// [tester]: https://github.com/postgres/postgres/blob/master/src/test/isolation/README
/// [pg]: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION
/// [maria]: https://mariadb.com/kb/en/information-schema-innodb_lock_waits-table/
/// [my]: https://dev.mysql.com/doc/refman/8.4/en/performance-schema-data-lock-waits-table.html
/// [lite]: https://sqlite.org/lang_transaction.html#immediate
#[must_use = "a script does nothing until it is run"]
pub struct Script<'a, Conn> {
    connect: Box<dyn Fn() -> Result<Conn, ConnectionError> + Sync + 'a>,
    setup: Vec<Box<Setup<'a, Conn>>>,
    sessions: Vec<Session<'a, Conn>>,
    deadline: Duration,
    patience: Duration,
}

type Setup<'a, Conn> = dyn Fn(&mut Conn) -> QueryResult<()> + 'a;

impl<'a, Conn> Script<'a, Conn> {
    /// A script without sessions. `connect` is called for each of them, for the setup, and for the
    /// one connection that asks who waits.
    pub fn new(connect: impl Fn() -> Result<Conn, ConnectionError> + Sync + 'a) -> Self {
        Self {
            connect: Box::new(connect),
            setup: Vec::new(),
            sessions: Vec::new(),
            deadline: Duration::from_secs(30),
            patience: Duration::ZERO,
        }
    }

    /// What is done before each interleaving, on a connection of its own.
    pub fn setup<T>(mut self, setup: impl Fn(&mut Conn) -> QueryResult<T> + 'a) -> Self {
        self.setup.push(Box::new(move |conn| setup(conn).map(drop)));
        self
    }

    /// One more session, and its steps in their order.
    pub fn session(
        mut self,
        name: impl Into<String>,
        steps: impl FnOnce(Session<'a, Conn>) -> Session<'a, Conn>,
    ) -> Self {
        self.sessions.push(steps(Session::new(name.into())));
        self
    }

    /// How long a step may take until it has ended or waits; 30 seconds if nobody says.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// How long a session that waits is given to end by itself, before its next step is taken for
    /// [`Impossible`](ScriptError::Impossible); no time if nobody says. For a script about lock
    /// timeouts: more than they are.
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    fn outlines(&self) -> Vec<Outline<'_>> {
        self.sessions.iter().map(Outline::of).collect()
    }

    fn connect(&self, whose: &str) -> Result<Conn, ScriptError> {
        (self.connect)().map_err(|error| ScriptError::Connection {
            whose: whose.to_owned(),
            error,
        })
    }

    /// Does the setup, if there is one.
    fn prepare(&self) -> Result<(), ScriptError> {
        if self.setup.is_empty() {
            return Ok(());
        }
        let mut conn = self.connect("setup")?;
        let mut setup = self.setup.iter();
        setup
            .try_for_each(|setup| setup(&mut conn))
            .map_err(|error| ScriptError::Setup { error })
    }

    /// The deadline, the environment considered, of a script whose names are different ones.
    fn checked(&self) -> Result<Duration, ScriptError> {
        interleaving::check(&self.outlines())?;
        match environment::number(SECONDS) {
            Ok(seconds) => Ok(seconds.map_or(self.deadline, Duration::from_secs)),
            Err(NotANumber { value, .. }) => Err(ScriptError::Environment { value }),
        }
    }
}

impl<'a, Conn> Script<'a, Conn>
where
    Conn: LoadConnection<Backend: Waits>,
{
    /// Takes the steps in this order. All of them are to be there, those of one session in the
    /// order in which it has them.
    ///
    /// # Errors
    ///
    /// [`ScriptError`]: names that are wrong, an order that is
    /// [`Impossible`](ScriptError::Impossible), a step that takes too long, and what the database
    /// has to say, except to a step: that is in the transcript.
    ///
    /// # Panics
    ///
    /// With what a step panics with.
    pub fn run(&self, steps: &[&str]) -> Result<Transcript, ScriptError> {
        let deadline = self.checked()?;
        let turns = interleaving::of_names(&self.outlines(), steps)?;
        run::run(self, &turns, deadline)
    }

    /// Takes the steps in every order in which each session has its own in theirs, one order after
    /// the other. Those that are [`Impossible`](ScriptError::Impossible) are passed over, and
    /// [counted](Runs::impossible).
    ///
    /// It is one transcript for each call of [`next`](Iterator::next), so that what is stored can
    /// be looked at before the next one begins. There are many: two sessions of three steps have
    /// 20, three have 1,680.
    pub fn run_all(&self) -> Runs<'_, 'a, Conn> {
        Runs::new(self)
    }
}

impl<Conn> fmt::Debug for Script<'_, Conn> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Script")
            .field("sessions", &self.sessions)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
