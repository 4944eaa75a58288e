//! Small questions about tokens.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;

pub(crate) fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == c)
}

/// Whether `tokens` start with the operator `op`, written without spaces.
pub(crate) fn starts_with(tokens: &[TokenTree], op: &str) -> bool {
    let last = op.len() - 1;
    op.chars().enumerate().all(|(i, c)| {
        matches!(tokens.get(i), Some(TokenTree::Punct(p))
            if p.as_char() == c && (i == last || p.spacing() == Spacing::Joint))
    })
}

/// Whether `tokens` start with a single `=`: no `==` and no `=>`.
pub(crate) fn starts_with_eq(tokens: &[TokenTree]) -> bool {
    starts_with(tokens, "=") && !starts_with(tokens, "==") && !starts_with(tokens, "=>")
}

pub(crate) fn ident(token: Option<&TokenTree>) -> Option<&Ident> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident),
        _ => None,
    }
}

pub(crate) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// An identifier without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Whether `ident` is a keyword, which names a column as `r#ident` only.
pub(crate) fn is_keyword(ident: &Ident) -> bool {
    syn::parse2::<Ident>(TokenTree::from(ident.clone()).into()).is_err()
}

pub(crate) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// Splits at commas outside of any bracket; a trailing comma adds nothing.
pub(crate) fn split_at_commas(tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut parts: Vec<_> = tokens.split(|token| is_punct(Some(token), ',')).collect();
    if parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts
}

/// `token` as if it stood at `span`, where complaints about it go; it means what it did.
pub(crate) fn located(token: &TokenTree, span: Span) -> TokenTree {
    let mut token = token.clone();
    token.set_span(token.span().located_at(span));
    token
}
