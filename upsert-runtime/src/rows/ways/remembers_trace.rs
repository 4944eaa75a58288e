//! The trace stays in the session, and the next statement reads it.

use diesel::connection::Connection;
use diesel::dsl::select;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::{QueryResult, RunQueryDsl};

use super::{Ask, AskRow, stored, together};
use crate::dialect::{Mark, RemembersTrace, Traces};
use crate::rows::Outcome;
use crate::statement::{ByKey, NoReturning, Selected, Trace, Traced, Upsert};

impl<'query, T, V, Clause, C> Ask<'query, C, Upsert<T, V, Clause, NoReturning>> for RemembersTrace
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

impl<'query, T, V, Clause, R, C, U> AskRow<'query, C, Upsert<T, V, Clause, R>, U> for RemembersTrace
where
    C: Connection,
    T: Clone,
    V: Clone,
    Clause: Clone,
    R: Selected<T>,
    Self: Ask<'query, C, Upsert<T, V, Clause, NoReturning>>,
    ByKey<T, V, Clause, R::Expression>: LoadQuery<'query, C, U>,
{
    fn get_outcome(upsert: Upsert<T, V, Clause, R>, conn: &mut C) -> QueryResult<(U, Outcome)> {
        together(conn, |conn| {
            let (table, values) = (upsert.table.clone(), upsert.values.clone());
            let alone = Upsert::new(table, values, upsert.clause.clone(), NoReturning);
            let outcome = Self::outcome(alone, conn)?;
            Ok((stored(upsert, conn)?, outcome))
        })
    }
}
