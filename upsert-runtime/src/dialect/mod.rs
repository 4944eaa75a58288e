//! What differs by backend, and nothing else does.
//!
//! [`Dialect`] says how a backend spells the parts of an upsert; its defaults are the standard that
//! PostgreSQL and SQLite share. The marker traits beside it say what a backend can do at all: what
//! it cannot do is refused by the compiler, with the text that stands on the marker.
//!
//! A Diesel backend of a third party joins by implementing [`Dialect`] and the markers that are
//! true of it; that of a `MultiConnection` by [`multi_backend!`](crate::multi_backend).

mod backends;
mod catalogue;
pub(crate) mod create;
mod errors;
mod guard;
mod ledger;
pub(crate) mod multi;
#[cfg(feature = "mysql")]
mod mysql;
mod outcome;
#[cfg(feature = "postgres")]
mod postgres;
mod reads;
#[cfg(feature = "sqlite")]
mod sqlite;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;

pub use self::backends::{Backends, Verdict};
pub(crate) use self::catalogue::sql;
pub use self::catalogue::{
    Agreement, Catalogue, CatalogueOf, LiveColumn, LiveElement, LiveIndex, LiveTable, TableName,
};
pub use self::create::{Candidate, CreatesRows, Creation, Keep, Lookup, Read};
pub use self::errors::{Answer, ErrorClass, Meaning, Moment, Transactions};
pub use self::guard::Guard;
pub use self::ledger::Ledger;
pub(crate) use self::outcome::OLD;
pub use self::outcome::{
    Mark, RemembersTrace, ReturnsTrace, SupportsTraceIn, TellsOutcome, Traces, TriesFirst,
};
#[doc(hidden)]
pub use self::reads::ColumnName;
pub(crate) use self::reads::Sql;

/// How a backend spells the parts of an upsert.
///
/// The defaults are `INSERT .. ON CONFLICT`, as PostgreSQL and SQLite have it.
#[diagnostic::on_unimplemented(
    message = "upserts are not available for the backend `{Self}`",
    label = "`upsert-runtime` does not know this connection's backend",
    note = "help: enable the feature of `upsert-runtime` for it: `postgres` for `Pg`, `sqlite` for `Sqlite`, `mysql` for `Mysql`",
    note = "help: name the backends of a `MultiConnection`: `upsert_runtime::multi_backend!(MultiBackend: Pg, Sqlite);`",
    note = "where that is done, one of them cannot do this: it says why when it executes the statement by itself"
)]
pub trait Dialect: Backend<QueryBuilder: Default> {
    /// The type that has the markers of this module: `Self`.
    ///
    /// Statements ask it for them and not the backend, so that of a backend without `Dialect` they
    /// ask nothing but `Dialect`, and the compiler complains of nothing else.
    type Marked;

    /// Which declared unique keys hold here.
    const BACKEND: Backends;

    /// The function that returns the larger of its two arguments.
    const GREATEST: &'static str = "greatest";

    /// The function that returns the smaller of its two arguments.
    const LEAST: &'static str = "least";

    /// Whether [`GREATEST`](Self::GREATEST) and [`LEAST`](Self::LEAST) are NULL as soon as one
    /// argument is.
    const EXTREME_WITH_NULL_IS_NULL: bool;

    /// What stands for a row of which every column is left out.
    const EMPTY_ROW: &'static str = "DEFAULT VALUES";

    /// The operator that divides two integers and drops the fraction.
    const INTEGER_DIVISION: &'static str = "/";

    /// Whether assignments are evaluated from left to right, each seeing what the ones before it
    /// wrote.
    const SEQUENTIAL_ASSIGNMENT: bool;

    /// The clause up to the first assignment.
    ///
    /// # Errors
    ///
    /// What rendering `target` returns.
    fn do_update<'b, T>(target: &'b T, mut out: AstPass<'_, 'b, Self>) -> QueryResult<()>
    where
        T: QueryFragment<Self>,
    {
        out.push_sql(" ON CONFLICT");
        target.walk_ast(out.reborrow())?;
        out.push_sql(" DO UPDATE SET ");
        Ok(())
    }

    /// The whole clause of an upsert that leaves a stored row as it is. `column` is any column of
    /// the table, for a backend that has to assign something.
    ///
    /// # Errors
    ///
    /// What rendering `target` returns.
    fn do_nothing<'b, T, C>(
        target: &'b T,
        column: &'b C,
        mut out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        T: QueryFragment<Self>,
        C: Column + QueryFragment<Self>,
    {
        let _ = column;
        out.push_sql(" ON CONFLICT");
        target.walk_ast(out.reborrow())?;
        out.push_sql(" DO NOTHING");
        Ok(())
    }

    /// The new value of `column`, which is `value` where `guard` holds; `first` is whether it is
    /// that of the first assignment.
    ///
    /// # Errors
    ///
    /// What rendering the value returns.
    fn assigned<'b, C, E, G>(
        column: &'b C,
        value: &'b E,
        guard: &'b G,
        first: bool,
        out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        C: Column + QueryFragment<Self>,
        E: QueryFragment<Self>,
        G: Guard<Self>,
    {
        let _ = (column, guard, first);
        value.walk_ast(out)
    }

    /// What stands behind the assignments for `guard` to hold for all of them.
    ///
    /// # Errors
    ///
    /// What rendering the guard's predicate returns.
    fn guard<'b, G>(guard: &'b G, mut out: AstPass<'_, 'b, Self>) -> QueryResult<()>
    where
        G: Guard<Self>,
    {
        if G::ALWAYS {
            return Ok(());
        }
        out.push_sql(" WHERE ");
        guard.walk_ast(out)
    }

    /// A column of the proposed row.
    ///
    /// # Errors
    ///
    /// If the identifier cannot be quoted.
    fn excluded(column: &str, mut out: AstPass<'_, '_, Self>) -> QueryResult<()> {
        out.push_sql("excluded.");
        out.push_identifier(column)
    }
}

