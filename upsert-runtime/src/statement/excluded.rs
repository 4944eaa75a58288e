//! `excluded`: the row that was proposed and met a stored one.

use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::sql_types::DieselNumericOps;

use crate::dialect::Dialect;

/// A column of the proposed row: `excluded.n`, and `VALUES(n)` on MySQL.
///
/// Made by `excluded.n` inside [`upsert!`](crate::upsert), or by [`dsl::excluded`](crate::dsl::excluded).
#[derive(Debug, Clone, Copy, QueryId, DieselNumericOps)]
pub struct Excluded<C>(C);

impl<C: Column> Excluded<C> {
    /// `column` of the proposed row.
    pub fn new(column: C) -> Self {
        Self(column)
    }
}

impl<C: Column> Expression for Excluded<C> {
    type SqlType = C::SqlType;
}

// The proposed row exists beside the stored one only, never in a SELECT: no `SelectableExpression`.
impl<C: Column> AppearsOnTable<C::Table> for Excluded<C> {}

impl<C, G> ValidGrouping<G> for Excluded<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<C, DB> QueryFragment<DB> for Excluded<C>
where
    DB: Dialect,
    C: Column,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        DB::excluded(C::NAME, out)
    }
}
