//! What an error says of the work that it ended: was it done, and is it worth doing again?
//!
//! Each backend's file says what its errors mean by themselves, [`Meaning`]; what follows from that
//! depends on where the error came, [`Moment`]; the two together are the [`ErrorClass`].

mod class;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::{Connection, LoadConnection, TransactionManager};
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

pub use self::class::{ErrorClass, Meaning, Moment};

/// Backends whose transactions can be repeated: how one begins and ends, and what it means when it
/// fails.
#[diagnostic::on_unimplemented(
    message = "the errors of `{Self}` are not told apart",
    label = "a transaction of this backend cannot be repeated",
    note = "help: enable the feature of `upsert-runtime` for it: `postgres` for `Pg`, `sqlite` for `Sqlite`, `mysql` for `Mysql`",
    note = "help: of a `MultiConnection`, `match` on the connection and repeat on the one inside"
)]
pub trait Transactions: Backend {
    /// Begins a transaction that is going to write.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn begin<Conn>(conn: &mut Conn) -> QueryResult<()>
    where
        Conn: Connection<Backend = Self>,
    {
        Conn::TransactionManager::begin_transaction(conn)
    }

    /// Ends the transaction and makes it last; if that fails, none is open.
    ///
    /// # Errors
    ///
    /// Those of the database, and nothing else than an error if the transaction was not committed.
    fn commit<Conn>(conn: &mut Conn) -> QueryResult<()>
    where
        Conn: Connection<Backend = Self>,
    {
        Conn::TransactionManager::commit_transaction(conn)
    }

    /// What an answer of the database says by itself, or the driver's own word for the end of a
    /// connection. Where it may be either, [`Meaning::Doubtful`].
    fn meaning(kind: &DatabaseErrorKind, answer: &Answer<'_>) -> Meaning;

    /// What the connection knows of the error that it has just brought and that
    /// [`meaning`](Self::meaning) found doubtful: nothing by default.
    ///
    /// It is asked before anything else is, a roll-back too.
    fn ask<Conn>(conn: &mut Conn, answer: &Answer<'_>) -> Option<Meaning>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let _ = (conn, answer);
        None
    }
}

/// What the database said, as far as Diesel passes it on.
pub struct Answer<'e>(&'e (dyn DatabaseErrorInformation + Send + Sync));

impl std::fmt::Debug for Answer<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Answer").field(&self.message()).finish()
    }
}

impl<'e> Answer<'e> {
    /// The message, in the language of whoever wrote it.
    #[must_use]
    pub fn message(&self) -> &'e str {
        self.0.message()
    }

    /// Its SQLSTATE, which Diesel has from 2.4 on: there the object's own method is called.
    #[must_use]
    pub fn sqlstate(&self) -> Option<String> {
        self.0.sqlstate().map(|state| state.as_str().to_owned())
    }
}

/// What Diesel 2.3 lacks.
#[allow(dead_code, reason = "with Diesel 2.4 it is never called")]
trait Sqlstate {
    fn sqlstate(&self) -> Option<String>;
}

impl Sqlstate for dyn DatabaseErrorInformation + Send + Sync + '_ {
    fn sqlstate(&self) -> Option<String> {
        None
    }
}

/// What the kinds say that Diesel has for answers of every backend; `None` for the rest.
fn meaning_of_kind(kind: &DatabaseErrorKind) -> Option<Meaning> {
    match kind {
        DatabaseErrorKind::SerializationFailure => Some(Meaning::Undone),
        DatabaseErrorKind::ReadOnlyTransaction => Some(Meaning::Elsewhere),
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::ExclusionViolation => Some(Meaning::Refused),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            Some(Meaning::Lost)
        }
        _ => None,
    }
}

/// What `error` says by itself, with `of_answer` for what a database has answered.
fn meaning(
    error: &Error,
    of_answer: impl FnOnce(&DatabaseErrorKind, &Answer<'_>) -> Meaning,
) -> Meaning {
    match error {
        Error::DatabaseError(kind, information) => of_answer(kind, &Answer(&**information)),
        // That the transaction could not be ended either says nothing of the COMMIT.
        Error::RollbackErrorOnCommit { commit_error, .. } => meaning(commit_error, of_answer),
        Error::BrokenTransactionManager => Meaning::Lost,
        // None of the database's own.
        Error::InvalidCString(_)
        | Error::NotFound
        | Error::QueryBuilderError(_)
        | Error::SerializationError(_)
        | Error::RollbackTransaction
        | Error::AlreadyInTransaction
        | Error::NotInTransaction => Meaning::Refused,
        // It was done, and what it returned cannot be read; and whatever Diesel adds.
        _ => Meaning::Doubtful,
    }
}
