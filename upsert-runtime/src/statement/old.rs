//! The row as it was before the upsert.

use diesel::QueryResult;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::sql_types::{IntoNullable, SingleValue};

use crate::dialect::{Dialect, OLD, SupportsOld};

/// A column of the row as it was: [`dsl::old`](crate::dsl::old).
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Old<C>(C);

impl<C: Column> Old<C> {
    /// `column`, as it was.
    pub fn new(column: C) -> Self {
        Self(column)
    }
}

impl<C: Column<SqlType: IntoNullable<Nullable: SingleValue>>> Expression for Old<C> {
    type SqlType = <C::SqlType as IntoNullable>::Nullable;
}

impl<C: Column> AppearsOnTable<C::Table> for Old<C> where Self: Expression {}

impl<C: Column> SelectableExpression<C::Table> for Old<C> where Self: Expression {}

impl<C, G> ValidGrouping<G> for Old<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<C, DB> QueryFragment<DB> for Old<C>
where
    DB: Dialect<Marked: SupportsOld>,
    C: Column,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(OLD);
        out.push_sql(".");
        out.push_identifier(C::NAME)
    }
}
