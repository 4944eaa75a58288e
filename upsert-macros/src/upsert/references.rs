//! `table.column` and `excluded.column` inside a Rust expression.
//!
//! This works on tokens, not on a syntax tree, so that it reaches into the arguments of other macros and
//! every other token keeps its span.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use super::model::{Reads, Value};
use crate::tokens::{ident, is_member, is_punct, located, plain, respanned, trees};

/// Functions of `upsert_runtime::dsl` and methods of Diesel's: they read their arguments only.
const FUNCTIONS: [&str; 3] = ["greatest", "least", "coalesce"];
const METHODS: [&str; 12] = [
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "and",
    "or",
    "is_null",
    "is_not_null",
    "nullable",
    "assume_not_null",
];

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

/// The expression for a column.
///
/// It goes through a function that changes nothing, for its span: the compiler complains about the type of
/// a column where the caller wrote it, from `start` to its name, and about the table where that is named.
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
    let mut argument = Group::new(Delimiter::Parenthesis, argument);
    argument.set_span(end);
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
/// By its path, in which a wrong table is one complaint at one place, however often it is made. A name in
/// capitals is rather a struct that was taken for a table: in a path each use of it would be a complaint
/// of its own, in an import they are one.
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
                    self.reads.certain.push(plain(field));
                    let column = column(krate, self.table, field.span(), field);
                    out.extend(call(
                        krate,
                        quote!(__private::stored),
                        name.span(),
                        column,
                        field.span(),
                    ));
                    at += 3;
                }
                (TokenTree::Ident(name), Some(field)) if name == "excluded" => {
                    let column = column(krate, self.table, field.span(), field);
                    out.extend(call(
                        krate,
                        quote!(dsl::excluded),
                        name.span(),
                        column,
                        field.span(),
                    ));
                    at += 3;
                }
                (TokenTree::Group(group), _) => {
                    let mut inner =
                        Group::new(group.delimiter(), self.tokens(&trees(group.stream())));
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
        let method = at > 0 && is_punct(tokens.get(at - 1), '.');
        let known: &[&str] = if method { &METHODS } else { &FUNCTIONS };
        if name == "true" || name == "false" || called && known.contains(&name.as_str()) {
            return;
        }
        self.reads.unseen = true;
        self.reads.possible.push(name);
    }
}
