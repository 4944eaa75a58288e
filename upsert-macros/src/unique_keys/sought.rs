//! What is named in SQL, a table or a column, and may not be there.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Path;

use super::model::{Declared, Table};
use crate::tokens::located;
use upsert_schema::Dialect;

/// `inner` where a table is named by its modules alone. Others stand in for those that `schema`
/// lacks: what the glob has is nearer.
pub(super) fn with_stand_in(schema: &Path, modules: &[Ident], inner: &TokenStream) -> TokenStream {
    let stand_in = modules.iter().rev().fold(
        quote!(
            pub struct table;
        ),
        |inner, module| quote!(pub mod #module { #inner }),
    );
    quote! {{
        #[allow(
            non_camel_case_types, dead_code, unreachable_pub, missing_docs, missing_debug_implementations
        )]
        #stand_in
        {
            #[allow(unused_imports)]
            use #schema::*;
            #inner
        }
    }}
}

/// Stops the compiler at each key that names a column in SQL which the table lacks.
pub(super) fn must_have(krate: &TokenTree, table: &Table, path: &TokenStream) -> TokenStream {
    let of_key = |declared: &Declared| {
        let span = first_span(&declared.tokens);
        let origin = &declared.origin;
        let krate = located(krate, span);
        let reads = &declared.key.reads;
        let elements = reads.elements.iter().zip(&declared.written);
        let elements = elements.filter(|(_, written)| written.is_none());
        let names = elements.flat_map(|((columns, _), _)| columns);
        let names: BTreeSet<_> = names.chain(&reads.predicate).collect();
        let calls = names.iter().map(|name| {
            let sought = sought_by(&krate, declared, path, name);
            quote_spanned!(span=> #krate::__private::must_have(#sought, #origin);)
        });
        let calls: Vec<_> = calls.collect();
        (!calls.is_empty()).then(|| quote!(const _: () = { #(#calls)* };))
    };
    table.keys.iter().filter_map(of_key).collect()
}

/// A column by its SQL name, which the table may lack.
pub(super) fn sought_column(
    krate: &TokenTree,
    declared: &Declared,
    path: &TokenStream,
    name: &str,
) -> TokenStream {
    let sought = sought_by(krate, declared, path, name);
    quote!(#krate::__private::find_column(#sought))
}

/// What a column is looked up by.
fn sought_by(
    krate: &TokenTree,
    declared: &Declared,
    path: &TokenStream,
    name: &str,
) -> TokenStream {
    let case = declared.dialect == Dialect::Postgres;
    quote! {
        {
            use #krate::__private::ProbeNothing as _;
            <#krate::__private::Probe<#path::table>>::COLUMNS
        },
        #name,
        #case
    }
}

fn first_span(tokens: &TokenStream) -> Span {
    tokens
        .clone()
        .into_iter()
        .next()
        .map_or_else(Span::call_site, |token| token.span())
}
