//! The ways of asking, of which each backend has [one](crate::dialect::TellsOutcome::Way).

mod remembered;
mod returned;
mod tried;

use diesel::QueryResult;
use diesel::connection::{Connection, TransactionManager};

use super::Outcome;

/// A way of asking what the upsert `S` did.
pub trait Ask<'query, C, S> {
    /// Executes it and says what it did.
    ///
    /// # Errors
    ///
    /// What executing returns.
    fn outcome(upsert: S, conn: &mut C) -> QueryResult<Outcome>;
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

fn is_in_transaction<C: Connection>(conn: &mut C) -> QueryResult<bool> {
    let status = C::TransactionManager::transaction_manager_status_mut(conn);
    Ok(status.transaction_depth()?.is_some())
}
