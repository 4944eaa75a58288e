//! A stream of operations.

use std::error;
use std::fmt;

use diesel::RunQueryDsl;
use diesel::connection::LoadConnection;
use diesel::result::Error;

use super::exactly_once::{explained_failure, refused};
use super::id::checked;
use super::link::Link;
use super::once::Failed;
use super::statements::{Advance, Begin, Position};
use super::table::verify;
use super::{LedgerError, Once};
use crate::dialect::{ErrorClass, Ledger, Moment};
use crate::retry::{Failure, HasDieselError, Policy, RetryError, attempt};

/// A process that applies a stream of operations, one after another and each exactly once, with one
/// row of the ledger for all of them.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use upsert_runtime::ledger::{self, Once, Writer};
/// use upsert_runtime::retry::Policy;
///
/// # let directory = std::env::temp_dir().join(format!("upsert-writer-{}", std::process::id()));
/// # let file = directory.to_string_lossy().into_owned();
/// # let connect = || {
/// #     let mut conn = SqliteConnection::establish(&file)?;
/// #     diesel::connection::SimpleConnection::batch_execute(&mut conn, "CREATE TABLE IF NOT EXISTS page_hits (
/// #         page TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, title TEXT, PRIMARY KEY (page, day))").unwrap();
/// #     ledger::create(&mut conn).unwrap();
/// #     diesel::ConnectionResult::Ok(conn)
/// # };
/// let log = ["/", "/about", "/"];
///
/// let mut writer = Writer::open(connect, Policy::new(), "importer")?;
/// // After a crash it goes on behind the last line that was applied.
/// for page in log.iter().skip(writer.sequence() as usize) {
///     let applied = writer.apply(|conn| {
///         upsert!(page_hits, values = { page: *page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >).execute(conn)
///     })?;
///     assert_eq!(applied, Once::Applied(1));
/// }
/// assert_eq!(writer.sequence(), 3);
/// # std::fs::remove_file(&file).unwrap();
/// # Ok::<_, upsert_runtime::retry::RetryError>(())
/// ```
///
/// The row has the writer's **epoch**, which is a new one each time it is opened, and its
/// **sequence number**, which is how many operations were applied. Each operation updates the row
/// in its own transaction, where both are still what this writer has left there. So of two
/// processes under one name the one that was opened last is applied and the other refused,
/// whatever it has under way.
///
/// An operation takes three statements more than `work` has: `BEGIN`, `UPDATE`, `COMMIT`; on MySQL
/// and MariaDB a `SELECT` besides. Writers of different names do not meet.
pub struct Writer<Conn, Connect> {
    link: Link<Conn, Connect>,
    policy: Policy,
    name: Vec<u8>,
    epoch: i64,
    sequence: i64,
    /// Whether the last operation may have been applied without anybody knowing.
    is_unresolved: bool,
}

