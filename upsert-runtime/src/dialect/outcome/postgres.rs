//! PostgreSQL: a setting of the transaction, made in the `WHERE` of `DO UPDATE`, which is evaluated
//! for a row that is in conflict and locked, and for no other; `RETURNING` reads it:
//! <https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET>.
//!
//! Not `xmax = 0`: it is an error on a partitioned table, and what it says of another one is not
//! documented. Not a subquery for the row as it was: one that was committed behind the snapshot of
//! the statement is met by the upsert, and not seen by the subquery.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;
use diesel::sql_types::BigInt;

use super::{Mark, OLD, ReturnsTrace, SupportsTraceIn, TellsOutcome, Traces};
use crate::dialect::{Dialect, Guard, sql};

impl TellsOutcome for Pg {
    type Way = ReturnsTrace;

    fn old_of_unchanged(table: &str, selected: &str) -> String {
        let selected = sql::tokens(selected, sql::dialect(Self::BACKEND));
        let is_read = selected
            .windows(2)
            .any(|pair| matches!(pair, [name, dot] if name.is(OLD) && dot.is_mark(".")));
        match is_read {
            true => format!(", LATERAL (SELECT {table}.*) AS {OLD}"),
            false => String::new(),
        }
    }
}

impl Traces for Pg {
    const ASSIGNS_TRACE: bool = false;

    fn trace_before<'b, C, G>(
        _: &'b C,
        _: &'b G,
        _: &'b Mark,
        _: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        C: Column + QueryFragment<Self>,
        G: Guard<Self>,
    {
        Ok(())
    }

    // A row of which `guard` does not hold is not returned, whether there is a trace of it or not.
    fn trace_behind<'b, G>(
        guard: &'b G,
        mark: &'b Mark,
        mut out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        G: Guard<Self>,
    {
        out.push_sql(" WHERE ");
        if !G::ALWAYS {
            out.push_sql("(");
            guard.walk_ast(out.reborrow())?;
            out.push_sql(") AND ");
        }
        out.push_sql("pg_catalog.set_config('upsert_runtime.outcome', ");
        out.push_bind_param::<BigInt, _>(&mark.updated)?;
        out.push_sql("::text, true) IS NOT NULL");
        Ok(())
    }

    // A row that was there is not returned.
    fn trace_nothing<'b, T, C>(
        target: &'b T,
        column: &'b C,
        _: &'b Mark,
        out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        T: QueryFragment<Self>,
        C: Column + QueryFragment<Self>,
    {
        Self::do_nothing(target, column, out)
    }

    // An empty string once it was set by an earlier transaction of the session.
    fn trace(mut out: AstPass<'_, '_, Self>) {
        out.push_sql(
            "nullif(pg_catalog.current_setting('upsert_runtime.outcome', true), '')::bigint",
        );
    }
}

impl<ST> SupportsTraceIn<ST> for Pg {}
