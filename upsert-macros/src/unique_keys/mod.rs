//! `unique_keys!`: the whole story.
//!
//! `parse` says what is declared, or where; `read` reads the migrations; `check` compares, `expand`
//! quotes.

mod check;
mod expand;
mod model;
mod parse;
mod read;
mod sought;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(mut declaration) = parse::declaration(input, &mut errors) else {
        return errors.into_compile_errors();
    };
    read::tables(&mut declaration, &mut errors);
    check::tables(&mut declaration.tables, &mut errors);
    // What is right is known to `upsert!` even so: no errors that follow from errors.
    expand::declaration(&declaration, errors)
}

#[cfg(test)]
mod tests {
    use super::expand;
    use crate::fuzz::Fuzz;

    const FUZZ: Fuzz = Fuzz {
        expand,
        calls: &[
            "schema::users: users_email (email), (tenant, lower(name)) where deleted_at is null; hits: (slug);",
            "verify = verify_keys; crate::users: \"odd name\" (\"lower(\\\"Name\\\")\", r#type) nulls not distinct where kind = \"a\" and n in (1, 2),",
            "t: ((a || b)), (coalesce(n, -1.5)), ; u:",
        ],
        words: &[
            "schema",
            "users",
            "email",
            "lower",
            "where",
            "nulls",
            "not",
            "distinct",
            "unique",
            "primary",
            "key",
            "verify",
            "migrations",
            "except",
            "postgres",
            "sqlite",
            "is",
            "null",
            "fn",
            "r#type",
            "1",
            "\"x\"",
            "\"'\"",
            "'c'",
            "'a",
            "=",
            "==",
            "..",
            ".",
            ",",
            ":",
            "::",
            ";",
            "<",
            "||",
            "->",
            "&",
            "$",
            "-",
        ],
        // Items, or complaints.
        is_whole: |expanded| syn::parse2::<syn::File>(expanded).is_ok(),
    };

    #[test]
    fn every_valid_declaration_expands_without_complaint() {
        FUZZ.accepts_its_calls();
    }

    #[test]
    fn no_declaration_with_a_token_left_out_doubled_or_replaced_panics() {
        FUZZ.mutate();
    }

    #[test]
    fn no_heap_of_tokens_panics() {
        FUZZ.heap();
    }
}
