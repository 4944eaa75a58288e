//! What a conflict target names.

use super::names::{contains, find};
use crate::keys::{Backends, KeyColumn, KeyElement, KeyKind, UniqueKey};

/// A conflict target.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    /// `(a, b)`, `(lower(name)) where ..`
    Elements {
        /// The plain columns.
        columns: &'static [&'static str],
        /// The columns of each expression.
        expressions: &'static [&'static [&'static str]],
        /// Whether it has a predicate.
        predicate: bool,
    },
    /// `key(name)`
    Key(&'static str),
    /// `constraint("name")`
    Constraint(&'static str),
    /// `any`
    Any,
}

impl Wanted {
    pub(in super::super) const fn is(self, key: &UniqueKey) -> bool {
        match self {
            Self::Key(name) => key.is_named(name),
            Self::Constraint(name) => {
                key.is_named(name)
                    && !matches!(key.kind, KeyKind::Index)
                    && key.is_on_columns()
                    && key.backends.contains(Backends::POSTGRES)
            }
            Self::Any => false,
            // A predicate on a key without one does no harm: all rows are in its index.
            Self::Elements { predicate, .. } => {
                self.is_on_columns_of(key) && (predicate || key.predicate.is_none())
            }
        }
    }

    pub(in super::super) const fn is_on_columns_of(self, key: &UniqueKey) -> bool {
        let Self::Elements {
            columns,
            expressions,
            ..
        } = self
        else {
            return false;
        };
        if key.elements.len() != columns.len() + expressions.len() {
            return false;
        }
        let mut i = 0;
        while i < key.elements.len() {
            let there = match &key.elements[i] {
                KeyElement::Column(column) => contains(columns, column.name),
                KeyElement::Expression { columns, .. } => is_one_of(columns, expressions),
            };
            if !there {
                return false;
            }
            i += 1;
        }
        // Each of the key's is there, and the other way round: a key may say one column twice.
        let mut i = 0;
        while i < columns.len() {
            if !key.has_column(columns[i]) {
                return false;
            }
            i += 1;
        }
        let mut i = 0;
        while i < expressions.len() {
            if !key.has_expression_on(expressions[i]) {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Whether no key could be this target, whatever its name: a constraint's name is one on
    /// PostgreSQL alone, and that is not used here, or the table is not there.
    pub(super) const fn is_nowhere(self, keys: &[UniqueKey]) -> bool {
        if !matches!(self, Self::Constraint(_)) {
            return false;
        }
        let mut is_elsewhere = !keys.is_empty();
        let mut i = 0;
        while i < keys.len() {
            is_elsewhere = is_elsewhere && !keys[i].backends.contains(Backends::POSTGRES);
            i += 1;
        }
        is_elsewhere || !cfg!(feature = "postgres")
    }

    /// Whether only the database can tell whether it is the key that it looks like.
    pub(super) const fn is_told_by_the_database(self) -> bool {
        match self {
            Self::Elements {
                expressions,
                predicate,
                ..
            } => predicate || !expressions.is_empty(),
            _ => false,
        }
    }
}

/// Whether one of `expressions` is on these columns.
pub(super) const fn is_one_of(columns: &[KeyColumn], expressions: &[&[&str]]) -> bool {
    let mut i = 0;
    while i < expressions.len() {
        let mut all = true;
        let mut j = 0;
        while j < columns.len() {
            all = all && contains(expressions[i], columns[j].name);
            j += 1;
        }
        let mut j = 0;
        while j < expressions[i].len() {
            all = all && find(columns, expressions[i][j]).is_some();
            j += 1;
        }
        if all {
            return true;
        }
        i += 1;
    }
    false
}
