//! `table.column` and `excluded.column` inside a Rust expression.
//!
//! This works on tokens, not on a syntax tree, so that it reaches into the arguments of other macros and
//! every other token keeps its span.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use super::model::{Reads, Value};
use crate::tokens::{ident, is_punct, located, plain};

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

/// The expression for a column.
///
/// It goes through a function that changes nothing, for its span: the compiler complains about the type of
/// a column where the caller wrote it, from `start` to its name, and about the table where that is named.
pub(crate) fn column(krate: &TokenTree, table: &Path, start: Span, name: &Ident) -> TokenStream {
    let member = member(table, &quote!(#name));
    let mut argument = Group::new(Delimiter::Parenthesis, member);
    argument.set_span(name.span());
    let krate = located(krate, start);
    quote_spanned!(start=> #krate::__private::column #argument)
}

/// The expression for the table itself.
pub(crate) fn table(table: &Path) -> TokenStream {
    member(table, &quote_spanned!(table.span()=> table))
}

/// Something in the module that `table!` made.
///
/// By its path, in which a wrong table is one complaint at one place, however often it is made. A name in
/// capitals is rather a struct that was taken for a table: in a path each use of it would be a complaint
/// of its own, in an import they are one.
fn member(table: &Path, member: &TokenStream) -> TokenStream {
    // As part of the expansion, so that lints such as `unused_qualifications` leave it alone.
    let mut table = table.clone();
    for segment in &mut table.segments {
        segment
            .ident
            .set_span(Span::call_site().located_at(segment.ident.span()));
    }
    let table = &table;
    let capital = table_name(table).is_some_and(|name| plain(name).starts_with(char::is_uppercase));
    if capital {
        quote_spanned!(table.span()=> { use #table::#member as member; member })
    } else {
        quote_spanned!(table.span()=> #table::#member)
    }
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
                    out.extend(column(krate, self.table, name.span(), field));
                    at += 3;
                }
                (TokenTree::Ident(name), Some(field)) if name == "excluded" => {
                    let column = column(krate, self.table, field.span(), field);
                    let mut argument = Group::new(Delimiter::Parenthesis, column);
                    argument.set_span(field.span());
                    let krate = located(krate, name.span());
                    out.extend(quote_spanned!(name.span()=> #krate::dsl::excluded #argument));
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
