//! `greatest`, `least` and `coalesce`: one of two values.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{AllAreNullable, IntoNotNullable, MaybeNullableType, SqlType};

use crate::dialect::Dialect;
use crate::keys::Nullability;
use crate::statement::{Operand, arithmetic};

/// The SQL type of an expression, without `Nullable`.
type Base<E> = <<E as Expression>::SqlType as IntoNotNullable>::NotNullable;
/// Whether an expression can be NULL.
type IsNull<E> = <<E as Expression>::SqlType as SqlType>::IsNull;
/// Whether two expressions both can.
type BothNull<A, B> = <IsNull<A> as AllAreNullable<IsNull<B>>>::Out;

/// The larger of `a` and `b`; of the two that are not NULL, and NULL only if both are.
///
/// `b` is a SQL expression or a Rust value of the type of `a`; either may be nullable. Texts are
/// compared by the collation of the column, which is the database's own. On SQLite the result of a
/// function has [none][collation]: where both operands are results or Rust values, as in
/// `greatest(least(a, b), "m")`, texts are compared by their bytes.
///
/// SQL: `greatest(a, b)` on PostgreSQL and MySQL, `max(a, b)` on SQLite. Where both can be NULL,
/// MySQL and SQLite get `coalesce(greatest(a, b), a, b)`, and without the operand that is not
/// needed where one can, since their functions are NULL as soon as one argument is ([MySQL],
/// [SQLite]), and [PostgreSQL]'s is not. An operand that is another value each time, such as
/// `random()`, is evaluated once more there if the other one is NULL.
///
/// [MySQL]: https://dev.mysql.com/doc/refman/8.4/en/comparison-operators.html#function_greatest
/// [SQLite]: https://sqlite.org/lang_corefunc.html#max_scalar
/// [collation]: https://sqlite.org/datatype3.html#assigning_collating_sequences_from_sql
/// [PostgreSQL]: https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-GREATEST-LEAST
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use upsert_runtime::dsl::greatest;
/// # let conn = &mut connection();
/// let record = upsert!(
///     page_hits,
///     conflict = (page, day),
///     set = < n = greatest(page_hits.n, excluded.n) >,
///     returning = n,
/// );
/// let record = |n: i64| record.values((page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(n)));
/// assert_eq!(record(5).get_result::<i64>(conn)?, 5);
/// assert_eq!(record(3).get_result::<i64>(conn)?, 5);
/// # diesel::QueryResult::Ok(())
/// ```
pub fn greatest<A, B, Kind>(a: A, b: B) -> Greatest<A, B::Expression>
where
    A: Expression<SqlType: IntoNotNullable>,
    B: Operand<Base<A>, Kind>,
{
    Extreme {
        a,
        b: b.into_operand(),
        end: PhantomData,
    }
}

/// The smaller of `a` and `b`, in all else as [`greatest`]. SQL: `least`, and `min` on SQLite.
///
/// As there, SQLite compares texts by their bytes where neither operand is a column, which has a
/// [collation](https://sqlite.org/datatype3.html#assigning_collating_sequences_from_sql).
pub fn least<A, B, Kind>(a: A, b: B) -> Least<A, B::Expression>
where
    A: Expression<SqlType: IntoNotNullable>,
    B: Operand<Base<A>, Kind>,
{
    Extreme {
        a,
        b: b.into_operand(),
        end: PhantomData,
    }
}

/// `a`, or `b` where `a` is NULL; NULL only if both are.
///
/// SQL: `coalesce(a, b)` on every backend.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use upsert_runtime::dsl::coalesce;
/// # let conn = &mut connection();
/// // `title` is nullable: the first one that is known stays.
/// upsert!(
///     page_hits,
///     values = { page: "/", day: 1, n: 1, title: Some("Home") },
///     conflict = (page, day),
///     set = < n += 1, title = coalesce(page_hits.title, excluded.title) >,
/// )
/// .execute(conn)?;
/// # diesel::QueryResult::Ok(())
/// ```
pub fn coalesce<A, B, Kind>(a: A, b: B) -> Coalesce<A, B::Expression>
where
    A: Expression<SqlType: IntoNotNullable>,
    B: Operand<Base<A>, Kind>,
{
    Coalesce {
        a,
        b: b.into_operand(),
    }
}

/// What [`coalesce`] returns.
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct Coalesce<A, B> {
    a: A,
    b: B,
}

/// What [`greatest`] and [`least`] return.
#[derive(Debug, Clone, Copy, ValidGrouping)]
pub struct Extreme<A, B, End> {
    a: A,
    b: B,
    end: PhantomData<End>,
}

