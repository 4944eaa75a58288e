//! MySQL and MariaDB: a [user variable][1], assigned in an assignment of the conflict clause, which
//! is evaluated where there is a conflict only. The next statement of the session reads it.
//!
//! Not the number of affected rows: on a connection that counts *found* rows, as Diesel's do, it is
//! 1 for a row that was inserted and for one that was there and has [these values already][2].
//!
//! [1]: https://dev.mysql.com/doc/refman/8.4/en/user-variables.html
//! [2]: https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html

use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;
use diesel::sql_types::BigInt;

use super::{Mark, RemembersTrace, SupportsTraceIn, TellsOutcome, Traces};
use crate::dialect::mysql::remembered;
use crate::dialect::{Dialect, Guard, SupportsGuardOn};

impl TellsOutcome for Mysql {
    type Way = RemembersTrace;

    // Under REPEATABLE READ the snapshot may be older than the row that was met. It is locked by
    // the upsert, so nobody waits:
    // https://dev.mysql.com/doc/refman/8.4/en/innodb-consistent-read.html
    const NOT_OF_A_SNAPSHOT: &'static str = " FOR UPDATE";
}

impl Traces for Mysql {
    const ASSIGNS_TRACE: bool = true;

    // The guard is evaluated before the first assignment, so that is when it is remembered for the
    // others, if it has to be.
    fn trace_before<'b, C, G>(
        column: &'b C,
        guard: &'b G,
        mark: &'b Mark,
        out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        C: Column + QueryFragment<Self>,
        G: Guard<Self>,
    {
        remembered("@upsert_outcome", column, out, |mut out| {
            if G::ALWAYS {
                return out.push_bind_param::<BigInt, _>(&mark.updated);
            }
            out.push_sql("if(");
            if G::ONCE {
                out.push_sql("@upsert_guard := ");
            }
            guard.walk_ast(out.reborrow())?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&mark.updated)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&mark.unchanged)?;
            out.push_sql(")");
            Ok(())
        })
    }

    fn trace_behind<'b, G>(_: &'b G, _: &'b Mark, _: AstPass<'_, 'b, Self>) -> QueryResult<()>
    where
        G: Guard<Self>,
    {
        Ok(())
    }

    fn trace_nothing<'b, T, C>(
        target: &'b T,
        column: &'b C,
        mark: &'b Mark,
        mut out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        T: QueryFragment<Self>,
        C: Column + QueryFragment<Self>,
    {
        Self::do_update(target, out.reborrow())?;
        remembered("@upsert_outcome", column, out, |mut out| {
            out.push_bind_param::<BigInt, _>(&mark.unchanged)
        })
    }

    fn trace(mut out: AstPass<'_, '_, Self>) {
        out.push_sql("CAST(@upsert_outcome AS SIGNED)");
    }

    // "2 if an existing row is updated"
    fn says_updated(affected: usize) -> bool {
        affected == 2
    }
}

#[diagnostic::do_not_recommend]
impl<ST> SupportsTraceIn<ST> for Mysql where Mysql: SupportsGuardOn<ST> {}
