//! Columns and constants in the expressions and the predicate of an index.
//!
//! In a conflict target PostgreSQL accepts "only non-qualified references to the target table"
//! (`transformOnConflictArbiter`), while Diesel's columns always carry the table's name. And a
//! constant there is compared with that of the index while the statement is planned: a bound value
//! would be unknown to SQLite, and to PostgreSQL from the sixth execution of a prepared statement
//! on, when it goes over to a generic plan.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::sql_types::{IntoNotNullable, SqlType, is_nullable};

use super::arithmetic;

/// A column by its bare name.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct IndexColumn<C>(C);

impl<C: Column> IndexColumn<C> {
    /// The bare name of `column`.
    pub fn new(column: C) -> Self {
        Self(column)
    }
}

impl<C: Column> Expression for IndexColumn<C> {
    type SqlType = C::SqlType;
}

impl<C: Column> AppearsOnTable<C::Table> for IndexColumn<C> {}

impl<C, G> ValidGrouping<G> for IndexColumn<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<C: Column, DB: Backend> QueryFragment<DB> for IndexColumn<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_identifier(C::NAME)
    }
}

arithmetic!(IndexColumn<C>);

/// An expression that is no column.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct IndexExpression<E>(E);

impl<E> IndexExpression<E> {
    /// The `expression`.
    pub(crate) fn new(expression: E) -> Self {
        Self(expression)
    }
}

impl<E: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for IndexExpression<E> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// What an index of the table `T` can be on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no element of an index of `{T}`",
    label = "not an expression of columns of the table",
    note = "help: every bare name in a conflict target is a column of the table: `conflict = (lower(name))`"
)]
pub trait IndexElement<T> {}

#[diagnostic::do_not_recommend]
impl<E: AppearsOnTable<T>, T> IndexElement<T> for E {}

/// A text that is part of a type, so that statements with other texts have other query ids.
pub trait StaticStr {
    /// The text.
    const STR: &'static str;
}

/// A constant, written into the SQL: the text of `N` is a SQL literal.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct IndexLiteral<N>(N);

impl<N: StaticStr> IndexLiteral<N> {
    /// The literal that `text` spells.
    pub fn new(text: N) -> Self {
        Self(text)
    }
}

// It is of every type, but for what is no type of a column: a `Nullable<Nullable<..>>` is asked for
// to tell kinds of operand apart, and a literal is of one kind.
impl<N, ST> AsExpression<ST> for IndexLiteral<N>
where
    N: StaticStr,
    ST: SqlType<IsNull: OfColumns<ST>> + TypedExpressionType,
{
    type Expression = TypedLiteral<N, ST>;

    fn as_expression(self) -> Self::Expression {
        TypedLiteral { sql: PhantomData }
    }
}

/// The nullability of a SQL type that a column can have.
pub trait OfColumns<ST> {}

impl<ST> OfColumns<ST> for is_nullable::NotNull {}

impl<ST> OfColumns<ST> for is_nullable::IsNullable where
    ST: IntoNotNullable<NotNullable: SqlType<IsNull = is_nullable::NotNull>>
{
}

/// An [`IndexLiteral`] as a `ST`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct TypedLiteral<N, ST> {
    sql: PhantomData<(N, ST)>,
}

impl<N, ST: SqlType + TypedExpressionType> Expression for TypedLiteral<N, ST> {
    type SqlType = ST;
}

impl<N, ST, T> AppearsOnTable<T> for TypedLiteral<N, ST> where Self: Expression {}

impl<N, ST, G> ValidGrouping<G> for TypedLiteral<N, ST> {
    type IsAggregate = is_aggregate::Never;
}

impl<N: StaticStr, ST, DB: Backend> QueryFragment<DB> for TypedLiteral<N, ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(N::STR);
        Ok(())
    }
}
