//! One operation, through whatever happens to the connection.

use std::error;

use diesel::connection::LoadConnection;
use diesel::result::Error;

use super::id::checked;
use super::link::Link;
use super::once::{Failed, taken};
use super::table::explained;
use super::{LedgerError, Once};
use crate::dialect::{ErrorClass, Ledger};
use crate::retry::{Failure, HasDieselError, Policy, RetryError, attempt};

/// Applies the operation `id`, which is `work`, exactly once: [`once`](super::once()), repeated on
/// connections that `connect` makes, until it is known to be applied.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use upsert_runtime::ledger::{self, Once, exactly_once};
/// use upsert_runtime::retry::Policy;
///
/// # let directory = std::env::temp_dir().join(format!("upsert-exactly-once-{}", std::process::id()));
/// # let file = directory.to_string_lossy().into_owned();
/// # let connect = || {
/// #     let mut conn = SqliteConnection::establish(&file)?;
/// #     diesel::connection::SimpleConnection::batch_execute(&mut conn, "CREATE TABLE IF NOT EXISTS page_hits (
/// #         page TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, title TEXT, PRIMARY KEY (page, day))").unwrap();
/// #     ledger::create(&mut conn).unwrap();
/// #     diesel::ConnectionResult::Ok(conn)
/// # };
/// let hit = |id: &str| {
///     exactly_once(connect, &Policy::new(), id, |conn| {
///         upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >).execute(conn)
///     })
/// };
/// assert_eq!(hit("request 17")?, Once::Applied(1));
/// assert_eq!(hit("request 17")?, Once::AlreadyApplied);
/// # std::fs::remove_file(&file).unwrap();
/// # Ok::<_, upsert_runtime::retry::RetryError>(())
/// ```
///
/// `connect` is `|| PgConnection::establish(&url)`, or `|| pool.get()`, which spares a connection
/// for each operation. It is asked again after an error that has ended the connection, and may then
/// give one to another server.
///
/// [`Once::AlreadyApplied`] is also what an operation returns that was applied by an attempt of
/// this call whose answer was lost.
///
/// # Errors
///
/// [`RetryError`], when the error is not one to be repeated, and when there are no attempts or no
/// time left. Its class is [`OutcomeUnknown`](ErrorClass::OutcomeUnknown) if any attempt may have
/// applied the operation: call it again with the same id. After every other class it is not
/// applied. [`LedgerError`] is in it as in [`once`](super::once()).
pub fn exactly_once<Conn, C, T, E>(
    connect: impl FnMut() -> Result<Conn, C>,
    policy: &Policy,
    id: impl AsRef<[u8]>,
    mut work: impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<Once<T>, RetryError<E>>
where
    Conn: LoadConnection<Backend: Ledger>,
    C: Into<Box<dyn error::Error + Send + Sync>>,
    E: From<Error> + HasDieselError,
{
    let id = checked(id.as_ref()).map_err(refused)?;
    Link::new(connect).persist(policy, |conn, _| {
        attempt(conn, &mut |conn| taken(conn, id, &mut work))
            .map_err(|failure| explained_failure(conn, failure))
    })
}

/// What no attempt was made for.
pub(super) fn refused<E: From<Error>>(error: LedgerError) -> RetryError<E> {
    RetryError {
        class: ErrorClass::Permanent,
        attempts: 0,
        error: Error::from(error).into(),
    }
}

/// The same failure, with what is wrong with the ledger if that is the reason.
pub(super) fn explained_failure<Conn, E>(conn: &mut Conn, failure: Failure<Failed<E>>) -> Failure<E>
where
    Conn: LoadConnection<Backend: Ledger>,
    E: From<Error>,
{
    let Failure { class, error } = failure;
    let error = match error {
        Failed::Ledger(error) if class == ErrorClass::Permanent => explained(conn, error).into(),
        error => error.into_error(),
    };
    Failure { class, error }
}
