//! The elements and the predicate of an index, in which every bare name is a column, as in
//! `CREATE INDEX`, and every literal is written into the SQL.

use proc_macro2::{Group, Ident, Literal, TokenTree};
use syn::{Lit, Path};

use super::model::table_name;
use crate::tokens::{ident, is_member, is_punct, starts_with};

/// A part of such an expression.
pub(crate) enum Part<'t> {
    Column(&'t Ident),
    /// A literal, and whether a minus stands before it.
    Constant(&'t Literal, bool),
    /// `true` or `false`
    Boolean(&'t Ident),
    /// What is in parentheses, brackets or braces, which has parts of its own.
    Group(&'t Group),
    Other(&'t TokenTree),
}

/// The parts of `tokens`, in their order.
pub(crate) fn parts<'t>(table: &Path, tokens: &'t [TokenTree]) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let next = tokens.get(at + 1);
        let member = is_member(tokens, at);
        if let Some((column, length)) = qualified(table, &tokens[at..]).filter(|_| !member) {
            parts.push(Part::Column(column));
            at += length;
            continue;
        }
        parts.push(match (&tokens[at], next) {
            (TokenTree::Ident(name), _) if !member && (name == "true" || name == "false") => {
                Part::Boolean(name)
            }
            (TokenTree::Ident(name), next)
                if !member
                    && !is_punct(next, '!')
                    && !is_punct(next, ':')
                    && !matches!(next, Some(TokenTree::Group(_))) =>
            {
                Part::Column(name)
            }
            (TokenTree::Punct(minus), Some(TokenTree::Literal(literal)))
                if minus.as_char() == '-' && starts_operand(tokens, at) =>
            {
                at += 1;
                Part::Constant(literal, true)
            }
            (TokenTree::Literal(literal), _) if !member => Part::Constant(literal, false),
            (TokenTree::Group(group), _) => Part::Group(group),
            (token, _) => Part::Other(token),
        });
        at += 1;
    }
    parts
}

/// The column of `table.column`, as everywhere else, or of `table::column`, and how many tokens
/// they are.
pub(crate) fn qualified<'t>(table: &Path, tokens: &'t [TokenTree]) -> Option<(&'t Ident, usize)> {
    ident(tokens.first()).filter(|name| Some(*name) == table_name(table))?;
    let rest = &tokens[1..];
    let dots = if is_punct(rest.first(), '.') { 1 } else { 2 };
    let column = ident(rest.get(dots)).filter(|_| dots == 1 || starts_with(rest, "::"))?;
    Some((column, 2 + dots))
}

/// A constant as SQL; `None` where SQL has no such thing.
pub(crate) fn constant(literal: &Literal, negative: bool) -> Option<String> {
    let sign = if negative { "-" } else { "" };
    Some(match Lit::new(literal.clone()) {
        Lit::Str(text) => format!("'{}'", text.value().replace('\'', "''")),
        Lit::Int(number) => format!("{sign}{}", number.base10_digits()),
        Lit::Float(number) => format!("{sign}{}", number.base10_digits()),
        _ => return None,
    })
}

/// Whether an operand starts at `at`, so that a `-` there is a sign.
fn starts_operand(tokens: &[TokenTree], at: usize) -> bool {
    at == 0 || matches!(&tokens[at - 1], TokenTree::Punct(_))
}
