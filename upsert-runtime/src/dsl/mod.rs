//! SQL for merging a proposed row into a stored one, with one meaning on every backend.
//!
//! `use upsert_runtime::dsl::*;` and write them inside [`upsert!`](crate::upsert) or in any other
//! Diesel query.

mod either;

pub use self::either::{Coalesce, Extreme, Greatest, Least, coalesce, greatest, least};

use diesel::expression::AppearsOnTable;
use diesel::query_source::Column;

use crate::statement::{Assign, Delta, Excluded, Old, changed, ops};

/// A column of the proposed row, as `excluded.n` is inside [`upsert!`](crate::upsert).
///
/// SQL: `excluded."n"` on PostgreSQL and SQLite, `` VALUES(`n`) `` on MySQL. Diesel's own
/// [`excluded`](diesel::upsert::excluded) does not exist for MySQL.
pub fn excluded<C: Column>(column: C) -> Excluded<C> {
    Excluded::new(column)
}

/// A column of the row as it was before the upsert, for `returning` on PostgreSQL 18 and later.
/// NULL where the row was inserted.
///
/// SQL: `old."n"`, which is [PostgreSQL's own][1]; an older server does not know it, and on other
/// backends it does not compile. Of a row that stayed as it was,
/// [`get_outcome`](crate::Upsert::get_outcome) gives what is stored. A table that is called `old`
/// itself hides it.
///
/// ```no_run
/// # upsert_runtime::doctest_prelude!();
/// use diesel::connection::LoadConnection;
/// use diesel::pg::Pg;
/// use upsert_runtime::Outcome;
/// use upsert_runtime::dsl::old;
///
/// /// What the page had, and what it has.
/// fn replace(conn: &mut impl LoadConnection<Backend = Pg>, n: i64) -> QueryResult<((Option<i64>, i64), Outcome)> {
///     upsert!(
///         page_hits,
///         values = { page: "/", day: 1, n },
///         conflict = (page, day),
///         set = < n >,
///         returning = (old(page_hits::n), n),
///     )
///     .get_outcome(conn)
/// }
/// ```
///
/// [1]: https://www.postgresql.org/docs/18/dml-returning.html
pub fn old<C: Column>(column: C) -> Old<C> {
    Old::new(column)
}

/// `column = column + by`, in which a NULL on either side counts as 0: the `n += by` of
/// [`upsert!`](crate::upsert) for any other Diesel update.
///
/// SQL: `"n" = ("t"."n" + $1)`, and `"n" = (coalesce("t"."n", 0) + $1)` for a nullable column.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use upsert_runtime::dsl::increment;
/// # let conn = &mut connection();
/// # diesel::sql_query("INSERT INTO page_hits (page, day, n) VALUES ('/', 1, 41)").execute(conn)?;
/// diesel::update(page_hits::table).set(increment(page_hits::n, 1)).execute(conn)?;
/// assert_eq!(page_hits::table.select(page_hits::n).first::<i64>(conn)?, 42);
/// # diesel::QueryResult::Ok(())
/// ```
pub fn increment<C, E, Kind, Value>(column: C, by: E) -> Assign<C, Value>
where
    C: Column + Copy,
    E: Delta<C, C::SqlType, ops::Plus, Kind, Value = Value>,
    Value: AppearsOnTable<C::Table>,
{
    changed(column, ops::Plus, by)
}

/// `column = column - by`: see [`increment`].
pub fn decrement<C, E, Kind, Value>(column: C, by: E) -> Assign<C, Value>
where
    C: Column + Copy,
    E: Delta<C, C::SqlType, ops::Minus, Kind, Value = Value>,
    Value: AppearsOnTable<C::Table>,
{
    changed(column, ops::Minus, by)
}
