//! The check of a conflict target, which `upsert!` makes a constant of.

mod explain;
mod key;
mod looked_for;
mod message;
mod moved;
mod names;
mod numbers;
#[cfg(test)]
mod tests;
mod wanted;

pub use self::explain::must_not_all_be_kept;
pub(crate) use self::message::Message;
pub(super) use self::moved::Moved;
pub(super) use self::names::contains;
pub(crate) use self::names::same;
pub use self::numbers::{Numbered, Numbers, NumbersOf, NumbersRunOut};
pub use self::wanted::Wanted;
use super::{Backends, KeyKind, Source, UniqueKey};

/// What is found out about a conflict target.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Whether it is a unique key on PostgreSQL that every row is subject to.
    pub postgres: bool,
    /// The same on SQLite.
    pub sqlite: bool,
    /// The same on MySQL.
    pub mysql: bool,
    /// Whether it is the only key of a MySQL table that the row can hit.
    pub sole: bool,
    /// What AUTO_INCREMENT does to it there.
    pub numbers: Numbers,
    /// Why the statement cannot be right.
    pub problem: Option<Problem>,
    /// All that is known.
    pub keys: &'static [UniqueKey],
    pub(super) wanted: Wanted,
    pub(super) source: Source,
}

/// Why a statement cannot be right.
#[derive(Debug, Clone, Copy)]
pub enum Problem {
    /// The target is no key.
    Unknown,
    /// `table!` alone says that it is one, for this reason.
    Claimed(&'static str),
    /// The key has this column, which can be NULL.
    Nullable(&'static UniqueKey, &'static str),
    /// The key has this expression, which may be NULL for all that is known.
    Unproven(&'static UniqueKey, &'static str),
    /// The key has this column, which the row does not name.
    Missing(&'static str),
    /// Each update of a row changes this column of the key.
    SetAtUpdate(&'static str),
    /// The row names this column of the key, which the database computes.
    Generated(&'static str),
}

impl Check {
    /// Looks for `wanted` in `keys`. `row` are the columns of a literal row.
    pub const fn new(keys: &'static [UniqueKey], wanted: Wanted, row: Option<&[&str]>) -> Self {
        let mut backends = Backends::NONE;
        let mut sole = true;
        let mut problem = None;
        let mut nullable = None;
        let mut i = 0;
        while i < keys.len() {
            let key = &keys[i];
            if wanted.is(key) {
                if let Some(column) = key.nullable(row) {
                    nullable = Some(Problem::Nullable(key, column));
                } else if let (Some(sql), false) = (key.unproven(), key.nulls_not_distinct) {
                    nullable = Some(Problem::Unproven(key, sql));
                } else {
                    backends = backends.union(key.usable_on());
                    sole = sole && is_sole(i, keys, row);
                    if let Some(column) = key.set_at_update() {
                        problem = Some(Problem::SetAtUpdate(column));
                    } else if let Some(column) = key.missing(row) {
                        problem = Some(Problem::Missing(column));
                    } else if let Some(column) = key.generated(row) {
                        problem = Some(Problem::Generated(column));
                    }
                }
            }
            i += 1;
        }
        if backends.is_empty() && wanted.is_nowhere(keys) {
            // No backend has such a target, and each says so itself.
            return Self::of(keys, wanted, Backends::ALL, true, None);
        }
        // Which one the database takes is known of columns alone: an expression or a predicate may
        // be that of the key with NULLs.
        if backends.is_empty() || wanted.is_told_by_the_database() && nullable.is_some() {
            problem = match nullable {
                None => Some(Problem::Unknown),
                _ => nullable,
            };
        }
        Self::of(keys, wanted, backends, sole, problem)
    }

    /// Whatever key the row meets, it may.
    pub const fn any(keys: &'static [UniqueKey]) -> Self {
        Self::of(keys, Wanted::Any, Backends::ALL, true, None)
    }

    /// Looks for the key that is called `name`, and asks nothing else of it.
    pub const fn unchecked(keys: &'static [UniqueKey], name: &'static str) -> Self {
        let mut backends = Backends::NONE;
        let mut problem = Some(Problem::Unknown);
        let mut i = 0;
        while i < keys.len() {
            if keys[i].is_named(name) {
                backends = backends.union(keys[i].exists_on());
                problem = None;
            }
            i += 1;
        }
        Self::of(keys, Wanted::Key(name), backends, true, problem)
    }

    const fn of(
        keys: &'static [UniqueKey],
        wanted: Wanted,
        mut backends: Backends,
        mut sole: bool,
        mut problem: Option<Problem>,
    ) -> Self {
        let mut is_broken = false;
        let mut i = 0;
        while i < keys.len() {
            is_broken = is_broken || matches!(keys[i].kind, KeyKind::Unknown);
            i += 1;
        }
        if is_broken {
            problem = None;
        }
        if problem.is_some() || is_broken {
            // One complaint is enough: nothing is said about backends then.
            backends = Backends::ALL;
            sole = true;
        }
        Self {
            postgres: backends.contains(Backends::POSTGRES),
            sqlite: backends.contains(Backends::SQLITE),
            mysql: backends.contains(Backends::MYSQL),
            sole,
            numbers: Numbers::FINE,
            problem,
            keys,
            wanted,
            source: Source::Hand,
        }
    }

    /// The same with a look at the numbers, of which [`Numbers::new`] says more.
    pub const fn counting(self, row: Option<&[&str]>, zeros: &[&str], lasts: bool) -> Self {
        // One complaint is enough.
        if self.problem.is_some() || !self.mysql || !self.sole {
            return self;
        }
        let numbers = Numbers::new(self.keys, self.wanted, row, zeros, lasts);
        Self { numbers, ..self }
    }

    /// The same of keys that are from `source`; `why` is what the migrations say of a table that
    /// they do not have.
    pub const fn declared(self, (source, why): (Source, Option<&'static str>)) -> Self {
        let problem = match (source, why, self.problem) {
            (Source::Table, Some(why), None) => Some(Problem::Claimed(why)),
            (_, _, problem) => problem,
        };
        Self {
            problem,
            source,
            ..self
        }
    }

    /// Whether the row meets the key only if its `column`, which can be NULL, is not.
    pub const fn needs(&self, column: &str) -> bool {
        let mut i = 0;
        while i < self.keys.len() {
            let key = &self.keys[i];
            if self.wanted.is(key) && !key.nulls_not_distinct && key.is_null_with(column) {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// Whether `..` leaves `column` as it is: it is in the primary key, or in the key of this name.
pub const fn keeps(keys: &[UniqueKey], name: Option<&str>, column: &str) -> bool {
    let mut i = 0;
    while i < keys.len() {
        let named = match name {
            Some(name) => keys[i].is_named(name),
            None => false,
        };
        if (named || matches!(keys[i].kind, KeyKind::PrimaryKey)) && keys[i].has_column(column) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether a MySQL row that hits any key hits that at `target`.
const fn is_sole(target: usize, keys: &[UniqueKey], row: Option<&[&str]>) -> bool {
    let mut i = 0;
    while i < keys.len() {
        let key = &keys[i];
        if i != target && key.stands_beside(&keys[target]) && !key.is_missed_by(row) {
            return false;
        }
        i += 1;
    }
    true
}
