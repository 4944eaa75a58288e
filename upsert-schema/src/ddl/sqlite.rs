//! What a definition says that SQLite alone knows.

use crate::Dialect;
use crate::change::OfSqlite;
use crate::ddl::cursor::find;
use crate::sql::ends_type;
use crate::sql::lexer::Token;

/// What the definition of a column says.
pub(crate) fn of(tokens: &[Token<'_>], dialect: Dialect) -> OfSqlite {
    if dialect != Dialect::Sqlite {
        return OfSqlite::default();
    }
    OfSqlite {
        rowid: is_rowid(tokens),
        overrides: overrides(tokens),
    }
}

/// Whether the column stands for the rowid where it is the primary key: its type is INTEGER, to the
/// letter, and it is not `PRIMARY KEY DESC`. <https://sqlite.org/lang_createtable.html#rowid>
fn is_rowid(tokens: &[Token<'_>]) -> bool {
    let is_integer = |kind: &Token<'_>| {
        let name = kind.name(Dialect::Sqlite);
        name.is_some_and(|name| name.eq_ignore_ascii_case("integer"))
    };
    tokens.get(1).is_some_and(is_integer)
        && tokens.get(2).is_none_or(ends_type)
        && find(tokens, "primary key desc", Dialect::Sqlite).is_none()
}

/// Whether a constraint says what happens to a row in its way, whatever a statement says: the row
/// that is there is deleted, or nothing is done and that is called done, or the transaction is
/// undone.
/// <https://sqlite.org/lang_conflict.html>
pub(crate) fn overrides(tokens: &[Token<'_>]) -> bool {
    let has = |words: &str| find(tokens, words, Dialect::Sqlite).is_some();
    ["replace", "ignore", "rollback"]
        .iter()
        .any(|what| has(&format!("on conflict {what}")))
}
