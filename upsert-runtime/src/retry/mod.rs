//! A transaction that is repeated when the database has rolled it back, and never when nobody knows
//! whether it has.
//!
//! ```
//! # upsert_runtime::doctest_prelude!();
//! # let conn = &mut connection();
//! use std::time::Duration;
//! use upsert_runtime::retry;
//! use upsert_runtime::retry::Policy;
//!
//! let policy = Policy::new().attempts(20).deadline(Duration::from_secs(5));
//! retry(conn, &policy, |conn| {
//!     for page in ["/", "/about"] {
//!         upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
//!             .execute(conn)?;
//!     }
//!     QueryResult::Ok(())
//! })?;
//! # QueryResult::Ok(())
//! ```
//!
//! Sorting rows by their key before they are sent, in every transaction, is what makes deadlocks
//! rare; what is left, and all that isolation levels refuse, is to be repeated.
//!
//! # Which errors
//!
//! What an error means depends on where it comes: in a transaction whose COMMIT was not sent
//! nothing is done, whatever breaks; once it is sent, a connection that ends says nothing.
//!
//! | [class](ErrorClass) | [then](Decision) | PostgreSQL | MySQL, MariaDB | SQLite |
//! |---|---|---|---|---|
//! | [`RolledBack`](ErrorClass::RolledBack) | repeated | deadlock (40P01), serialization failure (40001), a lock that was not waited for (55P03: `lock_timeout`, `NOWAIT`), `statement_timeout` | deadlock (1213), lock wait (1205), `NOWAIT` (3572), MariaDB's snapshot (1020), certification at COMMIT in Galera (1213) and Group Replication (1180 with 149, 3101), a statement, but no COMMIT, that was stopped (1317, 1969, 3024) | BUSY, BUSY_SNAPSHOT, LOCKED |
//! | [`NotSent`](ErrorClass::NotSent) | repeated by who has another connection | the connection ended before COMMIT was sent | the same | CANTOPEN |
//! | [`OutcomeUnknown`](ErrorClass::OutcomeUnknown) | **never repeated** | the connection ended, the backend was terminated (57P01, 57P02) with COMMIT under way | the same (2006, 2013, 1053, 1927), and any error of COMMIT that is not known | IOERR, FULL, NOMEM, CORRUPT at COMMIT |
//! | [`ReadOnly`](ErrorClass::ReadOnly) | for another server | 25006 | 1290 with `--read-only`, 1792, 1836, Galera's 1047 | READONLY |
//! | [`Permanent`](ErrorClass::Permanent) | never repeated | constraints, syntax, data, whatever is not known; a statement that somebody cancelled | the same | the same |
//!
//! The manuals: [PostgreSQL](https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html),
//! [MySQL](https://dev.mysql.com/doc/refman/8.4/en/innodb-deadlocks-handling.html),
//! [MariaDB](https://mariadb.com/kb/en/innodb-system-variables/#innodb_snapshot_isolation),
//! [SQLite](https://sqlite.org/rescode.html).
//!
//! Diesel gives a kind for some of these, and else the message: that of PostgreSQL is known in each
//! language that PostgreSQL has, that of MySQL and MariaDB in English, and otherwise the server is
//! asked for the number of the error. An error that nobody knows is not repeated.
//!
//! # Without a thread that sleeps
//!
//! What to do next is [`Attempts`], which does no I/O and knows no clock: a loop of a few lines
//! around it is [`retry()`], and one like it repeats what diesel-async does.

mod attempts;
mod error;
mod policy;

use std::thread;
use std::time::Instant;

use diesel::connection::{Connection, LoadConnection, TransactionManager};
use diesel::result::Error;

pub use self::attempts::{Attempts, Decision};
pub use self::error::{HasDieselError, RetryError};
pub use self::policy::{Attempt, Policy};
pub use crate::dialect::ErrorClass;
use crate::dialect::{Moment, Transactions};

