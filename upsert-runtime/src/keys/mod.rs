//! The unique keys of a table, as they are declared.
//!
//! [`unique_keys!`](crate::unique_keys) makes constants of them, and [`upsert!`](crate::upsert)
//! looks its conflict target up in these while it is compiled: `check`. At run time they are held
//! against a database: `live`.

pub(crate) mod check;
pub(crate) mod columns;
mod live;
pub(crate) mod lookup;
pub(crate) mod primary;

pub use self::check::Numbered;
pub(crate) use self::check::same;
pub use self::live::{
    Difference, Mismatch, VerifyError, describe_unique_keys, differences, verify_unique_keys,
};
pub(crate) use self::lookup::same_but_for_case;
pub use crate::dialect::{
    Backends, CatalogueOf, LiveColumn, LiveElement, LiveIndex, LiveTable, TableName,
};

#[doc(hidden)]
pub use self::live::differences_of;
// The macros' own are in `__private` alone: whoever imports all that is here would have their
// traits in scope, where two that have the same constant are one too many.
pub(crate) use self::check::{Message, Wanted};
pub(crate) use self::columns::{ColumnList, Nullability, TableColumn};
pub(crate) use self::primary::PrimaryKey;

/// A table whose unique keys are declared, by [`unique_keys!`](crate::unique_keys).
#[diagnostic::on_unimplemented(
    message = "the unique keys of `{Self}` are not declared",
    label = "no `unique_keys!` names this table",
    note = "help: `unique_keys!(schema, migrations = \"migrations\")`, or by hand `unique_keys! {{ users: (email); }}`"
)]
pub trait UniqueKeys {
    /// Its unique keys, the primary key included.
    const KEYS: &'static [UniqueKey];

    /// All columns of `table!`, unless there are too many.
    #[doc(hidden)]
    const COLUMNS: Option<&'static [KeyColumn]> = None;

    /// Whether its primary key is a number that nobody uses up, by `table!` alone.
    #[doc(hidden)]
    const LASTS: bool = false;

    /// Who says so.
    #[doc(hidden)]
    const SOURCE: Source = Source::Hand;
}

/// Where the keys of a table are from.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `table!` alone.
    Table,
    /// A declaration by hand.
    Hand,
    /// Migrations.
    Migrations,
}

/// A unique key, as it is declared.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UniqueKey {
    /// The name of its index or constraint, where it is known.
    pub name: Option<&'static str>,
    /// What makes it unique.
    pub kind: KeyKind,
    /// What is unique together.
    pub elements: &'static [KeyElement],
    /// The predicate of a partial index, in SQL.
    pub predicate: Option<&'static str>,
    /// Whether NULLs are equal to each other in it: PostgreSQL's [`NULLS NOT DISTINCT`][nulls].
    ///
    /// [nulls]: https://www.postgresql.org/docs/current/indexes-unique.html
    pub nulls_not_distinct: bool,
    /// Where it is one.
    pub backends: Backends,
}

/// What makes a key unique.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// `PRIMARY KEY`
    PrimaryKey,
    /// `UNIQUE` in a table, which PostgreSQL takes for a conflict target by its name too; or it is
    /// declared by hand, where nobody says which.
    Constraint,
    /// `CREATE UNIQUE INDEX`
    Index,
    /// There are keys that could not be read, which the compiler has complained about.
    #[doc(hidden)]
    Unknown,
}

/// An element of a unique key.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyElement {
    /// A column.
    Column(KeyColumn),
    /// An expression, or the first characters of a MySQL column: `title(10)`.
    #[non_exhaustive]
    Expression {
        /// As it stands in the index.
        sql: &'static str,
        /// The columns in it.
        columns: &'static [KeyColumn],
        /// What makes it NULL.
        nulls: Nulls,
    },
}

/// What makes an expression NULL.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// Nothing but the NULL of one of these columns.
    Of(&'static [&'static str]),
    /// Nobody knows: it has a function, an operator or a cast in it that may return NULL where no
    /// column is.
    Unknown,
}

