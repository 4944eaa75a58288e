//! The `returning =` section.

use diesel::backend::Backend;
use diesel::dsl::AsSelect;
use diesel::expression::{Selectable, SelectableExpression};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{QueryResult, QuerySource, SelectableHelper, Table};

use super::{Impossible, kind};
use crate::dialect::{Dialect, SupportsReturning};

/// No `RETURNING`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoReturning;

impl<DB: Dialect> QueryFragment<DB> for NoReturning {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// `RETURNING ..`, of the row as it is stored afterwards.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Returning<E>(E);

impl<E> Returning<E> {
    /// Returns `expression`.
    pub fn new(expression: E) -> Self {
        Self(expression)
    }

    pub(crate) fn into_expression(self) -> E {
        self.0
    }
}

impl<E, DB> QueryFragment<DB> for Returning<E>
where
    DB: Dialect<Marked: SupportsReturning>,
    E: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" RETURNING ");
        self.0.walk_ast(out)
    }
}

/// What comes back of a row of the table `T`: all columns, or those of `returning`.
pub trait Selected<T> {
    /// As an expression.
    type Expression;

    /// It.
    fn selected(&self) -> Self::Expression;
}

impl<T: Table> Selected<T> for NoReturning {
    type Expression = T::AllColumns;

    fn selected(&self) -> T::AllColumns {
        T::all_columns()
    }
}

impl<T, E: Clone> Selected<T> for Returning<E> {
    type Expression = E;

    fn selected(&self) -> E {
        self.0.clone()
    }
}

/// What an upsert of the table `T` can return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from an upsert of `{T}`",
    label = "not an expression of the stored row",
    note = "help: columns and expressions of the table itself; there is no `excluded` in it"
)]
pub trait Selection<T, Kind> {
    /// The SQL expression that this is.
    type Expression;

    /// Itself.
    fn into_selected(self) -> Self::Expression;
}

#[diagnostic::do_not_recommend]
impl<E: SelectableExpression<T>, T: QuerySource> Selection<T, kind::Only> for E {
    type Expression = Self;

    fn into_selected(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<E: Impossible, T> Selection<T, kind::None> for E {
    type Expression = ();

    fn into_selected(self) {}
}

/// A type of which an upsert of the table `T` can return one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from an upsert of `{T}`",
    label = "not `Selectable` from `{T}`",
    note = "help: `#[derive(Queryable, Selectable)]` with `#[diesel(table_name = ..)]` of that table; columns are written with small letters: `returning = (a, n)`"
)]
pub trait Returned<T, DB, Kind> {
    /// Its columns.
    type Expression;

    /// `Self::as_returning()`
    fn expression() -> Self::Expression;
}

#[diagnostic::do_not_recommend]
impl<M, T, DB> Returned<T, DB, kind::Only> for M
where
    DB: Backend,
    T: QuerySource,
    M: Selectable<DB, SelectExpression: SelectableExpression<T>>,
{
    type Expression = AsSelect<M, DB>;

    fn expression() -> Self::Expression {
        M::as_returning()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Impossible, T, DB> Returned<T, DB, kind::None> for M {
    type Expression = ();

    fn expression() {}
}
