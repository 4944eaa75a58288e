//! The trace stays in the session.

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::connection::Connection;
use diesel::dsl::select;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;

use super::Ask;
use crate::dialect::{Mark, Remembered, Traces};
use crate::rows::Outcome;
use crate::statement::{NoReturning, Trace, Traced, Upsert};

impl<'query, T, V, Clause, C> Ask<'query, C, Upsert<T, V, Clause, NoReturning>> for Remembered
where
    C: Connection<Backend: Traces>,
    Upsert<T, V, Traced<Clause>, NoReturning>: QueryFragment<C::Backend> + QueryId,
    select<Trace>: LoadQuery<'query, C, Option<i64>>,
{
    // No transaction is needed: nobody else has this session.
    fn outcome(upsert: Upsert<T, V, Clause, NoReturning>, conn: &mut C) -> QueryResult<Outcome> {
        let mark = Mark::next();
        let traced = upsert.with_clause(|clause| Traced::new(clause, mark));
        let affected = conn.execute_returning_count(&traced)?;
        if C::Backend::says_updated(affected) {
            return Ok(Outcome::Updated);
        }
        let trace = select(Trace).get_result(conn)?;
        Ok(Outcome::of(mark, trace))
    }
}
