//! What tells a row that was inserted from one that was there.
//!
//! No backend says so by itself. One that evaluates the conflict clause only where there is a
//! conflict is given a side effect there, the trace, and is asked for it afterwards ([`Traces`]);
//! one that cannot be, but has a single writer, is asked for the parts of the upsert one after the
//! other ([`TriesFirst`]).

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;

use super::{Dialect, Guard};

/// Backends on which it is known what an upsert did to its row.
#[diagnostic::on_unimplemented(
    message = "what became of a row is not known on `{Self}`",
    label = "`outcome` and `get_outcome` do not know this backend",
    note = "help: of a `MultiConnection`, `match` on the connection and ask the one inside"
)]
pub trait TellsOutcome: Dialect {
    /// How it is asked: [`ReturnsTrace`], [`RemembersTrace`] or [`TriesFirst`].
    type Way;

    /// What stands behind a SELECT that reads a row which the same transaction has just written or
    /// met in a conflict, for it to be there: nothing where a snapshot has such a row.
    const NOT_OF_A_SNAPSHOT: &'static str = "";

    /// What stands behind `table` in a SELECT of `selected` from a row that stayed as it was, for
    /// `old` to be that row too, where there is [`SupportsOld`](super::SupportsOld).
    fn old_of_unchanged(table: &str, selected: &str) -> String {
        let _ = (table, selected);
        String::new()
    }
}

/// The row as it was, where it can be returned. Diesel writes no name like this, but in quotes.
pub(crate) const OLD: &str = "old";

/// The upsert leaves a trace and returns it.
#[derive(Debug, Clone, Copy)]
pub enum ReturnsTrace {}

/// The upsert leaves a trace in the session, and the next statement reads it.
#[derive(Debug, Clone, Copy)]
pub enum RemembersTrace {}

/// An insert that does nothing on a conflict, and the upsert if that inserted nothing, in one
/// transaction. For backends on which nobody else writes once a transaction has begun to.
#[derive(Debug, Clone, Copy)]
pub enum TriesFirst {}

/// Backends whose conflict clause can leave a trace: a side effect where there is a conflict, and
/// nothing where there is none.
///
/// Each statement has a [`Mark`] of its own, so that what an earlier one left, one that failed too,
/// is taken for none.
pub trait Traces: Dialect {
    /// Whether the trace of an update is an assignment before all others.
    const ASSIGNS_TRACE: bool;

    /// What stands before the assignments of an update, for a trace of whether `guard` holds.
    /// `column` is any column of the table.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn trace_before<'b, C, G>(
        column: &'b C,
        guard: &'b G,
        mark: &'b Mark,
        out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        C: Column + QueryFragment<Self>,
        G: Guard<Self>;

    /// What stands behind the assignments, in the place of [`Dialect::guard`].
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn trace_behind<'b, G>(
        guard: &'b G,
        mark: &'b Mark,
        out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        G: Guard<Self>;

    /// [`Dialect::do_nothing`] with a trace, unless it is known by other means that nothing was
    /// inserted.
    ///
    /// # Errors
    ///
    /// What rendering returns.
    fn trace_nothing<'b, T, C>(
        target: &'b T,
        column: &'b C,
        mark: &'b Mark,
        out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        T: QueryFragment<Self>,
        C: Column + QueryFragment<Self>;

    /// The trace, as an expression of the type `Nullable<BigInt>`: a number of the mark, or
    /// anything else where the statement has left none.
    fn trace(out: AstPass<'_, '_, Self>);

    /// Whether the number of affected rows says of itself that a stored row was changed.
    fn says_updated(affected: usize) -> bool {
        let _ = affected;
        false
    }
}

/// Backends that can leave a trace through a column of the SQL type `ST`, which stays exactly as it
/// is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell the outcome of this upsert: the trace goes through a column of type `{ST}`, which may not stay exactly as it is",
    label = "`{Self}` gets `column = if(trace, column, column)` for the first column of the key",
    note = "help: put another column first: with a literal row in `conflict = (..)`, else in the primary key of `table!`",
    note = "help: a `TIMESTAMP`, where the time zone of every session is UTC, as Diesel leaves it: call it `Datetime` in `table!`"
)]
pub trait SupportsTraceIn<ST> {}

/// What a statement leaves where there is a conflict. No two have the same.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Where the stored row is updated.
    pub updated: i64,
    /// Where it stays as it is.
    pub unchanged: i64,
}

impl Mark {
    /// One more.
    pub(crate) fn next() -> Self {
        // Not from 1 on: a session may be shared with other processes, by a proxy.
        static NEXT: LazyLock<AtomicI64> = LazyLock::new(|| {
            let random = RandomState::new().hash_one(()).to_ne_bytes();
            AtomicI64::new(i64::from_ne_bytes(random))
        });
        let updated = NEXT.fetch_add(2, Ordering::Relaxed);
        Self {
            updated,
            unchanged: updated.wrapping_add(1),
        }
    }
}
