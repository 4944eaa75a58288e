//! What AUTO_INCREMENT does to an upsert on MySQL.
//!
//! Each one takes a number, those that update too. When the numbers are used up, MySQL goes on with
//! the last one, and takes the row that has it for the conflict. And a 0 stands for the next
//! number.

use std::marker::PhantomData;

use diesel::sql_types::BigInt;

use super::contains;
use crate::keys::{Backends, KeyColumn, KeyElement, KeyKind, UniqueKey, Wanted};

/// Whether the database numbers a column (MySQL's AUTO_INCREMENT).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    /// It does not.
    No,
    /// With a BIGINT, which nobody uses up.
    Forever,
    /// With numbers of another type.
    Limited,
    /// Nobody has said.
    Unknown,
}

/// What is found out about the numbers of a statement.
#[derive(Debug, Clone, Copy)]
pub struct Numbers {
    /// Whether a key that the row leaves out is new however many upserts there were.
    pub last: bool,
    /// Whether the row has no 0 in the key that is to be met, where that means another number.
    pub given: bool,
}

impl Numbers {
    /// There is nothing to say of them.
    pub(super) const FINE: Self = Self {
        last: true,
        given: true,
    };

    /// For the key `wanted` of `keys`, and a literal `row` with a literal 0 in some of its columns.
    /// `lasts` is whether the primary key of `table!` is a number that nobody uses up.
    pub const fn new(
        keys: &[UniqueKey],
        wanted: Wanted,
        row: Option<&[&str]>,
        zeros: &[&str],
        lasts: bool,
    ) -> Self {
        let mut last = true;
        let mut given = true;
        let mut i = 0;
        while i < keys.len() {
            if !keys[i].backends.contains(Backends::MYSQL) {
                // Another database numbers it.
            } else if wanted.is(&keys[i]) {
                given = given && !keys[i].is_next(zeros);
            } else if keys[i].is_missed_by(row) && !covers_one(&keys[i], keys, wanted) {
                last = last && keys[i].is_new(row, lasts);
            }
            i += 1;
        }
        Self {
            last: last || !given,
            given,
        }
    }
}

/// Whether a row that hits `key` hits one that is `wanted` too.
const fn covers_one(key: &UniqueKey, keys: &[UniqueKey], wanted: Wanted) -> bool {
    let mut i = 0;
    while i < keys.len() {
        if wanted.is(&keys[i]) && key.covers(&keys[i]) {
            return true;
        }
        i += 1;
    }
    false
}

impl UniqueKey {
    /// Whether a 0 in one of these columns makes it another one each time.
    const fn is_next(&self, zeros: &[&str]) -> bool {
        let mut i = 0;
        while i < self.elements.len() {
            if let KeyElement::Column(column) = &self.elements[i] {
                let numbered = match column.numbered {
                    Numbered::Forever | Numbered::Limited => true,
                    Numbered::Unknown => self.is_primary_column(),
                    Numbered::No => false,
                };
                if numbered && contains(zeros, column.name) {
                    return true;
                }
            }
            i += 1;
        }
        false
    }

    /// Whether a column that the row leaves out makes it new each time, and will.
    const fn is_new(&self, row: Option<&[&str]>, lasts: bool) -> bool {
        let Some(row) = row else { return false };
        let mut i = 0;
        while i < self.elements.len() {
            if let KeyElement::Column(column) = &self.elements[i] {
                if !contains(row, column.name) && !column.default {
                    let new = match column.numbered {
                        Numbered::Forever => true,
                        // What is not numbered and has no DEFAULT is NULL.
                        Numbered::No => true,
                        Numbered::Limited => false,
                        Numbered::Unknown => self.is_primary_column() && lasts,
                    };
                    if new {
                        return true;
                    }
                }
            }
            i += 1;
        }
        false
    }

    /// Whether it is taken for granted that nobody uses up the numbers of this column.
    pub(crate) fn relies_on_numbers(
        &self,
        name: &str,
        same: fn(&str, &str) -> bool,
        lasts: bool,
    ) -> bool {
        self.elements.iter().any(|element| match element {
            KeyElement::Column(column) if same(column.name, name) => match column.numbered {
                Numbered::Forever => true,
                Numbered::Unknown => self.is_primary_column() && lasts,
                Numbered::No | Numbered::Limited => false,
            },
            _ => false,
        })
    }

    /// Whether it is a primary key of one column, which is taken for AUTO_INCREMENT where nobody
    /// says.
    const fn is_primary_column(&self) -> bool {
        matches!(self.kind, KeyKind::PrimaryKey) && self.elements.len() == 1
    }
}

impl KeyColumn {
    /// The same, of which this is known.
    #[doc(hidden)]
    pub const fn numbered(self, numbered: Numbered) -> Self {
        Self { numbered, ..self }
    }
}

/// Whether the numbers of a SQL type are never used up: those of the types that have an inherent
/// constant.
#[derive(Debug)]
pub struct NumbersOf<ST>(PhantomData<ST>);

impl NumbersOf<BigInt> {
    /// Nobody counts to 2^63.
    pub const LAST: bool = true;
}

#[cfg(feature = "mysql")]
impl NumbersOf<diesel::sql_types::Unsigned<BigInt>> {
    /// Nor to 2^64.
    pub const LAST: bool = true;
}

/// All other types.
pub trait NumbersRunOut {
    /// They do not.
    const LAST: bool = false;
}

impl<ST> NumbersRunOut for NumbersOf<ST> {}
