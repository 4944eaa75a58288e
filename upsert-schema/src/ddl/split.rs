//! Where one statement ends and the next begins.

use crate::Dialect;
use crate::sql::lexer::Token;

/// The statements, each without its semicolon.
pub(crate) fn split<'t, 'a>(tokens: &'t [Token<'a>], dialect: Dialect) -> Vec<&'t [Token<'a>]> {
    let mut statements = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let length = length(rest, dialect);
        statements.push(rest.get(..length).unwrap_or(rest));
        rest = rest.get(length + 1..).unwrap_or_default();
    }
    statements
}

/// How many tokens there are before the semicolon that ends the first statement.
fn length(tokens: &[Token<'_>], dialect: Dialect) -> usize {
    let body = has_body(tokens, dialect);
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_mark(";") && depth == 0 {
            return at;
        }
        if !body {
            continue;
        }
        let next = |words: &[&str]| {
            tokens
                .get(at + 1)
                .is_some_and(|next| words.iter().any(|word| next.is(word)))
        };
        let after_end = at
            .checked_sub(1)
            .and_then(|at| tokens.get(at))
            .is_some_and(|before| before.is("end"));
        let begin = token.is("begin") && (dialect != Dialect::Postgres || next(&["atomic"]));
        if begin || token.is("case") && depth > 0 && !after_end {
            depth += 1;
        } else if token.is("end") && !next(&["if", "loop", "while", "repeat", "for"]) {
            depth = depth.saturating_sub(1);
        }
    }
    tokens.len()
}

/// Whether it creates something whose body has statements of its own.
fn has_body(tokens: &[Token<'_>], dialect: Dialect) -> bool {
    let [create, rest @ ..] = tokens else {
        return false;
    };
    if dialect == Dialect::Mysql
        && create.is("begin")
        && rest.first().is_some_and(|next| next.is("not"))
    {
        return true;
    }
    create.is("create")
        && rest
            .iter()
            .take_while(|token| !token.is_mark("(") && !token.is_mark(";"))
            .take(12)
            .any(|token| {
                ["trigger", "procedure", "function", "event", "package"]
                    .iter()
                    .any(|word| token.is(word))
            })
}
