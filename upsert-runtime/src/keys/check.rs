//! The check of a conflict target, which `upsert!` makes a constant of.

mod moved;
#[cfg(test)]
mod tests;

use super::{Backends, KeyColumn, KeyElement, KeyKind, Nulls, Numbers, UniqueKey};

pub(super) use self::moved::Moved;
use self::moved::is_among;

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
                    if let Some(column) = key.missing(row) {
                        problem = Some(Problem::Missing(column));
                    } else if let Some(column) = key.generated(row) {
                        problem = Some(Problem::Generated(column));
                    }
                }
            }
            i += 1;
        }
        // Which one the database takes is known of columns alone: an expression or a predicate may be that of the
        // key with NULLs.
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

    /// The same of a table whose key is only claimed, and `why`.
    pub const fn claimed(self, why: Option<&'static str>) -> Self {
        match (why, self.problem) {
            (Some(why), None) => Self {
                problem: Some(Problem::Claimed(why)),
                ..self
            },
            _ => self,
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

impl Wanted {
    pub(super) const fn is(self, key: &UniqueKey) -> bool {
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

    pub(super) const fn is_on_columns_of(self, key: &UniqueKey) -> bool {
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

    /// Whether only the database can tell whether it is the key that it looks like.
    const fn is_told_by_the_database(self) -> bool {
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
    const fn is_on_columns(&self) -> bool {
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
    const fn has_column(&self, column: &str) -> bool {
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

    const fn has_expression_on(&self, columns: &'static [&'static str]) -> bool {
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
    const fn exists_on(&self) -> Backends {
        if self.predicate.is_some() {
            return self.backends.without(Backends::MYSQL);
        }
        self.backends
    }

    /// Whether a NULL in `column` makes it NULL.
    const fn is_null_with(&self, column: &str) -> bool {
        match self.column(column) {
            Some(column) => column.nullable,
            None => false,
        }
    }

    /// Whether the database computes its `column`.
    pub(super) const fn is_computed(&self, column: &str) -> bool {
        match self.column(column) {
            Some(column) => column.computed_from.is_some(),
            None => false,
        }
    }

    /// What it says of a column, in an expression too.
    const fn column(&self, name: &str) -> Option<&KeyColumn> {
        let mut found = None;
        let mut i = 0;
        while i < self.elements.len() {
            if let Some(column) = find(self.elements[i].columns(), name) {
                if found.is_none() || column.nullable {
                    found = Some(column);
                }
            }
            i += 1;
        }
        found
    }

    /// Where it can be a target. Only PostgreSQL takes NULLs for equal: what is declared for all backends may say so
    /// even so.
    const fn usable_on(&self) -> Backends {
        let backends = self.exists_on();
        if self.nulls_not_distinct
            && (self.null_column(false).is_some() || self.unproven().is_some())
        {
            return backends.without(Backends::MYSQL).without(Backends::SQLITE);
        }
        backends
    }

    /// A column with which a row escapes it, whatever its value: of a literal row the types of the values say more, and
    /// the database computes what no row can name.
    const fn nullable(&self, row: Option<&[&str]>) -> Option<&'static str> {
        if self.nulls_not_distinct {
            return None;
        }
        self.null_column(row.is_some())
    }

    /// A column that can be NULL in it, or only one that is computed.
    const fn null_column(&self, computed: bool) -> Option<&'static str> {
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
    const fn unproven(&self) -> Option<&'static str> {
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
    const fn missing(&self, row: Option<&[&str]>) -> Option<&'static str> {
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

    /// A column of it that a literal row names, and cannot.
    const fn generated(&self, row: Option<&[&str]>) -> Option<&'static str> {
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

    /// Whether each row that hits this key hits `other` too: all of `other`'s columns are among its own.
    pub(super) const fn covers(&self, other: &Self) -> bool {
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

    /// Whether a row that names these columns alone hits no other: a column that it leaves out is NULL or new
    /// (AUTO_INCREMENT) then, unless it has a DEFAULT.
    pub(super) const fn is_missed_by(&self, row: Option<&[&str]>) -> bool {
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
    pub(super) const fn columns(&self) -> &[KeyColumn] {
        match self {
            Self::Column(column) => std::slice::from_ref(column),
            Self::Expression { columns, .. } => columns,
        }
    }
}

/// Whether a MySQL row that hits any key hits that at `target`.
const fn is_sole(target: usize, keys: &[UniqueKey], row: Option<&[&str]>) -> bool {
    if !keys[target].usable_on().contains(Backends::MYSQL) {
        return true;
    }
    let mut i = 0;
    while i < keys.len() {
        let key = &keys[i];
        if i != target
            && key.backends.contains(Backends::MYSQL)
            && key.predicate.is_none()
            && !key.covers(&keys[target])
            && !key.is_missed_by(row)
        {
            return false;
        }
        i += 1;
    }
    true
}

pub(super) const fn contains(names: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < names.len() {
        if same(names[i], name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn find<'a>(columns: &'a [KeyColumn], name: &str) -> Option<&'a KeyColumn> {
    let mut i = 0;
    while i < columns.len() {
        if same(columns[i].name, name) {
            return Some(&columns[i]);
        }
        i += 1;
    }
    None
}

/// Whether one of `expressions` is on these columns.
const fn is_one_of(columns: &[KeyColumn], expressions: &[&[&str]]) -> bool {
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

pub(super) const fn same(a: &str, b: &str) -> bool {
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
