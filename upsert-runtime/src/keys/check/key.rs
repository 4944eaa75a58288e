//! What is asked of a declared key.

use super::names::{contains, find, is_among, same};
use super::wanted::is_one_of;
use crate::keys::{Backends, KeyColumn, KeyElement, KeyKind, Nulls, UniqueKey};

impl UniqueKey {
    pub(crate) const fn is_named(&self, name: &str) -> bool {
        match self.name {
            Some(own) => same(own, name),
            None => false,
        }
    }

    /// Whether it says what one of the first `end` of `keys` says.
    pub(crate) const fn is_among(&self, keys: &[Self], end: usize) -> bool {
        let mut i = 0;
        while i < end {
            let other = &keys[i];
            let same_name = match (self.name, other.name) {
                (Some(own), Some(other)) => same(own, other),
                (None, None) => true,
                _ => false,
            };
            let primary = matches!(self.kind, KeyKind::PrimaryKey)
                && matches!(other.kind, KeyKind::PrimaryKey);
            let same_columns = self.is_on_columns()
                && other.is_on_columns()
                && self.covers(other)
                && other.covers(self);
            if (same_name || primary) && same_columns {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether it has no predicate and nothing but columns.
    pub(super) const fn is_on_columns(&self) -> bool {
        let mut i = 0;
        while i < self.elements.len() {
            if matches!(self.elements[i], KeyElement::Expression { .. }) {
                return false;
            }
            i += 1;
        }
        self.predicate.is_none()
    }

    /// Whether `column` is one of its elements, all of it.
    pub(super) const fn has_column(&self, column: &str) -> bool {
        let mut i = 0;
        while i < self.elements.len() {
            if let KeyElement::Column(own) = &self.elements[i] {
                if same(own.name, column) {
                    return true;
                }
            }
            i += 1;
        }
        false
    }

    pub(super) const fn has_expression_on(&self, columns: &'static [&'static str]) -> bool {
        let mut i = 0;
        while i < self.elements.len() {
            if let KeyElement::Expression { columns: own, .. } = &self.elements[i] {
                if is_one_of(own, &[columns]) {
                    return true;
                }
            }
            i += 1;
        }
        false
    }

    /// Where the database can have it: MySQL has no partial indexes.
    pub(super) const fn exists_on(&self) -> Backends {
        if self.predicate.is_some() {
            return self.backends.without(Backends::MYSQL);
        }
        self.backends
    }

    /// Whether a NULL in `column` makes it NULL.
    pub(super) const fn is_null_with(&self, column: &str) -> bool {
        match self.column(column) {
            Some(column) => column.nullable || column.ruled_out,
            None => false,
        }
    }

    /// Whether the database computes its `column`.
    pub(in super::super) const fn is_computed(&self, column: &str) -> bool {
        match self.column(column) {
            Some(column) => column.computed_from.is_some(),
            None => false,
        }
    }

    /// What it says of a column, in an expression too.
    pub(super) const fn column(&self, name: &str) -> Option<&KeyColumn> {
        let mut found = None;
        let mut i = 0;
        while i < self.elements.len() {
            if let Some(column) = find(self.elements[i].columns(), name) {
                if found.is_none() || column.nullable || column.ruled_out {
                    found = Some(column);
                }
            }
            i += 1;
        }
        found
    }

    /// Where it can be a target. Only PostgreSQL takes NULLs for equal: what is declared for all
    /// backends may say so even so.
    pub(super) const fn usable_on(&self) -> Backends {
        let backends = self.exists_on();
        if self.nulls_not_distinct
            && (self.null_column(false).is_some() || self.unproven().is_some())
        {
            return backends.without(Backends::MYSQL).without(Backends::SQLITE);
        }
        backends
    }

    /// A column with which a row escapes it, whatever its value: of a literal row the types of the
    /// values say more, and the database computes what no row can name.
    pub(super) const fn nullable(&self, row: Option<&[&str]>) -> Option<&'static str> {
        if self.nulls_not_distinct {
            return None;
        }
        self.null_column(row.is_some())
    }

    /// A column that can be NULL in it, or only one that is computed.
    pub(super) const fn null_column(&self, computed: bool) -> Option<&'static str> {
        let mut i = 0;
        while i < self.elements.len() {
            let columns = self.elements[i].columns();
            let mut j = 0;
            while j < columns.len() {
                if columns[j].nullable && (!computed || columns[j].computed_from.is_some()) {
                    return Some(columns[j].name);
                }
                j += 1;
            }
            i += 1;
        }
        None
    }

