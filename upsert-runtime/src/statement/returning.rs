//! The `returning =` section.

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

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
