//! The ways of asking, of which each backend has [one](crate::dialect::TellsOutcome::Way).

mod remembers_trace;
mod returns_trace;
mod tries_first;

use diesel::connection::Connection;
use diesel::query_dsl::methods::LoadQuery;
use diesel::{QueryResult, RunQueryDsl};

use super::Outcome;
use crate::dialect::create::is_in_transaction;
use crate::statement::{ByKey, Selected, Upsert};

/// A way of asking what the upsert `S` did.
pub trait Ask<'query, C, S> {
    /// Executes it and says what it did.
    ///
    /// # Errors
    ///
    /// What executing returns.
    fn outcome(upsert: S, conn: &mut C) -> QueryResult<Outcome>;
}

/// A way of asking for the row `U` of the upsert `S`, too.
pub trait AskRow<'query, C, S, U> {
    /// Executes it and says what it did, and to which row.
    ///
    /// # Errors
    ///
    /// What executing returns, and [`NotFound`](diesel::NotFound) where there is no such row.
    fn get_outcome(upsert: S, conn: &mut C) -> QueryResult<(U, Outcome)>;
}

/// Reads the row of an upsert that was executed in the same transaction.
fn stored<'query, T, V, Clause, R, C, U>(
    upsert: Upsert<T, V, Clause, R>,
    conn: &mut C,
) -> QueryResult<U>
where
    R: Selected<T>,
    ByKey<T, V, Clause, R::Expression>: LoadQuery<'query, C, U>,
{
    ByKey::of(upsert).get_result(conn)
}

/// Several statements as one: in the transaction that there is, or in one of their own.
fn together<C, R>(conn: &mut C, statements: impl FnOnce(&mut C) -> QueryResult<R>) -> QueryResult<R>
where
    C: Connection,
{
    if is_in_transaction(conn)? {
        return statements(conn);
    }
    conn.transaction(statements)
}
