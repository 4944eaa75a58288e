//! Rust expressions with references to the two rows in them.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Path};

use super::model::Value;
use super::references;
use crate::errors::Errors;
use crate::tokens::{is_punct, stream, trees};

/// A Rust expression with references to the two rows.
pub(crate) fn parse(
    krate: &TokenTree,
    table: &Path,
    tokens: &[TokenTree],
    what: &str,
    errors: &mut Errors,
) -> Option<Value> {
    let parsed = match syn::parse2::<Expr>(stream(tokens)) {
        Ok(parsed) => parsed,
        Err(error) => {
            unparsable(error, tokens, what, errors);
            return None;
        }
    };
    comparison(&parsed, table, errors)?;
    Some(references::resolve(krate, table, tokens))
}

/// Adds what `syn` says of an expression, and what may help.
pub(crate) fn unparsable(error: syn::Error, tokens: &[TokenTree], what: &str, errors: &mut Errors) {
    let message = error.to_string();
    match tokens.last() {
        // At the end of its tokens `syn` can point at the whole call only.
        Some(last) if message.contains("unexpected end of input") => {
            errors.push(last, format!("expected {what} to go on after this"));
        }
        _ if message.starts_with("unexpected token") => {
            let help = format!("{message}\nhelp: is there a `,` missing before it?");
            errors.add(syn::Error::new(error.span(), help));
        }
        _ => errors.add(error),
    }
}

/// Refuses a Rust comparison of a column: it compares types that cannot be compared, far from here.
fn comparison(expression: &Expr, table: &Path, errors: &mut Errors) -> Option<()> {
    use syn::BinOp::{And, Eq, Ge, Gt, Le, Lt, Ne, Or};
    let Expr::Binary(binary) = expression else {
        return Some(());
    };
    let method = match binary.op {
        Lt(_) => "lt",
        Gt(_) => "gt",
        Le(_) => "le",
        Ge(_) => "ge",
        Eq(_) => "eq",
        Ne(_) => "ne",
        And(_) => "and",
        Or(_) => "or",
        _ => return Some(()),
    };
    let column = match &*binary.left {
        Expr::Field(field) => match (&*field.base, &field.member) {
            (Expr::Path(path), syn::Member::Named(member)) => path
                .path
                .get_ident()
                .filter(|name| Some(*name) == references::table_name(table) || *name == "excluded")
                .map(|name| format!("{name}.{member}")),
            _ => None,
        },
        Expr::MethodCall(_) | Expr::Paren(_) if mentions_row(&binary.left, table) => {
            Some("left".into())
        }
        _ => None,
    };
    let Some(column) = column else {
        return Some(());
    };
    errors.push(
        binary.op,
        format!("SQL comparisons are methods here: Rust's operators give a `bool`\nhelp: `{column}.{method}(..)`"),
    );
    None
}

/// Whether one of the two rows is mentioned in `expression`.
fn mentions_row(expression: &Expr, table: &Path) -> bool {
    fn any(tokens: TokenStream, table: &Path) -> bool {
        let tokens = trees(tokens);
        tokens.iter().enumerate().any(|(at, token)| match token {
            TokenTree::Group(group) => any(group.stream(), table),
            TokenTree::Ident(name) => {
                (Some(name) == references::table_name(table) || name == "excluded")
                    && is_punct(tokens.get(at + 1), '.')
            }
            _ => false,
        })
    }
    any(expression.to_token_stream(), table)
}
