//! A SELECT that leaves something behind.

use super::cursor::find;
use crate::Dialect;
use crate::sql::lexer::Token;

/// Whether it is a SELECT that makes a table (PostgreSQL).
pub(crate) fn selects_into(tokens: &[Token<'_>], dialect: Dialect) -> bool {
    let first = tokens.first();
    let selects = first.is_some_and(|first| first.is("select") || first.is("with"));
    let inserts = find(tokens, "insert into", dialect).is_some();
    dialect == Dialect::Postgres && selects && !inserts && find(tokens, "into", dialect).is_some()
}

/// `SELECT .. INTO @a`, which may be run as a statement later on.
pub(crate) fn into_variable(tokens: &[Token<'_>]) -> bool {
    tokens
        .windows(2)
        .any(|pair| matches!(pair, [into, at] if into.is("into") && at.is_mark("@")))
}
