//! The procedural macros of `upsert-runtime`, which documents and re-exports them: depend on that
//! crate.
//!
//! Each macro is a folder, or a file where that is enough, that goes `parse -> check -> expand`
//! over a model of the call, which has the caller's own tokens in it: `parse` alone reads them,
//! `check` alone compares things, `expand` alone quotes, and it cannot fail. What makes an upsert
//! is parsed into a `statement`, which does the rest, with a `plan` between `check` and `expand`;
//! `unique_keys!` has a `read`, of the migrations, between `parse` and `check`. Every phase adds
//! its complaints to one `errors::Errors`, so that all mistakes of a call are reported at once.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by a panic"))]

mod errors;
#[cfg(test)]
mod fuzz;
mod get_or_create;
mod multi_backend;
mod sections;
mod statement;
mod tokens;
mod unique_keys;
mod upsert;

use proc_macro::TokenStream;

/// See `upsert_runtime::upsert!`, which calls this with its own `$crate` in front.
#[proc_macro]
pub fn upsert(input: TokenStream) -> TokenStream {
    upsert::expand(input.into()).into()
}

/// See `upsert_runtime::get_or_create!`, which calls this with its own `$crate` in front.
#[proc_macro]
pub fn get_or_create(input: TokenStream) -> TokenStream {
    get_or_create::expand(get_or_create::Macro::Get, input.into()).into()
}

/// See `upsert_runtime::lock_or_create!`, which calls this with its own `$crate` in front.
#[proc_macro]
pub fn lock_or_create(input: TokenStream) -> TokenStream {
    get_or_create::expand(get_or_create::Macro::Lock, input.into()).into()
}

/// See `upsert_runtime::unique_keys!`, which calls this with its own `$crate` in front.
#[proc_macro]
pub fn unique_keys(input: TokenStream) -> TokenStream {
    unique_keys::expand(input.into()).into()
}

/// See `upsert_runtime::multi_backend!`, which calls this with its own `$crate` in front.
#[proc_macro]
pub fn multi_backend(input: TokenStream) -> TokenStream {
    multi_backend::expand(input.into()).into()
}
