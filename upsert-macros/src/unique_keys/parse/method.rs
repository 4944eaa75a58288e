//! Methods of Rust, where SQL is meant.
//!
//! SQL has a name, `.`, a name and arguments as well, which is a function of a schema:
//! `pg_catalog.lower(name)`. It is one unless it has no arguments, and so reads nothing of a row,
//! or has the name of a condition of Diesel's. Behind the arguments of a function there is none.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::sql::{is_call, write};
use crate::tokens::{ident, is_punct, plain, stream, trees};

/// The first call of a method, and what to write.
pub(super) fn first(tokens: &[TokenTree]) -> Option<(TokenStream, String)> {
    tokens.iter().enumerate().find_map(|(at, token)| {
        let TokenTree::Group(group) = token else {
            return None;
        };
        called(tokens, at, group).or_else(|| first(&trees(group.stream())))
    })
}

/// The same if the group at `at` is the arguments of a method.
fn called(tokens: &[TokenTree], at: usize, arguments: &Group) -> Option<(TokenStream, String)> {
    let [receiver @ .., dot, TokenTree::Ident(method)] = &tokens[..at] else {
        return None;
    };
    if !is_punct(Some(dot), '.') || arguments.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let condition = condition(&plain(method));
    let is_method = match receiver.last()? {
        TokenTree::Group(_) => true,
        TokenTree::Ident(_) => arguments.stream().is_empty() || condition.is_some(),
        _ => false,
    };
    if !is_method {
        return None;
    }
    let start = start_of_operand(receiver);
    let help = condition
        .and_then(|operator| as_sql(&receiver[start..], operator, arguments))
        .unwrap_or_else(|| {
            "`deleted_at is null`, `n > 0`, `lower(name)`; what only looks like a method is a string: `\"..\"`"
                .to_owned()
        });
    Some((stream(&tokens[start..=at]), help))
}

/// Where `schema.table.column`, or the call of a function, begins that `tokens` end with.
fn start_of_operand(tokens: &[TokenTree]) -> usize {
    let mut start = tokens.len().saturating_sub(1);
    if start > 0 && is_call(tokens, start) {
        start -= 1;
    }
    while start >= 2
        && is_punct(tokens.get(start - 1), '.')
        && ident(tokens.get(start - 2)).is_some()
    {
        start -= 2;
    }
    start
}

/// `left operator right`, where all of it can be written.
fn as_sql(left: &[TokenTree], operator: &str, right: &Group) -> Option<String> {
    let mut sql = String::new();
    write(left, &mut sql).ok()?;
    sql.push(' ');
    sql.push_str(operator);
    let right = trees(right.stream());
    if !right.is_empty() {
        sql.push(' ');
        write(&right, &mut sql).ok()?;
    }
    Some(format!("`{sql}`"))
}

/// What SQL writes for a method of Diesel's that gives a condition.
fn condition(method: &str) -> Option<&'static str> {
    Some(match method {
        "is_null" => "is null",
        "is_not_null" => "is not null",
        "eq" => "=",
        "ne" => "<>",
        "lt" => "<",
        "le" => "<=",
        "gt" => ">",
        "ge" => ">=",
        "like" => "like",
        "not_like" => "not like",
        "and" => "and",
        "or" => "or",
        _ => return None,
    })
}
