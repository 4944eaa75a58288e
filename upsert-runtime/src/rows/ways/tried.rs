//! Without a trace: the insert alone, then the whole.

use diesel::QueryResult;
use diesel::connection::Connection;
use diesel::query_builder::{QueryFragment, QueryId};

use super::{Ask, together};
use crate::dialect::Tried;
use crate::rows::Outcome;
use crate::statement::{InsertOnly, MayUpdate, NoReturning, Upsert};

impl<T, V, Clause, C> Ask<'_, C, Upsert<T, V, Clause, NoReturning>> for Tried
where
    C: Connection,
    Clause: MayUpdate,
    Upsert<T, V, Clause, NoReturning>: QueryFragment<C::Backend> + QueryId,
    Upsert<T, V, InsertOnly<Clause>, NoReturning>: QueryFragment<C::Backend> + QueryId,
{
    fn outcome(upsert: Upsert<T, V, Clause, NoReturning>, conn: &mut C) -> QueryResult<Outcome> {
        if !Clause::UPDATES {
            let inserted = conn.execute_returning_count(&upsert)? > 0;
            return Ok(match inserted {
                true => Outcome::Inserted,
                false => Outcome::Unchanged,
            });
        }
        together(conn, |conn| {
            let insert = upsert.with_clause(InsertOnly);
            if conn.execute_returning_count(&insert)? > 0 {
                return Ok(Outcome::Inserted);
            }
            // Nobody has written since, for the transaction has begun to.
            let upsert = insert.with_clause(|InsertOnly(clause)| clause);
            let updated = conn.execute_returning_count(&upsert)? > 0;
            Ok(match updated {
                true => Outcome::Updated,
                false => Outcome::Unchanged,
            })
        })
    }
}
