//! The clause as a statement has it that tells its outcome.

use diesel::QueryResult;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::sql_types::{BigInt, Nullable};

use super::{
    AssignmentOrder, Changes, DoNothing, DoUpdate, Guard, Returning, UpdateTarget, Upsert,
};
use crate::dialect::{Dialect, Mark, SupportsTraceIn, Traces};

/// The clause, leaving a trace where there is a conflict.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Traced<Clause> {
    clause: Clause,
    mark: Unidentified,
}

/// A mark is a bound value, and no part of the SQL.
#[derive(Debug, Clone, Copy)]
struct Unidentified(Mark);

impl QueryId for Unidentified {
    type QueryId = ();
}

impl<Clause> Traced<Clause> {
    /// `clause`, which leaves `mark`.
    pub(crate) fn new(clause: Clause, mark: Mark) -> Self {
        Self {
            clause,
            mark: Unidentified(mark),
        }
    }
}

impl<Target, C, A, G, O, DB> QueryFragment<DB> for Traced<DoUpdate<Target, C, A, G, O>>
where
    DB: Dialect<Marked: SupportsTraceIn<C::SqlType>> + Traces,
    Target: UpdateTarget<DB>,
    C: Column + QueryFragment<DB>,
    A: Changes<DB, G>,
    G: Guard<DB>,
    O: AssignmentOrder<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Self {
            clause,
            mark: Unidentified(mark),
        } = self;
        clause.check_order(out.backend())?;
        DB::do_update(&clause.target, out.reborrow())?;
        DB::trace_before(&clause.column, &clause.guard, mark, out.reborrow())?;
        clause
            .changes
            .walk(!DB::ASSIGNS_TRACE, &clause.guard, &mut out)?;
        DB::trace_behind(&clause.guard, mark, out)
    }
}

impl<Target, C, DB> QueryFragment<DB> for Traced<DoNothing<Target, C>>
where
    DB: Dialect<Marked: SupportsTraceIn<C::SqlType>> + Traces,
    Target: QueryFragment<DB>,
    C: Column + QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Self {
            clause,
            mark: Unidentified(mark),
        } = self;
        DB::trace_nothing(&clause.target, &clause.column, mark, out)
    }
}

/// An upsert that leaves a trace and returns it beside `E`.
pub type ReturnsBoth<T, V, Clause, E> = Upsert<T, V, Traced<Clause>, Returning<(E, Trace)>>;

/// What the statement before has left, or this one, inside of its `RETURNING`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Trace;

impl Expression for Trace {
    type SqlType = Nullable<BigInt>;
}

impl<T> AppearsOnTable<T> for Trace {}

impl<T> SelectableExpression<T> for Trace {}

impl<G> ValidGrouping<G> for Trace {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Traces> QueryFragment<DB> for Trace {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        DB::trace(out);
        Ok(())
    }
}

/// `DO NOTHING` in the place of the clause: inserts what the clause would have inserted.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct InsertOnly<Clause>(pub(crate) Clause);

impl<Target, C, DB> QueryFragment<DB> for InsertOnly<DoNothing<Target, C>>
where
    DB: Dialect,
    DoNothing<Target, C>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<Target, C, A, G, O, DB> QueryFragment<DB> for InsertOnly<DoUpdate<Target, C, A, G, O>>
where
    DB: Dialect,
    Target: QueryFragment<DB>,
    C: Column + QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        DB::do_nothing(&self.0.target, &self.0.column, out)
    }
}
