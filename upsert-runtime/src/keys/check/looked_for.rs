//! Whether a row that is found or created is looked for by its key: by all of its columns, and by
//! nothing else.

use super::names::contains;
use super::{Check, Message};
use crate::keys::UniqueKey;

impl Check {
    /// Stops the compiler if the key has a column that is not in `row`, the columns by which the
    /// row is looked for. Those that a row can name have been asked for before.
    #[track_caller]
    pub const fn must_be_given(&self, row: &[&str]) {
        let mut i = 0;
        while i < self.keys.len() {
            if self.problem.is_none() && self.wanted.is(&self.keys[i]) {
                if let Some(column) = self.keys[i].not_in(row) {
                    computed(column).stop();
                }
            }
            i += 1;
        }
    }

    /// Stops the compiler if `column`, by which the row is looked for, is not in the key.
    #[track_caller]
    pub const fn must_be_in_key(&self, column: &str) {
        let mut is_known = false;
        let mut i = 0;
        while i < self.keys.len() {
            if self.wanted.is(&self.keys[i]) {
                if self.keys[i].column(column).is_some() {
                    return;
                }
                is_known = true;
            }
            i += 1;
        }
        if is_known && self.problem.is_none() {
            not_in_key(column).stop();
        }
    }
}

impl UniqueKey {
    /// A column of it that is not among these.
    const fn not_in(&self, row: &[&str]) -> Option<&'static str> {
        let mut i = 0;
        while i < self.elements.len() {
            let columns = self.elements[i].columns();
            let mut j = 0;
            while j < columns.len() {
                if !contains(row, columns[j].name) {
                    return Some(columns[j].name);
                }
                j += 1;
            }
            i += 1;
        }
        None
    }
}

const fn computed(column: &str) -> Message {
    Message::new()
        .with("`")
        .with(column)
        .with("` is a generated column: a row is looked for by values that are given, and this one the database computes\nhelp: another key; or `upsert!`, which does not look the row up")
}

const fn not_in_key(column: &str) -> Message {
    Message::new()
        .with("`")
        .with(column)
        .with("` is not in the key by which the row is looked for\nhelp: put it into `defaults`")
}
