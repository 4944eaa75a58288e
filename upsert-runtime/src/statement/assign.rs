//! One assignment.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::AppearsOnTable;
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;

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

impl<C, E, DB> QueryFragment<DB> for Assign<C, E>
where
    DB: Backend,
    C: Column,
    E: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_identifier(C::NAME)?;
        out.push_sql(" = ");
        self.value.walk_ast(out)
    }
}

impl<C, E> AsChangeset for Assign<C, E>
where
    C: Column,
    E: AppearsOnTable<C::Table>,
{
    type Target = C::Table;
    type Changeset = Self;

    fn as_changeset(self) -> Self::Changeset {
        self
    }
}
