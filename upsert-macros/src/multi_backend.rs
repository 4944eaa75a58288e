//! `multi_backend!`: the whole story.
//!
//! ```text
//! MULTI: BACKEND, ..
//! ```

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Token, Type};

use crate::errors::Errors;
use crate::tokens::located;

const FORM: &str = "help: `multi_backend!(MultiBackend: Pg, Sqlite);`";

/// Whatever a dialect spells and that goes into other queries too, with the number of its
/// parameters.
const NODES: [(&str, usize); 6] = [
    ("Upsert", 4),
    ("ConflictValues", 2),
    ("Arithmetic", 3),
    ("OrZero", 1),
    ("Coalesce", 2),
    ("Extreme", 3),
];

struct Call {
    multi: Type,
    /// Those that it may be.
    backends: Vec<Type>,
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut input = input.into_iter();
    let Some(krate) = input.next() else {
        return TokenStream::new();
    };
    let mut errors = Errors::default();
    let parse = |input: ParseStream<'_>| parse(input, &mut errors);
    let call = match parse.parse2(input.collect()) {
        Ok(call) => call,
        Err(error) => return error.into_compile_error(),
    };
    check(&call.backends, &mut errors);
    if errors.is_empty() {
        return implementations(&krate, &call);
    }
    // As if it could be any: no errors that follow from errors.
    let backends = Vec::new();
    let stand_in = implementations(&krate, &Call { backends, ..call });
    let errors = errors.into_compile_errors();
    quote!(#stand_in #errors)
}

fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Call> {
    let what = "expected the backend of a `MultiConnection`";
    let multi: Type = input
        .parse()
        .map_err(|error| syn::Error::new(error.span(), format!("{what}\n{FORM}")))?;
    let written = multi.to_token_stream();
    if input.is_empty() {
        let help = format!("help: `multi_backend!({written}: Pg, Sqlite);`");
        errors.push(
            &multi,
            format!("expected `:` and the backends that it may be\n{help}"),
        );
    } else if input.peek(Token![:]) {
        let colon: Token![:] = input.parse()?;
        if input.is_empty() {
            let help = format!("help: `multi_backend!({written}: Pg, Sqlite);`");
            errors.push(colon, format!("no backend behind the `:`\n{help}"));
        }
    } else {
        let behind = input.to_string().replace(" ,", ",");
        let help = format!("help: `multi_backend!(MultiBackend: {written}{behind});`");
        return Err(syn::Error::new_spanned(
            written,
            format!("{what} and a `:` before those that it may be\n{help}"),
        ));
    }
    let mut backends = Punctuated::<Type, Token![,]>::new();
    while !input.is_empty() {
        let backend = input.parse().map_err(|error| {
            syn::Error::new(error.span(), format!("expected a backend\n{FORM}"))
        })?;
        backends.push_value(backend);
        if input.is_empty() {
            break;
        }
        if !input.peek(Token![,]) {
            return Err(input.error(format!("expected `,` between two backends\n{FORM}")));
        }
        backends.push_punct(input.parse()?);
    }
    let backends = backends.into_iter().collect();
    Ok(Call { multi, backends })
}

fn check(backends: &[Type], errors: &mut Errors) {
    let names: Vec<_> = backends
        .iter()
        .map(|backend| backend.to_token_stream().to_string())
        .collect();
    for (at, backend) in backends.iter().enumerate() {
        let name = &names[at];
        if names[..at].contains(name) {
            errors.push(
                backend,
                format!("`{name}` is named twice\nhelp: name each backend of the connection once"),
            );
        }
    }
}

fn implementations(krate: &TokenTree, Call { multi, backends }: &Call) -> TokenStream {
    // What is wrong with a type is said at its name, and once: the compiler says nothing twice.
    let there = |of: &Type| Span::mixed_site().located_at(of.span());
    let rendered = backends.iter().map(|backend| {
        let krate = located(krate, backend.span());
        quote_spanned!(there(backend)=> #krate::__private::Rendered<#backend>)
    });
    let rendered = quote!(#(#rendered)+*);
    // The compiler calls the node by this name where a backend is missing.
    let node = Ident::new("OnlyTheBackendsThatAreNamed", Span::mixed_site());
    let diesel = quote!(#krate::__private::diesel);
    let at_multi = located(krate, multi.span());
    let query_builder = quote_spanned!(there(multi)=> #at_multi::__private::diesel::query_builder);
    let fragment = quote_spanned!(there(multi)=> #query_builder::QueryFragment<#multi>);
    let pass = quote_spanned!(there(multi)=> #query_builder::AstPass<'_, 'b, #multi>);
    let walk = match backends.is_empty() {
        // There is an error beside it, so that nobody runs this.
        true => quote!({
            let _ = (node, out);
            ::core::result::Result::Ok(())
        }),
        false => quote_spanned!(there(multi)=> <#multi>::walk_variant_ast(node, out)),
    };
    let implementations = NODES.iter().map(|(name, params)| {
        let name = Ident::new(name, Span::call_site());
        let params = (0..*params).map(|n| format_ident!("P{n}"));
        let params = quote!(<#(#params),*>);
        quote_spanned! {Span::mixed_site()=>
            impl #params #fragment for #krate::__private::nodes::#name #params
            where
                Self: #rendered,
            {
                fn walk_ast<'b>(&'b self, out: #pass) -> #diesel::QueryResult<()> {
                    walk(self, out)
                }
            }
        }
    });
    quote_spanned! {Span::mixed_site()=>
        const _: () = {
            fn walk<'b, #node: #rendered>(node: &'b #node, out: #pass) -> #diesel::QueryResult<()> {
                #walk
            }
            #(#implementations)*
        };
    }
}

#[cfg(test)]
mod tests {
    use super::expand;
    use crate::fuzz::Fuzz;

    const FUZZ: Fuzz = Fuzz {
        expand,
        calls: &[
            "MultiBackend: Pg, diesel::sqlite::Sqlite,",
            "a::B<'a>: C<D, E>",
        ],
        words: &[
            "MultiBackend",
            "Pg",
            "::",
            ":",
            ",",
            "<",
            ">",
            "=",
            "fn",
            "1",
            "\"x\"",
            "'a",
            "&",
            "$",
        ],
        // Items, or complaints.
        is_whole: |expanded| syn::parse2::<syn::File>(expanded).is_ok(),
    };

    #[test]
    fn every_valid_call_expands_without_complaint() {
        FUZZ.accepts_its_calls();
    }

    #[test]
    fn no_call_with_a_token_left_out_doubled_or_replaced_panics() {
        FUZZ.mutate();
    }

    #[test]
    fn no_heap_of_tokens_panics() {
        FUZZ.heap();
    }
}
