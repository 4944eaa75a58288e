//! One operation, once.

use diesel::connection::{LoadConnection, TransactionManager};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{QueryResult, RunQueryDsl};

use super::LedgerError;
use super::exactly_once::{explained_failure, refused};
use super::id::checked;
use super::statements::{Take, Taken};
use super::table::explained;
use crate::dialect::{Ledger, Transactions};
use crate::retry::{Failure, HasDieselError, Policy, RetryError, retry};

/// What came of an operation that is applied once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "whether it was applied now or before is what this says"]
pub enum Once<T> {
    /// It is applied now, and this is what it returned.
    Applied(T),
    /// It was applied before, and nothing was done.
    AlreadyApplied,
}

impl<T> Once<T> {
    /// What it returned, if it is applied now.
    pub fn applied(self) -> Option<T> {
        match self {
            Self::Applied(value) => Some(value),
            Self::AlreadyApplied => None,
        }
    }
}

/// Applies the operation `id`, which is `work`, unless it was applied before: one transaction that
/// writes the id into the ledger and then does `work`.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// use upsert_runtime::ledger::{self, Once, once};
///
/// # ledger::create(conn)?;
/// # let mut hits = |id: &str| -> QueryResult<Once<i64>> {
/// once(conn, id, |conn| {
///     upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
///         .get_result(conn)
/// })
/// # };
/// # assert_eq!(hits("a")?, Once::Applied(1));
/// # assert_eq!(hits("a")?, Once::AlreadyApplied);
/// # assert_eq!(hits("b")?, Once::Applied(2));
/// # QueryResult::Ok(())
/// ```
///
/// Of callers with one id at the same time one applies it: the `INSERT` of the others waits for
/// that one's transaction to end, and does it themselves if that is rolled back.
///
/// It is one transaction, `BEGIN IMMEDIATE` on SQLite; inside of another one, a savepoint, and then
/// it is applied when that is committed. A connection that breaks while `COMMIT` is under way
/// leaves the outcome unknown: call it again with the same id, which finds out.
/// [`exactly_once`](super::exactly_once()) does that, and [`retry`](crate::retry()) around it
/// repeats deadlocks and conflicts.
///
/// An error that `work` keeps to itself can leave it done by half: on PostgreSQL the whole is an
/// error then, and on MySQL and MariaDB, where a deadlock rolls the transaction back under it,
/// [`LedgerError::TransactionLost`](super::LedgerError::TransactionLost). A panic in `work` leaves
/// the transaction open: the connection is of no more use, and a pool knows it.
///
/// Three statements more than `work` has: `BEGIN`, `INSERT`, `COMMIT`; on MySQL and MariaDB a
/// `SELECT` besides.
///
/// # Errors
///
/// Those of `work`, after a roll-back, with which the id is free again; those of the database; and
/// [`LedgerError`](super::LedgerError), in [`Error::QueryBuilderError`], for an id that is empty or
/// too long, and a ledger that is not there.
pub fn once<Conn, T, E>(
    conn: &mut Conn,
    id: impl AsRef<[u8]>,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<Once<T>, E>
where
    Conn: LoadConnection<Backend: Ledger>,
    E: From<Error>,
{
    let id = checked(id.as_ref()).map_err(Error::from)?;
    let status = Conn::TransactionManager::transaction_manager_status_mut(conn);
    if matches!(status.transaction_depth(), Ok(Some(_))) {
        return conn
            .transaction(|conn| taken(conn, id, work))
            .map_err(Failed::into_error);
    }
    Conn::Backend::begin(conn)?;
    match taken(conn, id, work) {
        Ok(value) => {
            Conn::Backend::commit(conn)?;
            Ok(value)
        }
        Err(failed) => {
            // What it says is no news: the transaction is over, or the connection is.
            let rolled_back = Conn::TransactionManager::rollback_transaction(conn);
            Err(match (failed, rolled_back) {
                (Failed::Ledger(error), Ok(())) => explained(conn, error).into(),
                (failed, _) => failed.into_error(),
            })
        }
    }
}

/// Applies the operation `id`, which is `work`, once, and repeats it on the same connection as
/// [`retry`](crate::retry()) does: [`once`] without a savepoint inside of the transaction.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// use upsert_runtime::ledger::{self, Once, retry_once};
/// use upsert_runtime::retry::Policy;
///
/// # ledger::create(conn)?;
/// let applied = retry_once(conn, &Policy::new(), "order 17", |conn| {
///     upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >).execute(conn)
/// })?;
/// assert_eq!(applied, Once::Applied(1));
/// # QueryResult::Ok(())
/// ```
///
/// # Errors
///
/// [`RetryError`], as from [`retry`](crate::retry()); after
/// [`OutcomeUnknown`](crate::retry::ErrorClass::OutcomeUnknown), call it again with the same id on
/// another connection. [`LedgerError`](super::LedgerError) is in it as in [`once`].
pub fn retry_once<Conn, T, E>(
    conn: &mut Conn,
    policy: &Policy,
    id: impl AsRef<[u8]>,
    mut work: impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<Once<T>, RetryError<E>>
where
    Conn: LoadConnection<Backend: Ledger>,
    E: From<Error> + HasDieselError,
{
    let id = checked(id.as_ref()).map_err(refused)?;
    let result = retry(conn, policy, |conn| taken(conn, id, &mut work));
    result.map_err(|failed| {
        let RetryError {
            class,
            attempts,
            error,
        } = failed;
        let Failure { class, error } = explained_failure(conn, Failure { class, error });
        RetryError {
            class,
            attempts,
            error,
        }
    })
}

/// Whose error it is.
#[derive(Debug)]
pub(super) enum Failed<E> {
    /// That of the ledger's own statements.
    Ledger(Error),
    /// That of the operation, or of its transaction.
    Work(E),
}

impl<E: From<Error>> Failed<E> {
    pub(super) fn into_error(self) -> E {
        match self {
            Self::Ledger(error) => error.into(),
            Self::Work(error) => error,
        }
    }
}

impl<E: From<Error>> From<Error> for Failed<E> {
    fn from(error: Error) -> Self {
        Self::Work(error.into())
    }
}

impl<E: HasDieselError> HasDieselError for Failed<E> {
    fn diesel_error(&self) -> Option<&Error> {
        match self {
            Self::Ledger(error) => Some(error),
            Self::Work(error) => error.diesel_error(),
        }
    }
}

/// `work`, in a transaction that has taken the id.
pub(super) fn taken<Conn, T, E>(
    conn: &mut Conn,
    id: &[u8],
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<Once<T>, Failed<E>>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    if !take(conn, id).map_err(Failed::Ledger)? {
        return Ok(Once::AlreadyApplied);
    }
    let value = work(conn).map_err(Failed::Work)?;
    if !<Conn::Backend as Ledger>::REFUSES_MORE {
        let taken = Conn::Backend::numbers(conn, Taken(id)).map_err(Failed::Ledger)?;
        taken.ok_or(Failed::Ledger(LedgerError::TransactionLost.into()))?;
    }
    Ok(Once::Applied(value))
}

/// Whether nobody has taken it before.
fn take<Conn>(conn: &mut Conn, id: &[u8]) -> QueryResult<bool>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    let skips = !<Conn::Backend as Ledger>::SKIP.is_empty();
    match Take(id).execute(conn) {
        Ok(rows) => Ok(rows > 0),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) if !skips => Ok(false),
        Err(error) => Err(error),
    }
}
