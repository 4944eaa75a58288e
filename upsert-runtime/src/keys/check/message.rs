//! Text that is put together at compile time.

use crate::keys::{KeyColumn, KeyElement, KeyKind, UniqueKey};

const LENGTH: usize = 4096;

/// Keys in a list.
const SHOWN: usize = 16;

/// A text of some length; what does not fit is left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message {
    bytes: [u8; LENGTH],
    length: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; LENGTH],
            length: 0,
        }
    }

    /// The text.
    pub(crate) const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.length);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// Adds `text`, whole or not at all: a character is never cut in two.
    pub(crate) const fn with(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() <= LENGTH {
            let mut i = 0;
            while i < text.len() {
                self.bytes[self.length + i] = text[i];
                i += 1;
            }
            self.length += text.len();
        }
        self
    }

    /// Adds the keys, each on a line of its own and those of several backends once.
    pub(crate) const fn with_keys(mut self, keys: &[UniqueKey]) -> Self {
        let mut shown = 0;
        let mut i = 0;
        while i < keys.len() {
            if shown == SHOWN {
                return self.with("\n    and more");
            }
            if !keys[i].is_among(keys, i) {
                self = self.with("\n    ").with_key(&keys[i]);
                shown += 1;
            }
            i += 1;
        }
        if keys.is_empty() {
            self = self.with(" none");
        }
        self
    }

    /// Adds `users_email (email) where deleted = FALSE`.
    pub(crate) const fn with_key(mut self, key: &UniqueKey) -> Self {
        if let KeyKind::PrimaryKey = key.kind {
            self = self.with("primary key ");
        } else if let Some(name) = key.name {
            self = self.with(name).with(" ");
        }
        self = self.with_elements(key);
        if let Some(predicate) = key.predicate {
            self = self.with(" where ").with(predicate);
        }
        if key.nulls_not_distinct {
            self = self.with(" nulls not distinct");
        }
        self
    }

    /// Adds the columns that an element is made of: `first, last`.
    pub(crate) const fn with_sources(mut self, element: &KeyElement) -> Self {
        let columns = element.columns();
        let mut before = "";
        let mut i = 0;
        while i < columns.len() {
            let own = [columns[i].name];
            let names = match columns[i].computed_from {
                None => &own,
                Some(names) => names,
            };
            let mut j = 0;
            while j < names.len() {
                self = self.with(before).with(names[j]);
                before = ", ";
                j += 1;
            }
            i += 1;
        }
        self
    }

    /// Adds `(tenant, lower(name))`.
    pub(crate) const fn with_elements(mut self, key: &UniqueKey) -> Self {
        let mut before = "(";
        let mut i = 0;
        while i < key.elements.len() {
            self = self.with(before).with(match &key.elements[i] {
                KeyElement::Column(KeyColumn { name, .. }) => name,
                KeyElement::Expression { sql, .. } => sql,
            });
            before = ", ";
            i += 1;
        }
        self.with(")")
    }
}
