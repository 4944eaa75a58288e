//! The trace comes back in `RETURNING`, with the row.

use diesel::connection::Connection;
use diesel::query_dsl::methods::LoadQuery;
use diesel::{QueryResult, RunQueryDsl};

use super::{Ask, AskRow, stored};
use crate::dialect::create::is_in_transaction;
use crate::dialect::{Mark, ReturnsTrace};
use crate::rows::Outcome;
use crate::statement::{
    ByKey, NoReturning, Returning, ReturnsBoth, Selected, Trace, Traced, Upsert,
};

impl<'query, T, V, Clause, C> Ask<'query, C, Upsert<T, V, Clause, NoReturning>> for ReturnsTrace
where
    Upsert<T, V, Traced<Clause>, Returning<Trace>>: LoadQuery<'query, C, Option<i64>>,
{
    fn outcome(upsert: Upsert<T, V, Clause, NoReturning>, conn: &mut C) -> QueryResult<Outcome> {
        let mark = Mark::next();
        let returned = traced(upsert, mark, Trace).get_results(conn)?;
        Ok(match returned.first() {
            Some(&trace) => Outcome::of(mark, trace),
            None => Outcome::Unchanged,
        })
    }
}

impl<'query, T, V, Clause, R, C, U> AskRow<'query, C, Upsert<T, V, Clause, R>, U> for ReturnsTrace
where
    C: Connection,
    Upsert<T, V, Clause, R>: Clone,
    R: Selected<T>,
    ReturnsBoth<T, V, Clause, R::Expression>: LoadQuery<'query, C, (U, Option<i64>)>,
    ByKey<T, V, Clause, R::Expression>: LoadQuery<'query, C, U>,
{
    fn get_outcome(upsert: Upsert<T, V, Clause, R>, conn: &mut C) -> QueryResult<(U, Outcome)> {
        let attempt = |conn: &mut C| {
            let mark = Mark::next();
            let returning = (upsert.returning.selected(), Trace);
            let returned = traced(upsert.clone(), mark, returning).get_results(conn)?;
            let returned = returned.into_iter().next();
            QueryResult::Ok(returned.map(|(row, trace)| (row, Outcome::of(mark, trace))))
        };
        let in_one = |conn: &mut C| match attempt(conn)? {
            Some(returned) => Ok(returned),
            None => Ok((stored(upsert.clone(), conn)?, Outcome::Unchanged)),
        };
        if is_in_transaction(conn)? {
            return in_one(conn);
        }
        // One statement, unless the row stays as it is. Then nothing was written, and it is done
        // again, for the row not to change before it is read.
        match attempt(conn)? {
            Some(returned) => Ok(returned),
            None => conn.transaction(in_one),
        }
    }
}

fn traced<T, V, Clause, R, E>(
    upsert: Upsert<T, V, Clause, R>,
    mark: Mark,
    returning: E,
) -> Upsert<T, V, Traced<Clause>, Returning<E>> {
    let traced = upsert.with_clause(|clause| Traced::new(clause, mark));
    traced.with_returning(returning)
}