/// A column of a unique key.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyColumn {
    /// Its name in SQL.
    pub name: &'static str,
    /// Whether a row of the index can be NULL because of it: by `table!` or by the migrations the
    /// column is nullable, and neither the key's predicate nor its expression rules NULL out.
    pub nullable: bool,
    /// Whether the key's predicate rules a NULL out that it could have: such a row is in no index.
    pub ruled_out: bool,
    /// Whether the key's predicate is not true where it is NULL.
    pub bound: bool,
    /// Whether a row that leaves it out may get the same value as another: a DEFAULT, as far as is
    /// known.
    pub default: bool,
    /// Whether the database numbers it, as far as is known.
    pub numbered: Numbered,
    /// Whether each update of the row changes it, as far as is known: MySQL's
    /// `ON UPDATE CURRENT_TIMESTAMP`.
    pub set_at_update: bool,
    /// The columns that the database computes it from, as far as is known: no row can name it.
    pub computed_from: Option<&'static [&'static str]>,
    /// By which names the database finds it too, as far as is known: SQLite's
    /// [rowid](https://sqlite.org/lang_createtable.html#rowid).
    pub other_names: &'static [&'static str],
}

impl UniqueKey {
    /// What stands for keys that could not be read.
    #[doc(hidden)]
    pub const UNKNOWN: Self = Self {
        name: None,
        kind: KeyKind::Unknown,
        elements: &[],
        predicate: None,
        nulls_not_distinct: false,
        backends: Backends::NONE,
    };

    /// One of these elements on every backend, without a name or a predicate.
    #[doc(hidden)]
    pub const fn new(kind: KeyKind, elements: &'static [KeyElement]) -> Self {
        Self {
            name: None,
            kind,
            elements,
            predicate: None,
            nulls_not_distinct: false,
            backends: Backends::ALL,
        }
    }

    /// The same key, by this name.
    #[doc(hidden)]
    pub const fn called(self, name: &'static str) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }

    /// The same key, of the rows alone for which this predicate is true.
    #[doc(hidden)]
    pub const fn only_where(self, predicate: &'static str) -> Self {
        Self {
            predicate: Some(predicate),
            ..self
        }
    }

    /// The same key, in which NULLs are equal to each other.
    #[doc(hidden)]
    pub const fn nulls_not_distinct(self) -> Self {
        Self {
            nulls_not_distinct: true,
            ..self
        }
    }

    /// The same key on these backends.
    #[doc(hidden)]
    pub const fn on(self, backends: Backends) -> Self {
        Self { backends, ..self }
    }
}

impl KeyElement {
    /// An expression of these columns.
    #[doc(hidden)]
    pub const fn expression(
        sql: &'static str,
        columns: &'static [KeyColumn],
        nulls: Nulls,
    ) -> Self {
        Self::Expression {
            sql,
            columns,
            nulls,
        }
    }
}

impl KeyColumn {
    /// A column of which no more is known.
    #[doc(hidden)]
    pub const fn new(name: &'static str, nullable: bool) -> Self {
        Self {
            name,
            nullable,
            ruled_out: false,
            bound: false,
            default: false,
            numbered: Numbered::Unknown,
            set_at_update: false,
            computed_from: None,
            other_names: &[],
        }
    }

    /// `column` as `table!` has it.
    #[doc(hidden)]
    pub const fn of<C: TableColumn + Copy>(_: C) -> Self {
        C::COLUMN
    }

    /// The same, computed by the database from the columns of these names.
    #[doc(hidden)]
    pub const fn computed_from(self, names: &'static [&'static str]) -> Self {
        Self {
            computed_from: Some(names),
            ..self
        }
    }

    /// The same, which the database finds by these names too.
    #[doc(hidden)]
    pub const fn also_called(self, other_names: &'static [&'static str]) -> Self {
        Self {
            other_names,
            ..self
        }
    }

    /// The same, which each update of the row changes.
    #[doc(hidden)]
    pub const fn set_at_update(self) -> Self {
        Self {
            set_at_update: true,
            ..self
        }
    }

    /// The same, which can be NULL whatever `table!` says.
    #[doc(hidden)]
    pub const fn nullable(self) -> Self {
        Self {
            nullable: true,
            ..self
        }
    }

    /// The same, in a key whose predicate rules NULL out.
    #[doc(hidden)]
    pub const fn never_null_in_the_index(self) -> Self {
        Self {
            nullable: false,
            ruled_out: self.nullable,
            bound: true,
            ..self
        }
    }

    /// The same, in a key in which it is never NULL.
    #[doc(hidden)]
    pub const fn never_null(self) -> Self {
        Self {
            nullable: false,
            ..self
        }
    }

    /// The same, with a DEFAULT that can be the same in two rows.
    #[doc(hidden)]
    pub const fn with_default(self) -> Self {
        Self {
            default: true,
            ..self
        }
    }
}
