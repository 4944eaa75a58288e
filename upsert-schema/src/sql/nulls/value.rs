//! What an expression is, beside being NULL or not.

use crate::Type;

/// A value: what makes it NULL, and what it is otherwise.
pub(super) struct Value {
    pub(super) nulls: Vec<String>,
    pub(super) kind: Type,
}

impl Value {
    /// One that is never NULL.
    pub(super) fn of(kind: Type) -> Self {
        Self {
            nulls: Vec::new(),
            kind,
        }
    }

    /// One that is NULL where one of `values` is.
    pub(super) fn strict(values: Vec<Self>, kind: Type) -> Self {
        let mut nulls: Vec<String> = Vec::new();
        for name in values.into_iter().flat_map(|value| value.nulls) {
            if !nulls.contains(&name) {
                nulls.push(name);
            }
        }
        Self { nulls, kind }
    }
}
