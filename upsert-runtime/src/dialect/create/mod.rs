//! How a row is created unless there is one with its key, and read.
//!
//! The way to a row is the same everywhere: read it, insert it, read it again if it was there after
//! all. What a step is differs: who returns the row from an INSERT and who has to read it, who
//! locks a row and who a database.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use diesel::QueryResult;
use diesel::connection::{Connection, TransactionManager};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;
use diesel::result::{DatabaseErrorKind, Error};

use super::{Dialect, Mark};

/// Backends on which a row can be found or created.
///
/// The defaults are `INSERT .. ON CONFLICT .. DO NOTHING RETURNING` and `SELECT .. FOR UPDATE`.
#[diagnostic::on_unimplemented(
    message = "rows cannot be found or created on the backend `{Self}`",
    label = "`upsert-runtime` does not know how this backend inserts a row that nobody else has",
    note = "help: enable the feature of `upsert-runtime` for it: `postgres`, `sqlite` or `mysql`",
    note = "help: of a `MultiConnection`, `match` on the connection: the backends take different steps"
)]
pub trait CreatesRows: Dialect {
    /// Whether two NULLs can be one value to a unique key: PostgreSQL's `NULLS NOT DISTINCT`.
    const NULLS_CAN_BE_EQUAL: bool = false;

    /// What stands behind a SELECT by a key.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn read_as<'b>(how: &'b Read, mut out: AstPass<'_, 'b, Self>) -> QueryResult<()> {
        match how {
            Read::Plain => {}
            Read::Shared => out.push_sql(" FOR SHARE"),
            Read::Locked | Read::Inserted(_) => out.push_sql(" FOR UPDATE"),
        }
        Ok(())
    }

    /// What stands behind the values of an INSERT, for a stored row with the same key to stay as it
    /// is. `column` is one of the key.
    ///
    /// # Errors
    ///
    /// What rendering the parts returns.
    fn unless_there<'b, Target, C, E>(
        (target, column): (&'b Target, &'b C),
        returned: &'b E,
        mark: &'b Mark,
        mut out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        Target: QueryFragment<Self>,
        C: Column + QueryFragment<Self>,
        E: QueryFragment<Self>,
    {
        let _ = mark;
        Self::do_nothing(target, column, out.reborrow())?;
        out.push_sql(" RETURNING ");
        returned.walk_ast(out)
    }

    /// Reads the row, and locks it if it is to be kept: at once, and not after a look whether it is
    /// there, for that may be all that the transaction ever sees of it.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn find<Conn, R, U>(conn: &mut Conn, row: &R, keep: Keep) -> QueryResult<Option<U>>
    where
        Conn: Connection<Backend = Self>,
        R: Lookup<Conn, U>,
    {
        match keep {
            Keep::No => row.read(conn, Read::Plain),
            Keep::Locked => row.read(conn, Read::Locked),
        }
    }

    /// Inserts the row unless there is one with its key. PostgreSQL 19's `ON CONFLICT DO SELECT`
    /// has its place here: it gives the row that was met in the same statement.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn create<Conn, R, U>(conn: &mut Conn, row: &R, keep: Keep) -> QueryResult<Creation<U>>
    where
        Conn: Connection<Backend = Self>,
        R: Candidate<Conn, U>,
    {
        let _ = keep;
        Ok(match row.insert_returning(conn)? {
            Some(row) => Creation::Created(row),
            None => Creation::Met,
        })
    }

    /// Whether an INSERT by itself that failed with `error` can be sent again: nothing of it is
    /// left, and it failed because of somebody else's.
    #[must_use]
    fn may_pass(error: &Error) -> bool {
        matches!(
            error,
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)
        )
    }
}

/// Whether a row stays locked until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It does not.
    No,
    /// Nobody else changes it.
    Locked,
}

/// How a row is read.
#[derive(Debug, Clone, Copy)]
pub enum Read {
    /// As the transaction sees it.
    Plain,
    /// As it is, locked against changes.
    Shared,
    /// As it is, locked against everybody.
    Locked,
    /// The same, if the INSERT with this mark has inserted it.
    Inserted(Mark),
}

/// What came of an INSERT.
#[derive(Debug)]
pub enum Creation<U> {
    /// The row was inserted.
    Created(U),
    /// There was one with its key: this.
    Found(U),
    /// There was one with its key, which may be gone by now.
    Met,
    /// There was one with another key of the row's.
    OtherKey,
}

/// A row that can be looked for by its key.
pub trait Lookup<Conn, U> {
    /// The row with the key.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn read(&self, conn: &mut Conn, how: Read) -> QueryResult<Option<U>>;

    /// An UPDATE of the table that changes no row.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn touch(&self, conn: &mut Conn) -> QueryResult<()>;
}

/// A row that can be inserted, with [`CreatesRows::unless_there`] behind it.
pub trait Candidate<Conn, U>: Lookup<Conn, U> {
    /// Inserts the row, and returns it if that is what happened.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn insert_returning(&self, conn: &mut Conn) -> QueryResult<Option<U>>;

    /// Inserts the row, where the backend cannot return it.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn insert_marked(&self, conn: &mut Conn, mark: Mark) -> QueryResult<()>;
}

/// Whether a transaction is open, as far as Diesel knows: one that was begun by a `BEGIN` in raw
/// SQL it does not see.
///
/// # Errors
///
/// If a transaction could neither be committed nor rolled back: the connection is broken then.
pub(crate) fn is_in_transaction<Conn: Connection>(conn: &mut Conn) -> QueryResult<bool> {
    let status = Conn::TransactionManager::transaction_manager_status_mut(conn);
    status.transaction_depth().map(|depth| depth.is_some())
}
