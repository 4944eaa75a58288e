//! `get_or_create!` and `lock_or_create!`: they parse; the rest is that of a
//! [statement](crate::statement).

mod parse;

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::statement;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Macro {
    Get,
    Lock,
}

pub(crate) fn expand(which: Macro, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let creation = parse::call(which, input, &mut errors);
    statement::lower_creation(creation.as_ref(), errors)
}

#[cfg(test)]
mod tests {
    use super::{Macro, expand};
    use crate::fuzz::Fuzz;

    const FUZZ: Fuzz = Fuzz {
        expand: |input| expand(Macro::Get, input),
        calls: &[
            "users, key = { email: e }",
            "schema::users, key = { email }, defaults = { name: n, logins: 1 }, returning = (id, users.logins + 1)",
            "users, key = { name: &n }, conflict = key(users_lower_name), defaults = &row",
            "users, defaults = { at: f::<A, B>(1) }, key = { email: e, tenant: 1 }, conflict = (lower(email), tenant) where deleted.eq(false)",
            "users, key = { r#type: 1 }, conflict = unchecked (r#type), returning = Model<'a>",
        ],
        words: &[
            "users",
            "email",
            "key",
            "defaults",
            "conflict",
            "returning",
            "values",
            "set",
            "where",
            "any",
            "constraint",
            "unchecked",
            "keys",
            "r#type",
            "struct",
            "self",
            "Model",
            "_",
            "true",
            "1",
            "\"x\"",
            "'a",
            "=",
            "==",
            "+=",
            "..",
            ".",
            ",",
            ":",
            "::",
            "<",
            ">",
            "&",
            "$",
        ],
        // An expression, or complaints.
        is_whole: |expanded| syn::parse2::<syn::Expr>(expanded).is_ok(),
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
