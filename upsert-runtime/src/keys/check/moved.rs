//! Whether an assignment moves a row away from the key by which it was met: the next one like it
//! would be one more.

use super::Check;
use super::names::{contains, is_among};
use crate::keys::{KeyElement, UniqueKey, same_but_for_case};

/// What an assignment would change of the key.
#[derive(Debug, Clone, Copy)]
pub enum Moved {
    /// A column of it.
    Column,
    /// This column of it, by another name.
    OtherName(&'static str),
    /// The expression with this SQL, or the generated column of this name, with all that they are
    /// made of.
    Made(&'static KeyElement),
}

impl Check {
    /// What assigning to `column` changes of the key. What becomes `proposed` is the same in both
    /// rows, if that is true of all that an expression or a generated column is made of.
    pub const fn moved(&self, column: &str, proposed: &[&str]) -> Option<Moved> {
        let mut i = 0;
        while i < self.keys.len() {
            if self.wanted.is(&self.keys[i]) {
                let moved = self.keys[i].moved(column, proposed);
                if moved.is_some() {
                    return moved;
                }
            }
            i += 1;
        }
        None
    }
}

impl UniqueKey {
    const fn moved(&self, column: &str, proposed: &[&str]) -> Option<Moved> {
        if self.has_column(column) {
            return Some(Moved::Column);
        }
        if let Some(name) = self.found_as(column) {
            return Some(Moved::OtherName(name));
        }
        let mut i = 0;
        while i < self.elements.len() {
            let element = &self.elements[i];
            if element.is_made_of(column) && !self.is_as_proposed(element, column, proposed) {
                return Some(Moved::Made(element));
            }
            i += 1;
        }
        None
    }

    /// The column of it that the database finds by the name `column` too.
    const fn found_as(&self, column: &str) -> Option<&'static str> {
        let mut i = 0;
        while i < self.elements.len() {
            if let KeyElement::Column(own) = &self.elements[i] {
                if is_among(column, own.other_names) {
                    return Some(own.name);
                }
            }
            i += 1;
        }
        None
    }

    /// Whether all that `element` is made of is the same in both rows.
    const fn is_as_proposed(&self, element: &KeyElement, column: &str, proposed: &[&str]) -> bool {
        let mut all = contains(proposed, column);
        let columns = element.columns();
        let mut i = 0;
        while i < columns.len() {
            match columns[i].computed_from {
                None => all = all && self.is_the_same(columns[i].name, proposed),
                Some(names) => {
                    let mut j = 0;
                    while j < names.len() {
                        all = all && self.is_the_same(names[j], proposed);
                        j += 1;
                    }
                }
            }
            i += 1;
        }
        all
    }

    /// Whether the two rows that met have the same in `column`: it is one of the key, or becomes
    /// what is proposed.
    const fn is_the_same(&self, column: &str, proposed: &[&str]) -> bool {
        self.has_column(column) || is_among(column, proposed)
    }
}

impl KeyElement {
    /// Whether it is made of `column`, of which it is another thing.
    const fn is_made_of(&self, column: &str) -> bool {
        let columns = self.columns();
        let mut i = 0;
        while i < columns.len() {
            let made = match columns[i].computed_from {
                None => same_but_for_case(columns[i].name, column),
                Some(names) => is_among(column, names),
            };
            if made {
                return true;
            }
            i += 1;
        }
        false
    }
}
