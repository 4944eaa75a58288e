//! Functions, types and the like, as far as a key may need them.

use super::cursor::Cursor;
use super::words::of_statement;
use crate::Dialect;
use crate::change::Change;
use crate::sql::lexer::{Token, words};

/// What `CREATE` makes, the first of `tokens`.
pub(crate) fn created(tokens: &[Token<'_>], dialect: Dialect) -> Vec<Change> {
    let all = [
        routine(tokens, dialect),
        definition(tokens, dialect),
        overload(tokens, dialect),
    ];
    all.into_iter().flatten().collect()
}

fn routine(tokens: &[Token<'_>], dialect: Dialect) -> Option<Change> {
    let mut rest = tokens
        .iter()
        .skip_while(|token| !token.is("function") && !token.is("procedure"))
        .skip(1);
    let name = rest.find(|token| !["if", "not", "exists"].iter().any(|word| token.is(word)))?;
    let name = match rest.next() {
        Some(dot) if dot.is_mark(".") => rest.next().unwrap_or(name),
        _ => name,
    };
    Some(Change::CreateRoutine {
        name: name.text.trim_matches(['"', '`']).to_lowercase(),
        words: of_statement(tokens, dialect),
    })
}

/// What a type or the like is made of.
fn definition(tokens: &[Token<'_>], dialect: Dialect) -> Option<Change> {
    let kinds = [
        "type",
        "domain",
        "collation",
        "aggregate",
        "cast",
        "operator",
    ];
    let is_kind = |token: &Token<'_>| kinds.iter().any(|kind| token.is(kind));
    let kind = tokens.iter().take(4).position(is_kind)?;
    let mut cursor = Cursor::new(tokens.get(kind + 1..)?, dialect);
    cursor.accept("if not exists");
    Some(Change::Define {
        name: cursor.qualified()?.name.to_lowercase(),
        words: words(tokens),
    })
}

/// What may be meant by an expression in place of PostgreSQL's own.
fn overload(tokens: &[Token<'_>], dialect: Dialect) -> Option<Change> {
    if dialect != Dialect::Postgres {
        return None;
    }
    let kinds = ["function", "operator", "cast"];
    let is_kind = |token: &Token<'_>| kinds.iter().any(|kind| token.is(kind));
    let at = tokens.iter().take(4).position(is_kind)?;
    let (kind, mut name) = tokens.split_at_checked(at + 1)?;
    if let [_, dot, rest @ ..] = name {
        if dot.is_mark(".") {
            name = rest;
        }
    }
    let name = match (kind, name) {
        ([.., cast], _) if cast.is("cast") => "cast",
        (_, [name, ..]) => name.text.trim_matches('"'),
        _ => return None,
    };
    Some(Change::Overload(name.to_owned()))
}
