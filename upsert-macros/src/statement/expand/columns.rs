//! Columns: those of the statement, and `table.column` and `excluded.column` inside a Rust
//! expression.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use crate::statement::model::table_name;
use crate::statement::rows::{self, Part};
use crate::tokens::{grouped, located, plain, respanned, trees};

/// `tokens` with a column in the place of each reference.
pub(crate) fn resolve(krate: &TokenTree, table: &Path, tokens: &[TokenTree]) -> TokenStream {
    let mut out = TokenStream::new();
    for part in rows::parts(table, tokens) {
        let (function, row, name) = match part {
            Part::Stored(row, name) => (quote!(__private::stored), row, name),
            Part::Proposed(row, name) => (quote!(dsl::excluded), row, name),
            Part::Group(group) => {
                let inner = resolve(krate, table, &trees(group.stream()));
                let group = grouped(group.delimiter(), inner, group.span());
                out.extend([TokenTree::Group(group)]);
                continue;
            }
            Part::Other(at) => {
                out.extend([tokens[at].clone()]);
                continue;
            }
        };
        let column = column(krate, table, name.span(), name);
        out.extend(call(krate, function, row.span(), column, name.span()));
    }
    out
}

/// The expression for a column.
///
/// It goes through a function that changes nothing, for its span: the compiler complains about the
/// type of a column where the caller wrote it, from `start` to its name, and about the table where
/// that is named.
pub(crate) fn column(krate: &TokenTree, table: &Path, start: Span, name: &Ident) -> TokenStream {
    let member = member(table, &quote!(#name));
    call(krate, quote!(__private::column), start, member, name.span())
}

/// The SQL name of a column, as a constant.
pub(crate) fn column_name(krate: &TokenTree, table: &Path, name: &Ident) -> TokenStream {
    let member = member(table, &quote!(#name));
    let span = name.span();
    call(krate, quote!(__private::name), span, member, span)
}

/// `$crate::function(argument)`, which stands from `start` to `end` for the compiler's complaints.
fn call(
    krate: &TokenTree,
    function: TokenStream,
    start: Span,
    argument: TokenStream,
    end: Span,
) -> TokenStream {
    let krate = located(krate, start);
    let function: TokenStream = function
        .into_iter()
        .map(|mut token| {
            token.set_span(start);
            token
        })
        .collect();
    let argument = grouped(Delimiter::Parenthesis, argument, end);
    quote_spanned!(start=> #krate::#function #argument)
}

/// The expression for the table itself.
pub(crate) fn table(table: &Path) -> TokenStream {
    member(table, &quote_spanned!(table.span()=> table))
}

/// `body` with the type of the table.
pub(crate) fn with_table_type(
    table: &Path,
    body: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let path = respanned(table);
    if is_struct(table) {
        let body = body(quote!(member));
        quote_spanned!(table.span()=> use #path::table as member; #body)
    } else {
        body(quote_spanned!(table.span()=> #path::table))
    }
}

/// Something in the module that `table!` made.
///
/// By its path, in which a wrong table is one complaint at one place, however often it is made. A
/// name in capitals is rather a struct that was taken for a table: in a path each use of it would
/// be a complaint of its own, in an import they are one.
fn member(table: &Path, member: &TokenStream) -> TokenStream {
    let path = respanned(table);
    if is_struct(table) {
        quote_spanned!(table.span()=> { use #path::#member as member; member })
    } else {
        quote_spanned!(table.span()=> #path::#member)
    }
}

/// Whether `table` may be a struct: by its capital.
fn is_struct(table: &Path) -> bool {
    table_name(table).is_some_and(|name| plain(name).starts_with(char::is_uppercase))
}
