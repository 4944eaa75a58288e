//! Finding a row, or creating it.

use diesel::QueryResult;
use diesel::connection::Connection;
use diesel::result::{DatabaseErrorKind, Error};

use super::insert::Proposal;
use super::{Find, RowError};
use crate::dialect::create::is_in_transaction;
use crate::dialect::{Candidate, CreatesRows, Creation, Keep, Lookup};

/// How often a row is inserted that was there, looked for, and gone. Who deletes rows as fast as
/// they are created hears of it.
const ATTEMPTS: u32 = 16;

/// A row that is found by its key, or created: what
/// [`get_or_create!`](crate::get_or_create) gives.
#[derive(Debug, Clone, Copy)]
#[must_use = "nothing is found or created until `.get_result(conn)`, or `.create(conn)`"]
pub struct GetOrCreate<F, V> {
    find: F,
    values: V,
}

impl<F, V> GetOrCreate<F, V> {
    pub(crate) fn new(find: F, values: V) -> Self {
        Self { find, values }
    }

    /// The row, and whether it was created.
    ///
    /// `U` is what Diesel can load from the columns that `returning` names, or from all of the
    /// table.
    ///
    /// # Errors
    ///
    /// A [`RowError`]; [`get_or_create!`](crate::get_or_create#errors) says when. Nothing is
    /// written then.
    pub fn get_result<U>(self, conn: &mut impl GetsRow<Self, U>) -> Result<(U, bool), RowError> {
        conn.find_or_create(self, Keep::No)
    }

    /// Creates the row, and returns it; `None` if there is one with its key. Nothing is read
    /// before: for a key of which nobody expects that it is taken, as in
    /// [`create_unique`](super::create_unique).
    ///
    /// # Errors
    ///
    /// A [`RowError`]: [`OtherKey`](RowError::OtherKey) or [`Database`](RowError::Database).
    /// Nothing is written then.
    pub fn create<U>(self, conn: &mut impl GetsRow<Self, U>) -> Result<Option<U>, RowError> {
        conn.create(self)
    }
}

/// A connection on which the row of a statement can be found or created, as a `U`.
#[diagnostic::on_unimplemented(
    message = "this row cannot be found or created as a `{U}`",
    label = "not on this connection, or not as this type",
    note = "help: `U` is what Diesel loads from the columns: derive `Queryable`, with the fields in the order of `returning = (..)`, or of the table; or `Selectable` too, and `returning = U`",
    note = "help: each backend is a feature of `upsert-runtime`: `postgres`, `sqlite`, `mysql`; of a `MultiConnection`, `match` on the connection"
)]
pub trait GetsRow<Statement, U> {
    /// Finds the row or creates it.
    ///
    /// # Errors
    ///
    /// A [`RowError`].
    #[doc(hidden)]
    fn find_or_create(&mut self, statement: Statement, keep: Keep) -> Result<(U, bool), RowError>;

    /// Creates the row, unless there is one.
    ///
    /// # Errors
    ///
    /// A [`RowError`].
    #[doc(hidden)]
    fn create(&mut self, statement: Statement) -> Result<Option<U>, RowError>;
}

impl<Conn, T, Target, K, E, F, V, U> GetsRow<GetOrCreate<Find<T, Target, K, E>, F>, U> for Conn
where
    Conn: Connection<Backend: CreatesRows>,
    K: Clone,
    F: FnOnce(K) -> V,
    Find<T, Target, K, E>: Lookup<Conn, U>,
    Proposal<Find<T, Target, K, E>, V>: Candidate<Conn, U>,
{
    fn find_or_create(
        &mut self,
        statement: GetOrCreate<Find<T, Target, K, E>, F>,
        keep: Keep,
    ) -> Result<(U, bool), RowError> {
        let is_in_transaction = is_in_transaction(self)?;
        if keep == Keep::Locked && !is_in_transaction {
            return Err(RowError::NoTransaction);
        }
        let GetOrCreate { find, values } = statement;
        if let Some(row) = Conn::Backend::find(self, &find, keep)? {
            return Ok((row, false));
        }
        let values = values(find.key.clone());
        let row = Proposal::new(find, values);
        let vanished = || RowError::Vanished { attempts: ATTEMPTS };
        let mut refused = vanished();
        for _ in 0..ATTEMPTS {
            refused = match insert(self, &row, keep, !is_in_transaction) {
                Ok(Creation::Created(row)) => return Ok((row, true)),
                Ok(Creation::Found(row)) => return Ok((row, false)),
                Ok(Creation::OtherKey) => return Err(RowError::OtherKey(None)),
                Ok(Creation::Met) => vanished(),
                // Of two sessions that insert the same row, one may have met it by another key
                // first. A transaction may be aborted by that, and nothing can be read in it.
                Err(error) if is_taken(&error) && !is_in_transaction => refused_by(error),
                Err(error) => return Err(refused_by(error)),
            };
            if let Some(row) = Conn::Backend::find(self, &row, keep)? {
                return Ok((row, false));
            }
        }
        Err(refused)
    }

    fn create(
        &mut self,
        statement: GetOrCreate<Find<T, Target, K, E>, F>,
    ) -> Result<Option<U>, RowError> {
        let is_alone = !is_in_transaction(self)?;
        let GetOrCreate { find, values } = statement;
        let values = values(find.key.clone());
        match insert(self, &Proposal::new(find, values), Keep::No, is_alone) {
            Ok(Creation::Created(row)) => Ok(Some(row)),
            Ok(Creation::Found(_) | Creation::Met) => Ok(None),
            Ok(Creation::OtherKey) => Err(RowError::OtherKey(None)),
            Err(error) => Err(refused_by(error)),
        }
    }
}

/// Inserts the row unless there is one with its key. Where the INSERT `is_alone` it is sent again
/// when it has failed because of somebody else's; what to do again of a transaction, its owner
/// knows.
fn insert<Conn, R, U>(
    conn: &mut Conn,
    row: &R,
    keep: Keep,
    is_alone: bool,
) -> QueryResult<Creation<U>>
where
    Conn: Connection<Backend: CreatesRows>,
    R: Candidate<Conn, U>,
{
    for _ in 1..ATTEMPTS {
        match Conn::Backend::create(conn, row, keep) {
            Err(error) if is_alone && Conn::Backend::may_pass(&error) => {}
            result => return result,
        }
    }
    Conn::Backend::create(conn, row, keep)
}

/// What an error of an INSERT is about.
fn refused_by(error: Error) -> RowError {
    if is_taken(&error) {
        RowError::OtherKey(Some(error))
    } else {
        RowError::Database(error)
    }
}

/// Whether the database refused a value that another row has.
fn is_taken(error: &Error) -> bool {
    matches!(
        error,
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)
    )
}
