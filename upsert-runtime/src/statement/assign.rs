//! One assignment.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, TypedExpressionType};
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::sql_types::SingleValue;
use diesel::{ExpressionMethods, QueryResult, dsl};

/// `column = value`, for an upsert and for any other Diesel update.
///
/// Diesel's own assignment has no query id. This one has, and is a changeset too:
/// `diesel::update(page_hits::table).set(increment(page_hits::n, 1))`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Assign<C, E> {
    pub(super) column: C,
    pub(super) value: E,
}

impl<C, E> Assign<C, E> {
    /// Assigns `value` to `column`.
    pub(crate) fn new(column: C, value: E) -> Self
    where
        C: Column,
        E: AppearsOnTable<C::Table>,
    {
        Self { column, value }
    }
}

/// In other updates it becomes Diesel's own: since 2.4 an update with a filter takes no one else's.
impl<C, E> AsChangeset for Assign<C, E>
where
    C: Column<SqlType: SingleValue + TypedExpressionType>,
    E: AppearsOnTable<C::Table>,
{
    type Target = C::Table;
    type Changeset = <dsl::Eq<C, Assigned<C, E>> as AsChangeset>::Changeset;

    fn as_changeset(self) -> Self::Changeset {
        let value = Assigned {
            column: PhantomData::<C>,
            value: self.value,
        };
        self.column.eq(value).as_changeset()
    }
}

/// `value`, as one of the column's SQL type: a NOT NULL value for a nullable column, which Diesel's
/// `eq` does not take.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Assigned<C, E> {
    column: PhantomData<C>,
    value: E,
}

impl<C: Column<SqlType: TypedExpressionType>, E> Expression for Assigned<C, E> {
    type SqlType = C::SqlType;
}

impl<C, E, T> AppearsOnTable<T> for Assigned<C, E>
where
    E: AppearsOnTable<T>,
    Self: Expression,
{
}

impl<C, E: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Assigned<C, E> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.value.walk_ast(out)
    }
}
