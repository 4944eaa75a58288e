//! What a statement speaks of.

use super::changes;
use super::cursor::Source;
use crate::change::Change;
use crate::sql::lexer::{self, Shape, Token, tokens as tokenize};
use crate::{Dialect, Server};

/// Deeper than anybody quotes strings in strings.
const DEPTH: usize = 4;

/// The words of a statement, without those of strings that are statements and change no key.
pub(crate) fn of_statement(tokens: &[Token<'_>], dialect: Dialect) -> Vec<String> {
    let mut words = Vec::new();
    gather(tokens, dialect, DEPTH, &mut words);
    words
}

fn gather(tokens: &[Token<'_>], dialect: Dialect, depth: usize, words: &mut Vec<String>) {
    for token in tokens {
        let inside = match token.shape {
            Shape::Text => Some(inside(token)),
            _ => None,
        };
        if inside.is_some_and(|inside| is_harmless(inside, dialect)) {
            continue;
        }
        let body = inside.filter(|_| token.text.starts_with('$') && depth > 0);
        match body.and_then(|body| tokenize(body, dialect).ok()) {
            Some(inner) => gather(&inner, dialect, depth - 1, words),
            None => words.extend(lexer::words(&[*token])),
        }
    }
}

/// What is between the quotes of a string.
fn inside<'a>(token: &Token<'a>) -> &'a str {
    let tag = token.text.strip_prefix('$').and_then(|rest| rest.find('$'));
    let quote = tag.map_or(1, |tag| tag + 2);
    let end = token.text.len().saturating_sub(quote);
    token.text.get(quote..end).unwrap_or(token.text)
}

/// Whether a string is a statement that changes no key. `ALTER TABLE a DROP FOREIGN KEY b`, as
/// MySQL puts it together for `PREPARE`, says so by itself.
fn is_harmless(inside: &str, dialect: Dialect) -> bool {
    let Ok(tokens) = tokenize(inside, dialect) else {
        return false;
    };
    let source = Source {
        text: inside,
        dialect,
        server: Server::MYSQL,
    };
    tokens
        .first()
        .is_some_and(|first| first.is("alter") || first.is("create"))
        && !tokens.iter().any(|token| token.is_mark(";"))
        && changes(&source, &tokens).is_ok_and(|changes| changes.iter().all(Change::takes_no_key))
}
