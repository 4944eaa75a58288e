//! What a database says that refuses a change.

use crate::change::Name;
use crate::{Position, names};

/// From a place in the file.
pub(crate) type Locate<'l> = &'l dyn Fn(usize) -> Position;

pub(crate) const ORDER: &str = "help: the database refuses that too: are the migrations in order, and is this the right backend?";

pub(crate) fn no_table(name: &Name) -> String {
    format!("there is no table `{name}`\n{ORDER}")
}

pub(crate) fn table_exists(name: &Name, at: Option<&Position>) -> String {
    let place = at.map(crate::shown).unwrap_or_default();
    format!("there is a table `{name}` already, created at {place}\n{ORDER}")
}

pub(crate) fn no_index(table: &str, name: &str) -> String {
    format!("the table `{table}` has no index `{name}`\n{ORDER}")
}

pub(crate) fn index_exists(name: &str) -> String {
    format!("there is an index `{name}` already\n{ORDER}")
}

pub(crate) fn unclear(index: &str, table: &str) -> String {
    format!(
        "cannot tell which index `{index}` is, for the name of one of `{table}` is up to the database\n\
         help: give that one a name where it is created, or leave the table out: {}",
        names::except(&[table])
    )
}
