//! Which of the two forms it is.
//!
//! ```text
//! unique_keys!(SCHEMA, migrations = "folder", ..)
//! unique_keys! { TABLE: KEY, ..; .. }
//! ```

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Path;
use syn::parse::Parser;

use super::model::Declaration;
use super::{by_hand, migrations};
use crate::errors::Errors;
use crate::tokens::{is_keyword, is_punct, starts_with, stream, trees, without_invisible_groups};

const FORMS: &str = "help: `unique_keys!(schema, migrations = \"migrations\")`, or by hand: `unique_keys! { schema::users: (email); }`";

/// What can be read of it. `None` if not even the caller's `$crate` is there.
pub(crate) fn declaration(input: TokenStream, errors: &mut Errors) -> Option<Declaration> {
    let mut input = trees(input).into_iter();
    let krate = input.next()?;
    let tokens = without_invisible_groups(input.collect());
    let end = path_end(&tokens);
    Some(match is_punct(tokens.get(end), ',') {
        true => migrations::declaration(krate, &tokens, end, errors),
        false => by_hand::declaration(krate, &tokens, errors),
    })
}

/// `= name` of the function that compares with a live database.
pub(super) fn verify(keyword: &Ident, value: &[TokenTree], errors: &mut Errors) -> Option<Ident> {
    match value {
        [TokenTree::Ident(name)] if !is_keyword(name) => Some(name.clone()),
        _ => {
            errors.push(
                keyword,
                "`verify` names the function to define\nhelp: `verify = verify_keys`",
            );
            None
        }
    }
}

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