impl<Conn, Connect, C> Writer<Conn, Connect>
where
    Conn: LoadConnection<Backend: Ledger>,
    Connect: FnMut() -> Result<Conn, C>,
    C: Into<Box<dyn error::Error + Send + Sync>>,
{
    /// Begins the next epoch of the writer `name`: whoever has it open is refused from here on, and
    /// what they have under way is waited for.
    ///
    /// # Errors
    ///
    /// [`RetryError`], with [`LedgerError`] in it for a name that is empty or too long and for
    /// tables that are not there, or not what the migration makes.
    pub fn open(
        connect: Connect,
        policy: Policy,
        name: impl AsRef<[u8]>,
    ) -> Result<Self, RetryError> {
        let name = checked(name.as_ref()).map_err(refused)?.to_owned();
        let mut link = Link::new(connect);
        let (epoch, sequence) = link.persist(&policy, |conn, _| {
            // One more epoch does no harm, so that nothing here is ever of unknown outcome.
            begun(conn, &name).map_err(|failure| match failure.class {
                ErrorClass::OutcomeUnknown => Failure {
                    class: ErrorClass::NotSent,
                    ..failure
                },
                _ => failure,
            })
        })?;
        Ok(Self {
            link,
            policy,
            name,
            epoch,
            sequence,
            is_unresolved: false,
        })
    }

    /// How many operations of this writer were applied, in all of its epochs.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        u64::try_from(self.sequence).unwrap_or(0)
    }

    /// How often this writer was opened.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Applies `work`, the next operation of the stream, exactly once.
    ///
    /// [`Once::AlreadyApplied`] is what it returns where an attempt of this call has applied it and
    /// the answer was lost.
    ///
    /// # Errors
    ///
    /// [`RetryError`], when the error is not one to be repeated, and when there are no attempts or
    /// no time left. The operation is not applied then, and the next one is the next again; but
    /// after [`OutcomeUnknown`](ErrorClass::OutcomeUnknown) it may be. Then this writer refuses
    /// every other one ([`LedgerError::Unresolved`]): the [`sequence`](Self::sequence) of one that
    /// is opened again says where it stands.
    pub fn apply<T, E>(
        &mut self,
        mut work: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<Once<T>, RetryError<E>>
    where
        E: From<Error> + HasDieselError,
    {
        if self.is_unresolved {
            return Err(refused(LedgerError::Unresolved));
        }
        let step = Advance {
            name: &self.name,
            epoch: self.epoch,
            from: self.sequence,
            to: self.sequence.wrapping_add(1),
        };
        let result = self.link.persist(&self.policy, |conn, may_be_done| {
            let advanced = &mut |conn: &mut Conn| match advance(conn, step, may_be_done) {
                Ok(true) => {
                    let value = work(conn).map_err(Failed::Work)?;
                    still_there(conn, step).map_err(Failed::Ledger)?;
                    Ok(Once::Applied(value))
                }
                Ok(false) => Ok(Once::AlreadyApplied),
                Err(error) => Err(Failed::Ledger(error)),
            };
            attempt(conn, advanced).map_err(|failure| explained_failure(conn, failure))
        });
        match &result {
            Ok(_) => self.sequence = step.to,
            Err(error) => self.is_unresolved = error.class == ErrorClass::OutcomeUnknown,
        }
        result
    }
}

/// Epoch and sequence number of a writer that begins.
fn begun<Conn>(conn: &mut Conn, name: &[u8]) -> Result<(i64, i64), Failure<Error>>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    // A key that is missing would let two have one name, and no statement fail.
    verify(conn).map_err(|error| Failure {
        class: ErrorClass::of::<Conn::Backend>(&error, Moment::Before),
        error,
    })?;
    attempt(conn, &mut |conn| {
        Begin(name).execute(conn)?;
        position(conn, name)
    })
}

/// Counts one operation; `false` if it was counted before.
fn advance<Conn>(conn: &mut Conn, step: Advance<'_>, may_be_done: bool) -> Result<bool, Error>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    if step.execute(conn)? > 0 {
        return Ok(true);
    }
    let (epoch, sequence) = position(conn, step.name)?;
    if epoch != step.epoch {
        return Err(LedgerError::Superseded { epoch: step.epoch }.into());
    }
    match may_be_done && sequence == step.to {
        true => Ok(false),
        false => Err(LedgerError::Changed.into()),
    }
}

/// Whether the transaction in which the operation was counted is still open.
fn still_there<Conn>(conn: &mut Conn, step: Advance<'_>) -> Result<(), Error>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    if <Conn::Backend as Ledger>::REFUSES_MORE {
        return Ok(());
    }
    match position(conn, step.name)? == (step.epoch, step.to) {
        true => Ok(()),
        false => Err(LedgerError::TransactionLost.into()),
    }
}

fn position<Conn>(conn: &mut Conn, name: &[u8]) -> Result<(i64, i64), Error>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    let position = Conn::Backend::numbers(conn, Position(name))?;
    position.ok_or_else(|| LedgerError::Changed.into())
}

impl<Conn, Connect> fmt::Debug for Writer<Conn, Connect> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Writer")
            .field("name", &String::from_utf8_lossy(&self.name))
            .field("epoch", &self.epoch)
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}