/// Does `work` in a transaction, and again in another one as long as the database has rolled it
/// back for a deadlock, a conflict or a lock.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// use upsert_runtime::retry;
/// use upsert_runtime::retry::Policy;
///
/// let n: i64 = retry(conn, &Policy::new(), |conn| {
///     upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
///         .get_result(conn)
/// })?;
/// assert_eq!(n, 1);
/// # QueryResult::Ok(())
/// ```
///
/// Each attempt is one transaction: `BEGIN`, `work`, `COMMIT`, and `ROLLBACK` after an error of
/// `work`, which therefore has to be able to run again, and must do nothing outside of the database
/// that cannot be done twice. It waits between two attempts, longer each time, as `policy` says. On
/// SQLite it is `BEGIN IMMEDIATE`: the write lock is waited for by `busy_timeout` before anything
/// is read, so that nothing that was read is old when it is written.
///
/// Which errors are repeated is in the [table](mod@crate::retry#which-errors). It never is
///
/// * when the connection ends while `COMMIT` is under way: it may have been done;
/// * for an error of the caller's own, unless it [has](HasDieselError) one of Diesel's in it;
/// * inside of another transaction, which the database would have to repeat too.
///
/// An error that the closure keeps to itself is not seen, but for one of PostgreSQL, where nothing
/// of the transaction can be committed any more: it [would roll back and say so to nobody][commit],
/// and is an error here. For a statement that may fail there is `conn.transaction` inside, a
/// savepoint. On MySQL and MariaDB a deadlock ends the whole transaction, and whatever the closure
/// does behind one that it keeps to itself is outside of any.
///
/// In such a savepoint two errors of MariaDB are not repeated that are outside of it: 1020, of
/// `innodb_snapshot_isolation`, and 1205 with [`innodb_rollback_on_timeout`][timeout]. The server
/// has rolled back more than Diesel believes, which then fails to roll back the savepoint: what
/// arrives is `SAVEPOINT .. does not exist`, as after a statement that [commits][implicit].
///
/// **On a Galera cluster that is written at several nodes** it is not to be relied on: nodes have
/// been seen to roll a transaction back without an error, and then its COMMIT says that all is
/// well. A single upsert outside of a transaction is safe there.
///
/// [commit]: https://www.postgresql.org/docs/current/sql-commit.html
/// [timeout]: https://mariadb.com/kb/en/innodb-system-variables/#innodb_rollback_on_timeout
/// [implicit]: https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
///
/// # Errors
///
/// The error of the last attempt, with its class and the number of attempts: when it is not one to
/// be repeated, and when there are no attempts or no time left. [`Error::AlreadyInTransaction`],
/// after no attempt, inside of another transaction; of one that was begun by a raw `BEGIN` on MySQL
/// Diesel knows nothing.
pub fn retry<Conn, T, E>(
    conn: &mut Conn,
    policy: &Policy,
    mut work: impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<T, RetryError<E>>
where
    Conn: LoadConnection<Backend: Transactions>,
    E: From<Error> + HasDieselError,
{
    refuse_outer_transaction(conn)?;
    let began = Instant::now();
    let mut attempts = policy.start();
    loop {
        let result = attempt(conn, &mut work);
        let elapsed = began.elapsed();
        let Failure { class, error } = match result {
            Ok(value) => {
                policy.tell(&attempts.done(elapsed));
                return Ok(value);
            }
            Err(failure) => failure,
        };
        let decision = attempts.failed(class, elapsed);
        policy.tell(&attempts.last(elapsed, class, decision, error.diesel_error()));
        match decision {
            Decision::Repeat { after } => thread::sleep(after),
            // There is no other connection here.
            Decision::Reconnect { .. } | Decision::Resolve | Decision::Stop => {
                return Err(RetryError {
                    class,
                    attempts: attempts.made(),
                    error,
                });
            }
        }
    }
}

pub(crate) fn refuse_outer_transaction<Conn: Connection, E: From<Error>>(
    conn: &mut Conn,
) -> Result<(), RetryError<E>> {
    let status = Conn::TransactionManager::transaction_manager_status_mut(conn);
    // One whose state is not known is left to BEGIN, which fails.
    match status.transaction_depth() {
        Ok(Some(_)) => Err(RetryError {
            class: ErrorClass::Permanent,
            attempts: 0,
            error: Error::AlreadyInTransaction.into(),
        }),
        Ok(None) | Err(_) => Ok(()),
    }
}

/// How an attempt ended.
pub(crate) struct Failure<E> {
    pub(crate) class: ErrorClass,
    pub(crate) error: E,
}

/// One transaction. When this returns, none is open, or the connection is of no more use.
pub(crate) fn attempt<Conn, T, E>(
    conn: &mut Conn,
    work: &mut impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<T, Failure<E>>
where
    Conn: LoadConnection<Backend: Transactions>,
    E: From<Error> + HasDieselError,
{
    let failure = |error: Error, moment| Failure {
        class: ErrorClass::of::<Conn::Backend>(&error, moment),
        error: error.into(),
    };
    Conn::Backend::begin(conn).map_err(|error| failure(error, Moment::Before))?;
    match work(conn) {
        Ok(value) => match Conn::Backend::commit(conn) {
            Ok(()) => Ok(value),
            Err(error) => Err(failure(error, Moment::Commit)),
        },
        Err(error) => {
            let class = match error.diesel_error() {
                Some(error) => ErrorClass::asked(conn, error, Moment::InTransaction),
                None => ErrorClass::Permanent,
            };
            let rolled_back = Conn::TransactionManager::rollback_transaction(conn);
            let class = match (class, rolled_back) {
                // Nothing was committed, and on this connection nothing will be.
                (ErrorClass::RolledBack, Err(_)) => ErrorClass::NotSent,
                (class, _) => class,
            };
            Err(Failure { class, error })
        }
    }
}
