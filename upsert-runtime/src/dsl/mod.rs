//! SQL for merging a proposed row into a stored one, with one meaning on every backend.
//!
//! `use upsert_runtime::dsl::*;` and write them inside [`upsert!`](crate::upsert) or in any other Diesel
//! query.

mod either;

pub use self::either::{Coalesce, Extreme, Greatest, Least, coalesce, greatest, least};

use diesel::query_source::Column;
use diesel::sql_types::IntoNotNullable;

use crate::statement::{
    Arithmetic, Assign, Excluded, NullAsZero, Operand, Operator, OrZero, ops, sum,
};

/// A column of the proposed row, as `excluded.n` is inside [`upsert!`](crate::upsert).
///
/// SQL: `excluded."n"` on PostgreSQL and SQLite, `` VALUES(`n`) `` on MySQL. Diesel's own
/// [`excluded`](diesel::upsert::excluded) does not exist for MySQL.
pub fn excluded<C: Column>(column: C) -> Excluded<C> {
    Excluded::new(column)
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
pub fn increment<C, E, Kind>(
    column: C,
    by: E,
) -> Assign<C, Arithmetic<OrZero<C>, ops::Plus, OrZero<E::Expression>>>
where
    C: Column<SqlType: IntoNotNullable + NullAsZero> + Copy,
    ops::Plus: Operator<<C::SqlType as IntoNotNullable>::NotNullable>,
    E: Operand<
            <ops::Plus as Operator<<C::SqlType as IntoNotNullable>::NotNullable>>::Rhs,
            Kind,
            SqlType: NullAsZero,
        >,
    Arithmetic<OrZero<C>, ops::Plus, OrZero<E::Expression>>: diesel::AppearsOnTable<C::Table>,
{
    Assign::new(column, sum(column, ops::Plus, by))
}

/// `column = column - by`: see [`increment`].
pub fn decrement<C, E, Kind>(
    column: C,
    by: E,
) -> Assign<C, Arithmetic<OrZero<C>, ops::Minus, OrZero<E::Expression>>>
where
    C: Column<SqlType: IntoNotNullable + NullAsZero> + Copy,
    ops::Minus: Operator<<C::SqlType as IntoNotNullable>::NotNullable>,
    E: Operand<
            <ops::Minus as Operator<<C::SqlType as IntoNotNullable>::NotNullable>>::Rhs,
            Kind,
            SqlType: NullAsZero,
        >,
    Arithmetic<OrZero<C>, ops::Minus, OrZero<E::Expression>>: diesel::AppearsOnTable<C::Table>,
{
    Assign::new(column, sum(column, ops::Minus, by))
}