// The SQL depends on which of the two can be NULL, which their ids do not say.
impl<A, B, E> QueryId for Extreme<A, B, E>
where
    A: QueryId + Expression<SqlType: 'static>,
    B: QueryId + Expression<SqlType: 'static>,
    E: QueryId,
{
    type QueryId = Extreme<(A::QueryId, A::SqlType), (B::QueryId, B::SqlType), E::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        A::HAS_STATIC_QUERY_ID && B::HAS_STATIC_QUERY_ID && E::HAS_STATIC_QUERY_ID;
}

/// What [`greatest`] returns.
pub type Greatest<A, B> = Extreme<A, B, Largest>;

/// What [`least`] returns.
pub type Least<A, B> = Extreme<A, B, Smallest>;

/// Which end of an order.
pub trait End {
    /// The function of the backend that finds it.
    fn function<DB: Dialect>() -> &'static str;
}

/// The end that [`greatest`] finds.
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct Largest;

/// The end that [`least`] finds.
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct Smallest;

impl End for Largest {
    fn function<DB: Dialect>() -> &'static str {
        DB::GREATEST
    }
}

impl End for Smallest {
    fn function<DB: Dialect>() -> &'static str {
        DB::LEAST
    }
}

macro_rules! one_of_two {
    ($node:ident<A, B $(, $end:ident)?>) => {
        impl<A, B $(, $end)?> Expression for $node<A, B $(, $end)?>
        where
            A: Expression<SqlType: SqlType + IntoNotNullable>,
            B: Expression<SqlType: SqlType>,
            IsNull<A>: AllAreNullable<IsNull<B>>,
            BothNull<A, B>: MaybeNullableType<Base<A>>,
            <BothNull<A, B> as MaybeNullableType<Base<A>>>::Out: TypedExpressionType,
        {
            type SqlType = <BothNull<A, B> as MaybeNullableType<Base<A>>>::Out;
        }

        impl<A, B, T $(, $end)?> AppearsOnTable<T> for $node<A, B $(, $end)?>
        where
            A: AppearsOnTable<T>,
            B: AppearsOnTable<T>,
            Self: Expression,
        {
        }

        impl<A, B, T $(, $end)?> SelectableExpression<T> for $node<A, B $(, $end)?>
        where
            A: SelectableExpression<T>,
            B: SelectableExpression<T>,
            Self: AppearsOnTable<T>,
        {
        }
    };
}

one_of_two!(Coalesce<A, B>);
one_of_two!(Extreme<A, B, E>);

arithmetic!(Coalesce<A, B>);
arithmetic!(Extreme<A, B, E>);

impl<A, B, DB> QueryFragment<DB> for Coalesce<A, B>
where
    DB: Dialect,
    A: QueryFragment<DB>,
    B: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        call("coalesce", &self.a, &self.b, out)
    }
}

impl<A, B, E, DB> QueryFragment<DB> for Extreme<A, B, E>
where
    DB: Dialect,
    E: End,
    A: Expression<SqlType: SqlType<IsNull: Nullability>> + QueryFragment<DB>,
    B: Expression<SqlType: SqlType<IsNull: Nullability>> + QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let function = E::function::<DB>();
        if !DB::EXTREME_WITH_NULL_IS_NULL {
            return call(function, &self.a, &self.b, out);
        }
        let (a_can_be, b_can_be) = (IsNull::<A>::NULLABLE, IsNull::<B>::NULLABLE);
        if !a_can_be && !b_can_be {
            return call(function, &self.a, &self.b, out);
        }
        // Where one of them is NULL, so is what the function returns: then it is the other one.
        out.push_sql("coalesce(");
        call(function, &self.a, &self.b, out.reborrow())?;
        if b_can_be {
            out.push_sql(", ");
            self.a.walk_ast(out.reborrow())?;
        }
        if a_can_be {
            out.push_sql(", ");
            self.b.walk_ast(out.reborrow())?;
        }
        out.push_sql(")");
        Ok(())
    }
}

/// `function(a, b)`
fn call<'b, DB: Dialect>(
    function: &str,
    a: &'b impl QueryFragment<DB>,
    b: &'b impl QueryFragment<DB>,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    out.push_sql(function);
    out.push_sql("(");
    a.walk_ast(out.reborrow())?;
    out.push_sql(", ");
    b.walk_ast(out.reborrow())?;
    out.push_sql(")");
    Ok(())
}
