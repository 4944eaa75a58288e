//! What a database says that refuses a change.

use crate::{Position, names};

/// From a place in the file.
pub(crate) type Locate<'l> = &'l dyn Fn(usize) -> Position;

pub(crate) const ORDER: &str = "help: the database refuses that too: are the migrations in order, and is this the right backend?";

pub(crate) fn unclear(index: &str, table: &str) -> String {
    format!(
        "cannot tell which index `{index}` is, for the name of one of `{table}` is up to the database\n\
         help: give that one a name where it is created, or leave the table out: {}",
        names::except(&[table])
    )
}
