//! The trace comes back in `RETURNING`.

use diesel::query_dsl::methods::LoadQuery;
use diesel::{QueryResult, RunQueryDsl};

use super::Ask;
use crate::dialect::{Mark, Returned};
use crate::rows::Outcome;
use crate::statement::{NoReturning, Returning, Trace, Traced, Upsert};

impl<'query, T, V, Clause, C> Ask<'query, C, Upsert<T, V, Clause, NoReturning>> for Returned
where
    Upsert<T, V, Traced<Clause>, Returning<Trace>>: LoadQuery<'query, C, Option<i64>>,
{
    fn outcome(upsert: Upsert<T, V, Clause, NoReturning>, conn: &mut C) -> QueryResult<Outcome> {
        let mark = Mark::next();
        let traced = upsert.with_clause(|clause| Traced::new(clause, mark));
        let traced = Upsert::new(
            traced.table,
            traced.values,
            traced.clause,
            Returning::new(Trace),
        );
        let returned = traced.get_results(conn)?;
        Ok(match returned.first() {
            Some(&trace) => Outcome::of(mark, trace),
            None => Outcome::Unchanged,
        })
    }
}
