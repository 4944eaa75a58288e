//! The elements and the predicate of an index, as nodes of the runtime.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{LitStr, Path};

use super::columns;
use crate::statement::index::{self, Part};
use crate::tokens::{grouped, located, trees};

/// `tokens` with a node in the place of each column and constant.
pub(super) fn resolve(krate: &TokenTree, table: &Path, tokens: &[TokenTree]) -> TokenStream {
    let mut out = TokenStream::new();
    for part in index::parts(table, tokens) {
        match part {
            Part::Column(name) => out.extend(column(krate, table, name)),
            Part::Constant(literal, negative) => {
                let sql = index::constant(literal, negative).unwrap_or_default();
                out.extend(constant(krate, literal.span(), &sql));
            }
            // SQLite compares the text of the constant, case and all; keywords are mostly in
            // capitals.
            Part::Boolean(name) => {
                out.extend(constant(
                    krate,
                    name.span(),
                    &name.to_string().to_uppercase(),
                ));
            }
            Part::Group(group) => {
                let inner = resolve(krate, table, &trees(group.stream()));
                let group = grouped(group.delimiter(), inner, group.span());
                out.extend([TokenTree::Group(group)]);
            }
            Part::Other(token) => out.extend([token.clone()]),
        }
    }
    out
}

fn column(krate: &TokenTree, table: &Path, name: &Ident) -> TokenStream {
    let column = columns::column(krate, table, name.span(), name);
    let krate = located(krate, name.span());
    quote_spanned!(name.span()=> #krate::__private::index_column(#column))
}

fn constant(krate: &TokenTree, span: Span, sql: &str) -> TokenStream {
    let sql = LitStr::new(sql, span);
    quote_spanned!(span=> #krate::__private::index_literal(#krate::__static_str!(#sql)))
}
