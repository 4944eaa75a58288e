//! A statement: what every macro that makes an upsert shares. A front end parses its call into a
//! `model::Statement`.
//!
//! `check` says what cannot be right, `plan` what is sent and in which order, `expand` quotes. Only
//! these two know what the runtime is called, and nothing is expanded before.

mod check;
mod expand;
pub(crate) mod index;
pub(crate) mod model;
mod plan;
mod rows;

use proc_macro2::TokenStream;

use self::model::{Creation, Statement};
use crate::errors::Errors;

/// From what was parsed, with what was complained about then, to the expression, or complaints.
pub(crate) fn lower(statement: Option<&Statement>, mut errors: Errors) -> TokenStream {
    let Some(statement) = statement.filter(|statement| check::table(statement, &mut errors)) else {
        return expand::only_errors(errors);
    };
    check::statement(statement, &mut errors);
    if errors.is_empty() {
        expand::statement(statement, &plan::plan(statement))
    } else {
        expand::with_errors(statement, errors)
    }
}

/// The same for a row that is found or created.
pub(crate) fn lower_creation(creation: Option<&Creation>, mut errors: Errors) -> TokenStream {
    let Some(creation) = creation.filter(|creation| check::table(&creation.statement, &mut errors))
    else {
        return expand::only_errors(errors);
    };
    check::creation(creation, &mut errors);
    if errors.is_empty() {
        expand::creation(creation)
    } else {
        expand::with_errors(&creation.statement, errors)
    }
}
