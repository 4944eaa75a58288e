//! `table.column` and `excluded.column` inside a Rust expression.
//!
//! This works on tokens, not on a syntax tree, so that it reaches into the arguments of other macros and
//! every other token keeps its span.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::{Path, parse_quote};

use super::model::{Reads, Value};
use crate::tokens::{ident, is_punct, plain};

/// Functions of `upsert_runtime::dsl`, of which it is known that they read their arguments only.
const DSL: [&str; 3] = ["greatest", "least", "coalesce"];

/// Makes columns of all references in `tokens`.
pub(crate) fn resolve(krate: &TokenTree, table: &Path, tokens: &[TokenTree]) -> Value {
    let mut scan = Scan {
        krate,
        table,
        reads: Reads::default(),
    };
    let tokens = scan.tokens(tokens);
    Value {
        tokens,
        reads: scan.reads,
    }
}

/// The path of a column.
pub(crate) fn column(table: &Path, column: &Ident) -> Path {
    let mut path = table.clone();
    path.segments.push(parse_quote!(columns));
    path.segments.push(column.clone().into());
    path
}

/// The last segment of the table's path, which is its name in expressions.
pub(crate) fn table_name(table: &Path) -> Option<&Ident> {
    table.segments.last().map(|segment| &segment.ident)
}

struct Scan<'a> {
    krate: &'a TokenTree,
    table: &'a Path,
    reads: Reads,
}

impl Scan<'_> {
    fn tokens(&mut self, tokens: &[TokenTree]) -> TokenStream {
        let krate = self.krate;
        let mut out = TokenStream::new();
        let mut at = 0;
        while at < tokens.len() {
            let field = is_punct(tokens.get(at + 1), '.')
                .then(|| ident(tokens.get(at + 2)))
                .flatten()
                .filter(|_| !is_member(tokens, at));
            match (&tokens[at], field) {
                (TokenTree::Ident(name), Some(field)) if Some(name) == table_name(self.table) => {
                    let column = column(self.table, field);
                    self.reads.certain.push(plain(field));
                    out.extend(quote!(#column));
                    at += 3;
                }
                (TokenTree::Ident(name), Some(field)) if name == "excluded" => {
                    let column = column(self.table, field);
                    out.extend(quote!(#krate::__private::excluded(#column)));
                    at += 3;
                }
                (TokenTree::Group(group), _) => {
                    let mut inner =
                        Group::new(group.delimiter(), self.tokens(&flat(group.stream())));
                    inner.set_span(group.span());
                    out.extend([TokenTree::Group(inner)]);
                    at += 1;
                }
                (token, _) => {
                    self.note(tokens, at);
                    out.extend([token.clone()]);
                    at += 1;
                }
            }
        }
        out
    }

    /// Notes what an ordinary token may read.
    fn note(&mut self, tokens: &[TokenTree], at: usize) {
        let TokenTree::Ident(name) = &tokens[at] else {
            return;
        };
        let name = plain(name);
        let called = matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
        if name == "true" || name == "false" || (called && DSL.contains(&name.as_str())) {
            return;
        }
        // A method cannot read what neither its receiver nor its arguments do.
        if at > 0 && is_punct(tokens.get(at - 1), '.') && called {
            return;
        }
        self.reads.unseen = true;
        self.reads.possible.push(name);
    }
}

/// Whether the token at `at` is the member of something: `x.table` or `x::table`.
fn is_member(tokens: &[TokenTree], at: usize) -> bool {
    at > 0
        && (is_punct(tokens.get(at - 1), '.') && !is_range(tokens, at)
            || is_punct(tokens.get(at - 1), ':'))
}

/// Whether `..` stands in front of the token at `at`.
fn is_range(tokens: &[TokenTree], at: usize) -> bool {
    at > 1 && is_punct(tokens.get(at - 2), '.')
}

pub(crate) fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    tokens.into_iter().collect()
}
