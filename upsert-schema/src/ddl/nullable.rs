//! Whether a column can be NULL, as its definition says it.

use super::cursor::find;
use super::mysql;
use crate::Dialect;
use crate::sql::lexer::Token;

/// What the definition of a column says, whose name is the first of `tokens`.
pub(crate) fn of_column(tokens: &[Token<'_>], dialect: Dialect) -> Option<bool> {
    let has = |words: &str| find(tokens, words, dialect).is_some();
    let is = |kinds: &[&str]| {
        let kind = tokens.get(1);
        kind.is_some_and(|kind| kinds.iter().any(|known| kind.is(known)))
    };
    let never = match dialect {
        Dialect::Postgres => {
            let serial = [
                "serial",
                "bigserial",
                "smallserial",
                "serial2",
                "serial4",
                "serial8",
            ];
            is(&serial) || has("as identity")
        }
        Dialect::Mysql => mysql::increments(tokens),
        Dialect::Sqlite => false,
    };
    if never || has("not null") {
        return Some(false);
    }
    // Where `explicit_defaults_for_timestamp` is off, and so by default on MariaDB before 10.10, it
    // is NOT NULL.
    if dialect == Dialect::Mysql && is(&["timestamp"]) && !has("null") {
        return None;
    }
    Some(true)
}
