//! `upsert!`: the whole story.

mod assignment;
mod check;
mod expand;
mod model;
mod order;
mod parse;
mod references;
mod target;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(mut call) = parse::call(input, &mut errors) else {
        return expand::only_errors(errors);
    };
    if !check::table(&call, &mut errors) {
        return expand::only_errors(errors);
    }
    check::call(&mut call, &mut errors);
    if errors.is_empty() {
        expand::call(&call)
    } else {
        expand::with_errors(&call, errors)
    }
}
