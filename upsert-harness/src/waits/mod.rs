//! Who waits for whom, in the database's own words.
//!
//! The trait asks; each backend's file has the questions, in the same order: who a session is,
//! whether it may hold locks after a step, who waits for whom, and how a session that does not end
//! is ended.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::LoadConnection;

/// Backends that say which session waits for which, for [`Script`](crate::Script).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which session waits for which",
    note = "enable the feature `postgres`, `sqlite` or `mysql` of `upsert-harness`, or implement `Waits` for a backend of your own"
)]
pub trait Waits: Backend {
    /// How often a step is looked at, every 10 ms, before the database is asked whether it waits.
    /// It is no time, because on a busy machine both who looks and who is looked at are slow.
    const LOOKS: u32 = 1;

    /// What the database calls the session of this connection; 0 where it has no name for it.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn id<Conn>(conn: &mut Conn) -> QueryResult<i64>
    where
        Conn: LoadConnection<Backend = Self>;

    /// Whether a transaction is open on this connection. It is asked on the session's own one,
    /// after each step; a backend that can do without says yes.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn in_transaction<Conn>(conn: &mut Conn) -> QueryResult<bool>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let _ = conn;
        Ok(true)
    }

    /// Takes note of a session whose step has just been done: sets what [`waits`](Self::waits)
    /// needs to know.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn done<Conn>(monitor: &mut Conn, sessions: &mut [Watched], session: usize) -> QueryResult<()>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let _ = (monitor, sessions, session);
        Ok(())
    }

    /// Which of the running sessions wait for which others at this moment, asked on a connection
    /// that is none of theirs. `None` is no answer: what the database has to say is older than the
    /// question.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn waits<Conn>(monitor: &mut Conn, sessions: &[Watched]) -> QueryResult<Option<Vec<Wait>>>
    where
        Conn: LoadConnection<Backend = Self>;

    /// Ends a session that runs longer than it may, where the database can do that.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn end<Conn>(monitor: &mut Conn, session: &Watched) -> QueryResult<()>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let _ = (monitor, session);
        Ok(())
    }
}

/// A session, as the one who watches it knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Watched {
    /// What the database calls it.
    pub id: i64,
    /// Whether one of its steps has begun and not ended.
    pub running: bool,
    /// Whether it has a transaction open, see [`Waits::in_transaction`].
    pub in_transaction: bool,
    /// Whether it was found to have the database's one write lock, where there is such a thing.
    pub has_write_lock: bool,
}

/// One session waits for another; both are positions in the list of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait {
    /// The one that waits.
    pub waiting: usize,
    /// The one that it waits for.
    pub blocking: usize,
}

/// A wait, from what the database calls the two sessions; `None` where one of them is none of ours.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn wait(sessions: &[Watched], waiting: i64, blocking: i64) -> Option<Wait> {
    let position = |id| sessions.iter().position(|session| session.id == id);
    Some(Wait {
        waiting: position(waiting)?,
        blocking: position(blocking)?,
    })
}

/// What a session is called, or one row of who waits for whom.
#[cfg(any(feature = "postgres", feature = "mysql"))]
#[derive(diesel::deserialize::QueryableByName)]
struct Pair {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    waiting: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    blocking: i64,
}
