//! Which of the two forms it is.
//!
//! ```text
//! unique_keys!(SCHEMA, migrations = "folder", ..)
//! unique_keys! { TABLE: KEY, ..; .. }
//! ```

mod by_hand;
mod method;
mod migrations;
mod path;
mod sql;

use proc_macro2::{Ident, TokenStream, TokenTree};

use self::path::path_end;
use super::model::Declaration;
use crate::errors::Errors;
use crate::tokens::{is_keyword, is_punct, trees, without_invisible_groups};

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
