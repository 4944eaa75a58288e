//! What a node is as text, for what its type does not say.

use diesel::QueryResult;
use diesel::query_builder::{QueryBuilder, QueryFragment};

use crate::dialect::Dialect;

/// The SQL of a fragment.
pub(super) fn sql<DB: Dialect>(
    fragment: &impl QueryFragment<DB>,
    backend: &DB,
) -> QueryResult<String> {
    let mut builder = DB::QueryBuilder::default();
    fragment.to_sql(&mut builder, backend)?;
    Ok(builder.finish())
}