/// Backends that can return the stored row from an upsert.
#[diagnostic::on_unimplemented(
    message = "an upsert returns no rows on `{Self}`",
    label = "needs `RETURNING`, which Diesel does not have for this backend",
    note = "help: `.get_outcome(conn)` gives the row on every backend, and whether it was inserted"
)]
pub trait SupportsReturning {}

/// Backends that can return the row as it was before the upsert.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not return a row as it was",
    label = "`old` is PostgreSQL's, from 18 on",
    note = "help: read it before, in the same transaction and `.for_update()`; on SQLite in one that has begun to write"
)]
pub trait SupportsOld {}

/// Backends whose conflict target can be an expression, or the predicate of a partial index.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no expression or partial conflict targets",
    label = "the conflict target of this upsert is an expression or has a predicate",
    note = "help: write plain columns, `conflict = (a, b)`"
)]
pub trait SupportsIndexTarget {}

/// Backends whose conflict target can be a constraint's name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no conflict targets by constraint name",
    label = "the conflict target of this upsert is `constraint(..)`",
    note = "help: write the columns of the constraint, `conflict = (a, b)`"
)]
pub trait SupportsConstraintTarget {}

/// Backends that can update whichever stored row the proposed one conflicts with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot update on a conflict with any unique key",
    label = "this upsert says `conflict = any`",
    note = "help: name the key, `conflict = (a, b)`; `conflict = any` with `set = nothing` works here"
)]
pub trait SupportsUpdateOnAnyKey {}

/// Backends whose assignments all see the row as it was stored.
#[diagnostic::on_unimplemented(
    message = "these assignments read each other's columns in a cycle, which `{Self}` cannot do",
    label = "`{Self}` evaluates assignments one after another, each seeing what the ones before it wrote",
    note = "help: break the cycle: let one of the values use `excluded` or a Rust value instead of the stored column"
)]
pub trait SupportsSimultaneousAssignment {}

/// Backends on which a row that a `where` rules out keeps its columns of the SQL type `ST` exactly
/// as they are.
///
/// PostgreSQL and SQLite have a clause for it. MySQL and MariaDB write
/// `if(condition, value, column)` into each column, so there it is implemented for the types of
/// which every value is known to come out of `if` as it went in. `Json` is not among them, for its
/// strings replace dates and its doubles decimals then (MySQL); and `Timestamp` is not, for in a
/// session whose time zone has summer time two instants are one [`DATETIME`], which is what `if`
/// makes of it beside a value from Rust.
///
/// Of a SQL type of your own (`ENUM`, say) you have to know it:
/// `impl SupportsGuardOn<Mood> for Mysql {}`.
///
/// [`DATETIME`]: https://dev.mysql.com/doc/refman/8.4/en/datetime.html
#[diagnostic::on_unimplemented(
    message = "with this `where`, `{Self}` cannot keep a column of type `{ST}` exactly",
    label = "`{Self}` has no `WHERE` here: a row that is not to be updated gets `if(condition, value, column)`, which may change a `{ST}`",
    note = "help: a `TIMESTAMP`: make it a `DATETIME`; or, where the time zone of every session is UTC, as Diesel leaves it, call it `Datetime` in `table!`",
    note = "help: a `JSON` that is only ever written as text: call it `Text` in `table!`",
    note = "help: a type of your own of which `if` changes no value: `impl upsert_runtime::dialect::SupportsGuardOn<YourType> for Mysql {{}}`"
)]
pub trait SupportsGuardOn<ST> {}

/// Backends on which a conflict target is a unique key; `V` is the `Verdict` that `upsert!` found.
#[diagnostic::on_unimplemented(
    message = "the conflict target of this upsert is not a unique key on `{Self}`",
    label = "no key that is declared can be this one on `{Self}`",
    note = "migrations declare keys for the backend that they are written for; MySQL and MariaDB have no partial indexes; and NULLs are distinct but in PostgreSQL's `NULLS NOT DISTINCT`",
    note = "help: name a key that `{Self}` has too, or declare it"
)]
pub trait HasKey<V> {}

/// Backends on which a conflict with another unique key is not taken for one with the target.
#[diagnostic::on_unimplemented(
    message = "the row of this upsert can hit another unique key, which `{Self}` would take for the conflict target",
    label = "`ON DUPLICATE KEY UPDATE` fires on any unique key of the table",
    note = "help: `conflict = any`, if whichever row is hit may be updated; or a literal `values = {{ .. }}` that leaves out the other key's columns"
)]
pub trait HasNoOtherKey<V> {}

/// Backends on which a row that leaves a numbered key out meets no other by it, however many
/// upserts there were.
#[diagnostic::on_unimplemented(
    message = "this row leaves out an AUTO_INCREMENT key whose numbers can run out, and `{Self}` would then take the row with the last one for the conflict",
    label = "each upsert takes a number, those that update a row too",
    note = "help: make the column a BIGINT, in `table!` `BigInt`",
    note = "help: or `conflict = unchecked (..)`, with which nobody looks: when the numbers run out, the row with the last one is updated"
)]
pub trait HasNumbersLeft<V> {}

/// Backends that store the numbers of a key as they are given.
#[diagnostic::on_unimplemented(
    message = "a 0 in an AUTO_INCREMENT key is the next number on `{Self}`, and each such row would be one more",
    label = "the conflict target of this upsert is a key in which `values` has a 0",
    note = "help: give it another number; if the column is not AUTO_INCREMENT: `conflict = unchecked (..)`, or read its keys from migrations"
)]
pub trait TakesNumbers<V> {}
