//! The assignments of the `set =` section, in the order in which they are sent.

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::result::Error::QueryBuilderError;

use super::text::sql;
use super::{Assign, Excluded, GuardOf};
use crate::dialect::{ColumnName, Dialect, Guard, Sql};

/// A nested tuple of [`Assign`]s and [`Rest`]s, `(Assign, (Assign, ()))`, of which each is made
/// where the guard `G` holds.
pub trait Changes<DB: Dialect, G> {
    /// Writes the assignments, of which the next is the first or stands behind others.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn walk<'b>(
        &'b self,
        first: bool,
        guard: &'b G,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>;

    /// Refuses an assignment that reads a column of `written`, which were assigned before it.
    ///
    /// # Errors
    ///
    /// `QueryBuilderError` that names the two columns.
    fn check_order(
        &self,
        written: &mut Vec<ColumnName>,
        guard: &G,
        backend: &DB,
    ) -> QueryResult<()>;
}

impl<DB: Dialect, G> Changes<DB, G> for () {
    fn walk<'b>(&'b self, _: bool, _: &'b G, _: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }

    fn check_order(&self, _: &mut Vec<ColumnName>, _: &G, _: &DB) -> QueryResult<()> {
        Ok(())
    }
}

impl<C, E> Assign<C, E> {
    fn walk_guarded<'b, G: Guard<DB>, DB: Dialect>(
        &'b self,
        first: bool,
        guard: &'b G,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        C: Column + QueryFragment<DB>,
        E: QueryFragment<DB>,
    {
        if !first {
            out.push_sql(", ");
        }
        out.push_identifier(C::NAME)?;
        out.push_sql(" = ");
        DB::assigned(&self.column, &self.value, guard, first, out.reborrow())
    }

    fn check<G: Guard<DB>, DB: Dialect>(
        &self,
        written: &mut Vec<ColumnName>,
        guard: &G,
        backend: &DB,
    ) -> QueryResult<()>
    where
        C: Column + QueryFragment<DB>,
        E: QueryFragment<DB>,
    {
        let qualified = sql(&self.column, backend)?;
        let guard = match G::ONCE {
            true => String::new(),
            false => sql(guard, backend)?,
        };
        let value = sql(&self.value, backend)?;
        for (text, reader, section) in [
            (value, format!("the assignment to {qualified}"), "set"),
            (
                guard,
                format!("`where`, which holds for {qualified},"),
                "where",
            ),
        ] {
            let read = Sql::new(&text);
            if let Some(earlier) = written.iter().find(|earlier| read.may_read(earlier)) {
                return Err(QueryBuilderError(
                    format!(
                        "{reader} reads {}, which the same upsert assigns before it, and this backend would \
                         read the new value; write the read as `table.column` inside `{section}`, for `upsert!` to \
                         find the right order",
                        earlier.qualified
                    )
                    .into(),
                ));
            }
        }
        written.push(ColumnName::new(C::NAME, qualified));
        Ok(())
    }
}

impl<C, E, R, G, DB> Changes<DB, G> for (Assign<C, E>, R)
where
    DB: Dialect,
    C: Column + QueryFragment<DB>,
    E: QueryFragment<DB>,
    R: Changes<DB, G>,
    G: GuardOf<C::SqlType, DB>,
{
    fn walk<'b>(
        &'b self,
        first: bool,
        guard: &'b G,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        self.0.walk_guarded(first, guard, out)?;
        self.1.walk(false, guard, out)
    }

    fn check_order(
        &self,
        written: &mut Vec<ColumnName>,
        guard: &G,
        backend: &DB,
    ) -> QueryResult<()> {
        self.0.check(written, guard, backend)?;
        self.1.check_order(written, guard, backend)
    }
}

/// `column = excluded.column` from `..`, and nothing where the row keeps `column`: it is in the
/// primary key or in the key that the row was met by, and a row keeps its identity.
#[derive(Debug, Clone, Copy)]
pub struct Rest<C, const KEPT: bool> {
    assignment: Assign<C, Excluded<C>>,
}

impl<C: QueryId, const KEPT: bool> QueryId for Rest<C, KEPT> {
    type QueryId = Rest<C::QueryId, KEPT>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: Column + Copy, const KEPT: bool> Rest<C, KEPT> {
    /// What `..` makes of `column`.
    pub fn new(column: C) -> Self {
        Self {
            assignment: Assign {
                column,
                value: Excluded::new(column),
            },
        }
    }
}

impl<C, const KEPT: bool, R, G, DB> Changes<DB, G> for (Rest<C, KEPT>, R)
where
    DB: Dialect,
    C: Column + QueryFragment<DB>,
    R: Changes<DB, G>,
    G: GuardOf<C::SqlType, DB>,
{
    fn walk<'b>(
        &'b self,
        first: bool,
        guard: &'b G,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        if KEPT {
            return self.1.walk(first, guard, out);
        }
        self.0.assignment.walk_guarded(first, guard, out)?;
        self.1.walk(false, guard, out)
    }

    fn check_order(
        &self,
        written: &mut Vec<ColumnName>,
        guard: &G,
        backend: &DB,
    ) -> QueryResult<()> {
        if !KEPT {
            self.0.assignment.check(written, guard, backend)?;
        }
        self.1.check_order(written, guard, backend)
    }
}
