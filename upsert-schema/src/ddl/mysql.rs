//! What a definition says that MySQL alone knows.

use super::cursor::{find, find_all};
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
        increments: increments(tokens),
        lasts: is(&["bigint", "int8", "serial"]),
        // One that is not the same twice and no NULL.
        new: !default && has("default") && tokens.iter().any(|token| token.is("uuid")),
        set_at_update: find(tokens, "on update", dialect).is_some_and(|at| {
            let action = tokens.get(at + 2);
            !action.is_some_and(|action| of_a_key.iter().any(|word| action.is(word)))
        }),
    }
}

/// Whether a column, whose name is the first of `tokens`, takes the next number.
pub(crate) fn increments(tokens: &[Token<'_>]) -> bool {
    // The word is not reserved: the column, a table or a constraint may be called so.
    let is_name = |at: usize| {
        at.checked_sub(1).is_none_or(|before| {
            let before = tokens.get(before);
            before.is_some_and(|before| {
                before.is_mark(".") || before.is("references") || before.is("constraint")
            })
        })
    };
    let kind = tokens.get(1);
    find_all(tokens, "auto_increment", Dialect::Mysql).any(|at| !is_name(at))
        || kind.is_some_and(|kind| kind.is("serial"))
        || find(tokens, "serial default value", Dialect::Mysql).is_some()
}
