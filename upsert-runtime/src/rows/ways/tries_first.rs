//! Without a trace: the insert alone, then the whole.

use diesel::QueryResult;
use diesel::connection::Connection;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::{OptionalExtension, RunQueryDsl};

use super::{Ask, AskRow, stored, together};
use crate::dialect::TriesFirst;
use crate::rows::Outcome;
use crate::statement::{ByKey, InsertOnly, NoReturning, OnConflict, Returning, Selected, Upsert};

impl<T, V, Clause, C> Ask<'_, C, Upsert<T, V, Clause, NoReturning>> for TriesFirst
where
    C: Connection,
    Clause: OnConflict,
    Upsert<T, V, Clause, NoReturning>: QueryFragment<C::Backend> + QueryId,
    Upsert<T, V, InsertOnly<Clause>, NoReturning>: QueryFragment<C::Backend> + QueryId,
{
    fn outcome(upsert: Upsert<T, V, Clause, NoReturning>, conn: &mut C) -> QueryResult<Outcome> {
        let insert = upsert.with_clause(InsertOnly);
        if !Clause::UPDATES {
            let inserted = conn.execute_returning_count(&insert)? > 0;
            return Ok(if inserted {
                Outcome::Inserted
            } else {
                Outcome::Unchanged
            });
        }
        together(conn, |conn| {
            if conn.execute_returning_count(&insert)? > 0 {
                return Ok(Outcome::Inserted);
            }
            // Nobody has written since, for this transaction has begun to.
            let upsert = insert.with_clause(|InsertOnly(clause)| clause);
            let updated = conn.execute_returning_count(&upsert)? > 0;
            Ok(if updated {
                Outcome::Updated
            } else {
                Outcome::Unchanged
            })
        })
    }
}

impl<'query, T, V, Clause, R, C, U> AskRow<'query, C, Upsert<T, V, Clause, R>, U> for TriesFirst
where
    C: Connection,
    Clause: OnConflict,
    Upsert<T, V, Clause, R>: Clone,
    R: Selected<T>,
    Upsert<T, V, Clause, Returning<R::Expression>>: LoadQuery<'query, C, U>,
    Upsert<T, V, InsertOnly<Clause>, Returning<R::Expression>>: LoadQuery<'query, C, U>,
    ByKey<T, V, Clause, R::Expression>: LoadQuery<'query, C, U>,
{
    fn get_outcome(upsert: Upsert<T, V, Clause, R>, conn: &mut C) -> QueryResult<(U, Outcome)> {
        together(conn, |conn| {
            let insert = returning(upsert.clone()).with_clause(InsertOnly);
            if let Some(row) = insert.get_result(conn).optional()? {
                return Ok((row, Outcome::Inserted));
            }
            if Clause::UPDATES {
                let whole = returning(upsert.clone());
                if let Some(row) = whole.get_result(conn).optional()? {
                    return Ok((row, Outcome::Updated));
                }
            }
            Ok((stored(upsert, conn)?, Outcome::Unchanged))
        })
    }
}

fn returning<T, V, Clause, R: Selected<T>>(
    upsert: Upsert<T, V, Clause, R>,
) -> Upsert<T, V, Clause, Returning<R::Expression>> {
    let selected = upsert.returning.selected();
    upsert.with_returning(selected)
}
