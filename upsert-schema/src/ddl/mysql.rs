//! What a definition says that MySQL alone knows.

use super::cursor::find;
use crate::Dialect;
use crate::change::OfMysql;
use crate::sql::lexer::Token;

/// Of a column, whose name is the first of `tokens` and which has a DEFAULT that may be the same
/// twice or not.
pub(crate) fn of(tokens: &[Token<'_>], dialect: Dialect, default: bool) -> OfMysql {
    if dialect != Dialect::Mysql {
        return OfMysql::default();
    }
    let has = |words: &str| find(tokens, words, dialect).is_some();
    let is = |kinds: &[&str]| {
        let kind = tokens.get(1);
        kind.is_some_and(|kind| kinds.iter().any(|known| kind.is(known)))
    };
    let of_a_key = ["cascade", "restrict", "set", "no"];
    OfMysql {
        increments: has("auto_increment") || has("serial default value") || is(&["serial"]),
        lasts: is(&["bigint", "int8", "serial"]),
        // One that is not the same twice and no NULL.
        new: !default && has("default") && tokens.iter().any(|token| token.is("uuid")),
        set_at_update: find(tokens, "on update", dialect).is_some_and(|at| {
            let action = tokens.get(at + 2);
            !action.is_some_and(|action| of_a_key.iter().any(|word| action.is(word)))
        }),
    }
}
