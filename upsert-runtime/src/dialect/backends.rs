//! Which backends, and what `upsert!` has found out for each.

use diesel::query_builder::QueryId;

/// A set of backends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backends(u8);

impl Backends {
    /// PostgreSQL, and what is like it.
    pub const POSTGRES: Self = Self(1);
    /// SQLite, and what is like it.
    pub const SQLITE: Self = Self(2);
    /// MySQL, MariaDB, and what is like them.
    pub const MYSQL: Self = Self(4);
    /// Every backend.
    pub const ALL: Self = Self(7);
    /// No backend.
    pub const NONE: Self = Self(0);

    /// The backends of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These backends but for `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other` are in it.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether none is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Where a target is a unique key, whether it is the only one that a row can hit on MySQL, and will
/// be, and whether the row has it as it is given.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<
    const POSTGRES: bool,
    const SQLITE: bool,
    const MYSQL: bool,
    const SOLE: bool,
    const LAST: bool,
    const GIVEN: bool,
>;

impl<
    const POSTGRES: bool,
    const SQLITE: bool,
    const MYSQL: bool,
    const SOLE: bool,
    const LAST: bool,
    const GIVEN: bool,
> QueryId for Verdict<POSTGRES, SQLITE, MYSQL, SOLE, LAST, GIVEN>
{
    // It says where the statement compiles, and makes no difference in it.
    type QueryId = ();
}
