//! `values =`: the proposed row; and `key =` and `defaults =`, which are parts of one.

use proc_macro2::{Delimiter, Group, TokenTree};
use syn::{Expr, ExprPath};

use super::expression::{COMMA, unparsable};
use crate::errors::Errors;
use crate::statement::model::{Field, Values};
use crate::tokens::{
    group, ident, is_expression, is_punct, split_list, starts_with, stream, trees,
};

/// A literal row in braces, or anything `Insertable`: what is in the section of this `name`.
pub(crate) fn parse(name: &str, value: &[TokenTree], errors: &mut Errors) -> Option<Values> {
    let Some(braces) = group(value.first(), Delimiter::Brace).filter(|_| value.len() == 1) else {
        let parentheses = group(value.first(), Delimiter::Parenthesis).filter(|_| value.len() == 1);
        if let Some(parentheses) = parentheses {
            let inner = trees(parentheses.stream());
            if ident(inner.first()).is_some()
                && is_punct(inner.get(1), ':')
                && !is_punct(inner.get(2), ':')
            {
                errors.push(
                    parentheses,
                    format!(
                        "a literal row stands in braces\nhelp: `{name} = {{ {} }}`",
                        parentheses.stream()
                    ),
                );
                return None;
            }
        }
        let rows = group(value.first(), Delimiter::Bracket)
            .filter(|rows| group(trees(rows.stream()).first(), Delimiter::Brace).is_some());
        if let Some(rows) = rows {
            errors.push(
                rows,
                "an upsert takes one row\nhelp: each is a statement of its own: `for row in &rows { upsert.values(row).execute(conn)?; }`",
            );
            return None;
        }
        return row(value, errors).map(Values::Row);
    };
    let inner = trees(braces.stream());
    let parts = split_list(&inner, is_field);
    if parts.is_empty() {
        errors.push(
            braces,
            format!("an empty `{name}`\nhelp: `{name} = {{ page: \"/\", n: 1 }}`"),
        );
        return None;
    }
    let fields: Vec<_> = parts
        .iter()
        .map(|part| field(name, part, braces, errors))
        .collect();
    fields
        .into_iter()
        .collect::<Option<_>>()
        .map(Values::Literal)
}

fn is_field(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Ident(_)] => true,
        [TokenTree::Ident(_), colon, value @ ..] => {
            is_punct(Some(colon), ':') && is_expression(value)
        }
        _ => false,
    }
}

/// `column: value`, or `column` for `column: column`.
fn field(name: &str, tokens: &[TokenTree], braces: &Group, errors: &mut Errors) -> Option<Field> {
    let Some(column) = ident(tokens.first()) else {
        match tokens.first() {
            None => errors.push(braces, "two commas with nothing between them"),
            Some(dot) if starts_with(tokens, "..") => {
                errors.push(dot, format!("`..` is for `set`; `{name}` names each column\nhelp: a whole struct is a row: `{name} = &hit`"));
            }
            Some(token) => errors.push(
                token,
                format!("expected a column\nhelp: `{name} = {{ page: \"/\", n: 1 }}`"),
            ),
        }
        return None;
    };
    let value = match &tokens[1..] {
        // Not parsed: a keyword is no expression, and is complained about later.
        [] => Some(Expr::Path(ExprPath {
            attrs: Vec::new(),
            qself: None,
            path: column.clone().into(),
        })),
        [colon, value @ ..] if is_punct(Some(colon), ':') && !starts_with(&tokens[1..], "::") => {
            if value.is_empty() {
                errors.push(
                    column,
                    format!("`{column}:` has no value\nhelp: `{column}: value`"),
                );
                return None;
            }
            row(value, errors)
        }
        [eq, ..] if is_punct(Some(eq), '=') => {
            errors.push(
                eq,
                format!("`{name}` is written like a struct\nhelp: `{column}: value`"),
            );
            None
        }
        [other, ..] => {
            errors.push(
                other,
                format!("expected `:` after the column\nhelp: `{column}: value`"),
            );
            None
        }
    }?;
    Some(Field {
        column: column.clone(),
        value,
    })
}

/// A value, in which `excluded` and the table's name mean nothing.
fn row(value: &[TokenTree], errors: &mut Errors) -> Option<Expr> {
    syn::parse2(stream(value))
        .map_err(|error| unparsable(error, value, ("the value", COMMA), errors))
        .ok()
}
