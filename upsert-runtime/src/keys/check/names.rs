//! Names in lists.

use crate::keys::{KeyColumn, same_but_for_case};

pub(in super::super) const fn contains(names: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < names.len() {
        if same(names[i], name) {
            return true;
        }
        i += 1;
    }
    false
}

pub(super) const fn find<'a>(columns: &'a [KeyColumn], name: &str) -> Option<&'a KeyColumn> {
    let mut i = 0;
    while i < columns.len() {
        if same(columns[i].name, name) {
            return Some(&columns[i]);
        }
        i += 1;
    }
    None
}

/// Whether `column` is one of `names`, by the names that migrations have for columns, in which case
/// may be another one.
pub(super) const fn is_among(column: &str, names: &[&str]) -> bool {
    let mut i = 0;
    while i < names.len() {
        if same_but_for_case(names[i], column) {
            return true;
        }
        i += 1;
    }
    false
}

pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