    /// An expression of it that may be NULL where no column is.
    pub(super) const fn unproven(&self) -> Option<&'static str> {
        let mut i = 0;
        while i < self.elements.len() {
            if let KeyElement::Expression {
                sql,
                nulls: Nulls::Unknown,
                ..
            } = self.elements[i]
            {
                return Some(sql);
            }
            i += 1;
        }
        None
    }

    /// A column of it that a literal row does not name, and could; or one that it is computed from.
    pub(super) const fn missing(&self, row: Option<&[&str]>) -> Option<&'static str> {
        let Some(row) = row else { return None };
        let mut i = 0;
        while i < self.elements.len() {
            let columns = self.elements[i].columns();
            let mut j = 0;
            while j < columns.len() {
                match columns[j].computed_from {
                    None if !contains(row, columns[j].name) => return Some(columns[j].name),
                    None => {}
                    Some(names) => {
                        let mut k = 0;
                        while k < names.len() {
                            if !is_among(names[k], row) {
                                return Some(names[k]);
                            }
                            k += 1;
                        }
                    }
                }
                j += 1;
            }
            i += 1;
        }
        None
    }

    /// A column of it that each update of a row changes.
    pub(super) const fn set_at_update(&self) -> Option<&'static str> {
        let mut i = 0;
        while i < self.elements.len() {
            let columns = self.elements[i].columns();
            let mut j = 0;
            while j < columns.len() {
                if columns[j].set_at_update {
                    return Some(columns[j].name);
                }
                j += 1;
            }
            i += 1;
        }
        None
    }

    /// A column of it that a literal row names, and cannot.
    pub(super) const fn generated(&self, row: Option<&[&str]>) -> Option<&'static str> {
        let Some(row) = row else { return None };
        let mut i = 0;
        while i < row.len() {
            if let Some(column) = self.column(row[i]) {
                if column.computed_from.is_some() {
                    return Some(column.name);
                }
            }
            i += 1;
        }
        None
    }

    /// Whether each row that hits this key hits `other` too: all of `other`'s columns are among its
    /// own.
    pub(in super::super) const fn covers(&self, other: &Self) -> bool {
        let mut i = 0;
        while i < other.elements.len() {
            let KeyElement::Column(wanted) = &other.elements[i] else {
                return false;
            };
            let mut there = false;
            let mut j = 0;
            while j < self.elements.len() {
                if let KeyElement::Column(own) = &self.elements[j] {
                    there = there || same(own.name, wanted.name);
                }
                j += 1;
            }
            if !there {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Whether a MySQL row may hit it without hitting `target`, which is another key that can be
    /// one.
    pub(super) const fn stands_beside(&self, target: &Self) -> bool {
        target.usable_on().contains(Backends::MYSQL)
            && self.backends.contains(Backends::MYSQL)
            && self.predicate.is_none()
            && !self.covers(target)
    }

    /// Whether there is such a one among `keys`: then a statement may rest on it that its row
    /// [misses](Self::is_missed_by) this key.
    pub(in super::super) fn stands_beside_a_target(&self, keys: &[Self]) -> bool {
        let mut others = keys.iter().filter(|other| *other != self);
        others.any(|other| self.stands_beside(other))
    }

    /// Whether a row that names these columns alone hits no other: a column that it leaves out is
    /// NULL or new (AUTO_INCREMENT) then, unless it has a DEFAULT.
    pub(in super::super) const fn is_missed_by(&self, row: Option<&[&str]>) -> bool {
        let Some(row) = row else { return false };
        let mut i = 0;
        while i < self.elements.len() {
            if let KeyElement::Column(column) = &self.elements[i] {
                if !contains(row, column.name) && !column.default {
                    return true;
                }
            }
            i += 1;
        }
        false
    }
}

impl KeyElement {
    pub(in super::super) const fn columns(&self) -> &[KeyColumn] {
        match self {
            Self::Column(column) => std::slice::from_ref(column),
            Self::Expression { columns, .. } => columns,
        }
    }
}
