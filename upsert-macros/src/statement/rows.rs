//! `table.column` and `excluded.column` among the tokens of a Rust expression.
//!
//! This works on tokens, not on a syntax tree, so that it reaches into the arguments of other
//! macros and every other token keeps its span.

use proc_macro2::{Group, Ident, TokenTree};
use syn::Path;

use super::model::table_name;
use crate::tokens::{ident, is_member, is_punct};

/// A part of an expression.
pub(crate) enum Part<'t> {
    /// `table.column`: the name of the table, and the column.
    Stored(&'t Ident, &'t Ident),
    /// `excluded.column`
    Proposed(&'t Ident, &'t Ident),
    /// What is in parentheses, brackets or braces, which has parts of its own.
    Group(&'t Group),
    /// The token at this position.
    Other(usize),
}

/// The parts of `tokens`, in their order.
pub(crate) fn parts<'t>(table: &Path, tokens: &'t [TokenTree]) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let column = is_punct(tokens.get(at + 1), '.')
            .then(|| ident(tokens.get(at + 2)))
            .flatten()
            .filter(|_| !is_member(tokens, at));
        let part = match (&tokens[at], column) {
            (TokenTree::Ident(name), Some(column)) if Some(name) == table_name(table) => {
                Part::Stored(name, column)
            }
            (TokenTree::Ident(name), Some(column)) if name == "excluded" => {
                Part::Proposed(name, column)
            }
            (TokenTree::Group(group), _) => Part::Group(group),
            _ => Part::Other(at),
        };
        at += match part {
            Part::Stored(..) | Part::Proposed(..) => 3,
            Part::Group(_) | Part::Other(_) => 1,
        };
        parts.push(part);
    }
    parts
}
