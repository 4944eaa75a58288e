//! A row that is found or created.
//!
//! ```text
//! match ((key_part, key_part), returned) {
//!     (key, returned) => {
//!         const CHECK: Check = ..; // check.rs
//!         get_or_create(table, target, (key.0, (key.1, ())), returned, |(k0, (k1, ()))| {
//!             row(table, (k0.proposed(), k1.proposed(), default))
//!         })
//!     }
//! }
//! ```
//!
//! What is in `defaults` is evaluated where it is needed, so it stands in a closure.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Index;
use syn::spanned::Spanned;

use super::{Evaluated, check, column, columns, name, nested, returning, target};
use crate::statement::model::{Creation, Field, Section, Values};
use crate::statement::plan::Plan;

/// The whole of it.
pub(crate) fn creation(creation: &Creation) -> TokenStream {
    let call = &creation.statement;
    let krate = &call.krate;
    let table = columns::table(&call.table);
    let fields = match &call.values {
        Some(Values::Literal(fields)) => &fields[..],
        _ => &[],
    };
    let mut evaluated = Evaluated::default();
    let mut key = TokenStream::new();
    let mut returned = quote!(#krate::__private::all_columns(#table));
    for section in &call.written {
        match (section, &call.returning) {
            (Section::Values, _) => key = parts(creation, fields, &mut evaluated),
            (Section::Returning, Some(columns)) => {
                returned = evaluated.push(returning(call, columns));
            }
            _ => {}
        }
    }
    let name = name(call);
    let constants = check::constants(call, &Plan::default());
    let looked_for = check::looked_for(call, fields);
    let target = check::checked_for_one_that_is_read(call, target(call));
    let row = row(creation, fields);
    let function = match creation.locks {
        true => quote!(lock_or_create),
        false => quote!(get_or_create),
    };
    let Evaluated { names, values } = &evaluated;
    quote!(match (#(#values,)*) { (#(#names,)*) => {
        #[allow(unused_imports)]
        use #krate::__private::UnlessNull as _;
        #name
        #constants
        #looked_for
        #krate::__private::#function(#table, #target, #key, #returned, #row)
    } })
}

/// The values of the key, as a nested tuple.
fn parts(creation: &Creation, fields: &[Field], evaluated: &mut Evaluated) -> TokenStream {
    let call = &creation.statement;
    let krate = &call.krate;
    let parts = fields.iter().map(|field| {
        let column = column(call, &field.column);
        let value = &field.value;
        quote!(#krate::__private::key_part(#column, #value))
    });
    let key = evaluated.push(quote!((#(#parts,)*)));
    nested(fields.iter().enumerate().map(|(at, field)| {
        let at = Index::from(at);
        let not_null = match check::may_need(call, field) {
            true => check::not_null(call, field),
            false => quote!(.unless_null::<false, _>()),
        };
        quote!(#key.#at #not_null)
    }))
}

/// The closure that makes a row of the key.
fn row(creation: &Creation, fields: &[Field]) -> TokenStream {
    let call = &creation.statement;
    let krate = &call.krate;
    let table = columns::table(&call.table);
    let names: Vec<_> = (0..fields.len())
        .map(|at| Ident::new(&format!("key{at}"), Span::mixed_site()))
        .collect();
    let pattern = nested(names.iter().map(|name| quote!(#name)));
    let defaults = match &creation.defaults {
        None => TokenStream::new(),
        Some(Values::Row(row)) => quote!(#row,),
        Some(Values::Literal(fields)) => {
            let values = fields.iter().map(|field| {
                let column = column(call, &field.column);
                let value = &field.value;
                quote!(#krate::__private::value(#column, #value))
            });
            quote!(#(#values,)*)
        }
    };
    // At the table, for the type of a closure is its place, and a file of ours says nothing.
    let place = Span::mixed_site().located_at(call.table.span());
    quote_spanned!(place=> |#pattern| {
        #krate::__private::row(#table, (#(#names.proposed(),)* #defaults))
    })
}
