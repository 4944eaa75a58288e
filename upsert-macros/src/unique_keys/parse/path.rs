//! The path of a table, or of the module that the tables are in.

use proc_macro2::TokenTree;
use syn::Path;
use syn::parse::Parser;

use crate::errors::Errors;
use crate::tokens::{starts_with, stream};

const FORMS: &str = "help: `unique_keys!(schema, migrations = \"migrations\")`, or by hand: `unique_keys! { schema::users: (email); }`";

/// Where the path ends that `tokens` begin with.
pub(super) fn path_end(tokens: &[TokenTree]) -> usize {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(_) => at += 1,
            TokenTree::Punct(_) if starts_with(&tokens[at..], "::") => at += 2,
            // `$crate`, or a `$path` of a `macro_rules!`.
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => at += 1,
            TokenTree::Group(_) if at == 0 => at += 1,
            _ => break,
        }
    }
    at
}

/// The path in `tokens`; `next` is what comes behind them.
pub(super) fn path(
    tokens: &[TokenTree],
    next: Option<&TokenTree>,
    errors: &mut Errors,
) -> Option<Path> {
    let path = Path::parse_mod_style.parse2(stream(tokens)).ok();
    if path.is_none() {
        let place = if tokens.is_empty() {
            next.into_iter().cloned().collect()
        } else {
            stream(tokens)
        };
        errors.push(
            place,
            format!(
                "expected the path of a `table!` module, or of the module that they are in\n{FORMS}"
            ),
        );
    }
    path
}
