//! The assignments of the `set =` section.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::AppearsOnTable;
use diesel::query_builder::{AsChangeset, AstPass, QueryBuilder, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::result::Error::QueryBuilderError;

use super::Guard;
use crate::dialect::Dialect;

/// `column = value`, for an upsert and for any other Diesel update.
///
/// Diesel's own assignment has no query id. This one has, and is a changeset too:
/// `diesel::update(page_hits::table).set(increment(page_hits::n, 1))`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Assign<C, E> {
    column: C,
    value: E,
}

impl<C, E> Assign<C, E> {
    /// Assigns `value` to `column`.
    pub fn new(column: C, value: E) -> Self
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

/// A nested tuple of [`Assign`]s: `(Assign, (Assign, ()))`.
pub trait Changes<DB: Dialect> {
    /// Writes the assignments, with `before` in front of the first.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk<'b, G: Guard<DB>>(
        &'b self,
        before: &str,
        guard: &'b G,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>;

    /// Refuses an assignment that reads a column of `written`, which were assigned before it.
    ///
    /// # Errors
    ///
    /// `QueryBuilderError` that names the two columns.
    fn check_order<G: Guard<DB>>(
        &self,
        written: &mut Vec<String>,
        guard: &G,
        backend: &DB,
    ) -> QueryResult<()>;
}

impl<DB: Dialect> Changes<DB> for () {
    fn walk<'b, G: Guard<DB>>(
        &'b self,
        _: &str,
        _: &'b G,
        _: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        Ok(())
    }

    fn check_order<G: Guard<DB>>(&self, _: &mut Vec<String>, _: &G, _: &DB) -> QueryResult<()> {
        Ok(())
    }
}

impl<C, E, R, DB> Changes<DB> for (Assign<C, E>, R)
where
    DB: Dialect,
    C: Column + QueryFragment<DB>,
    E: QueryFragment<DB>,
    R: Changes<DB>,
{
    fn walk<'b, G: Guard<DB>>(
        &'b self,
        before: &str,
        guard: &'b G,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        let (assignment, rest) = self;
        out.push_sql(before);
        out.push_identifier(C::NAME)?;
        out.push_sql(" = ");
        DB::assigned(&assignment.column, &assignment.value, guard, out.reborrow())?;
        rest.walk(", ", guard, out)
    }

    fn check_order<G: Guard<DB>>(
        &self,
        written: &mut Vec<String>,
        guard: &G,
        backend: &DB,
    ) -> QueryResult<()> {
        let (assignment, rest) = self;
        let sql = |fragment: &dyn QueryFragment<DB>| {
            let mut builder = DB::QueryBuilder::default();
            fragment.to_sql(&mut builder, backend)?;
            QueryResult::Ok(builder.finish())
        };
        // Columns are always qualified and quoted, so their SQL is found in that of a value.
        let column = sql(&assignment.column)?;
        let read = sql(&assignment.value)? + &sql(guard)?;
        if let Some(earlier) = written
            .iter()
            .find(|earlier| read.contains(earlier.as_str()))
        {
            return Err(QueryBuilderError(
                format!(
                    "the assignment to {column} reads {earlier}, which the same upsert assigns \
                     before it, and this backend would read the new value; write the read as \
                     `table.column` inside `set`, for `upsert!` to find the right order"
                )
                .into(),
            ));
        }
        written.push(column);
        rest.check_order(written, guard, backend)
    }
}
