//! What the macros expand to. Nothing here is public API.
#![allow(
    missing_docs,
    reason = "not public; what it is for is said where it is defined"
)]

pub use diesel;
pub use upsert_macros::upsert;

use diesel::dsl::Eq;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, TypedExpressionType,
};
use diesel::query_source::Column;
use diesel::sql_types::{IntoNotNullable, SqlType};
use diesel::{ExpressionMethods, QuerySource, Table};

pub use crate::statement::{
    Always, Any, Circular, Columns, Constraint, DoNothing, DoUpdate, InOrder, IndexTarget,
    NoReturning, StaticStr, UnseenOrder,
};
use crate::statement::{
    Arithmetic, Assign, Assignable, Excluded, Factor, FirstColumn, IncompleteUpsert, IndexColumn,
    IndexLiteral, NullAsZero, Operand, Operator, OrZero, Predicate, Returning, Scalable, Where,
    first_key_column, ops, product, sum,
};

type Base<C> = <<C as Expression>::SqlType as IntoNotNullable>::NotNullable;
type Rhs<Op, ST> = <Op as Operator<ST>>::Rhs;
type Sum<C, Op, E> = Assign<C, Arithmetic<OrZero<C>, Op, OrZero<E>>>;
type Product<C, Op, E> = Assign<C, Arithmetic<C, Op, E>>;

pub fn incomplete<T, Clause, R>(
    table: T,
    clause: Clause,
    returning: R,
) -> IncompleteUpsert<T, Clause, R> {
    IncompleteUpsert::new(table, clause, returning)
}

/// `column: e` in `values`
pub fn value<C, E>(column: C, e: E) -> Eq<C, E>
where
    C: Column<SqlType: SqlType + TypedExpressionType> + ExpressionMethods,
    E: Insertable<C, C::SqlType> + AsExpression<C::SqlType>,
{
    column.eq(e)
}

#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot be inserted into `{C}`",
    label = "the column `{C}` is a `{ST}`"
)]
pub trait Insertable<C, ST> {}

#[diagnostic::do_not_recommend]
impl<E, C, ST> Insertable<C, ST> for E
where
    ST: SqlType + TypedExpressionType,
    E: AsExpression<ST>,
{
}

/// `column = e`
pub fn assign<C, E, Kind>(column: C, e: E) -> Assign<C, E::Expression>
where
    C: Column,
    E: Assignable<C, C::SqlType, Kind>,
{
    Assign::new(column, e.into_assigned())
}

/// `column += e`
pub fn add<C, E, Kind>(column: C, e: E) -> Sum<C, ops::Plus, E::Expression>
where
    C: Column<SqlType: IntoNotNullable + NullAsZero> + Copy,
    ops::Plus: Operator<Base<C>>,
    E: Operand<Rhs<ops::Plus, Base<C>>, Kind, SqlType: NullAsZero>,
    Arithmetic<OrZero<C>, ops::Plus, OrZero<E::Expression>>: AppearsOnTable<C::Table>,
{
    Assign::new(column, sum(column, ops::Plus, e))
}

/// `column -= e`
pub fn subtract<C, E, Kind>(column: C, e: E) -> Sum<C, ops::Minus, E::Expression>
where
    C: Column<SqlType: IntoNotNullable + NullAsZero> + Copy,
    ops::Minus: Operator<Base<C>>,
    E: Operand<Rhs<ops::Minus, Base<C>>, Kind, SqlType: NullAsZero>,
    Arithmetic<OrZero<C>, ops::Minus, OrZero<E::Expression>>: AppearsOnTable<C::Table>,
{
    Assign::new(column, sum(column, ops::Minus, e))
}

/// `column *= e`
pub fn multiply<C, E>(column: C, e: E) -> Product<C, ops::Times, E::Expression>
where
    C: Scalable + Copy,
    ops::Times: Operator<C::SqlType>,
    E: Factor<C, Rhs<ops::Times, C::SqlType>>,
    Arithmetic<C, ops::Times, E::Expression>: AppearsOnTable<C::Table>,
{
    Assign::new(column, product(column, ops::Times, e))
}

/// `column /= e`
pub fn divide<C, E>(column: C, e: E) -> Product<C, ops::DividedBy, E::Expression>
where
    C: Scalable + Copy,
    ops::DividedBy: Operator<C::SqlType>,
    E: Factor<C, Rhs<ops::DividedBy, C::SqlType>>,
    Arithmetic<C, ops::DividedBy, E::Expression>: AppearsOnTable<C::Table>,
{
    Assign::new(column, product(column, ops::DividedBy, e))
}

/// `excluded.column`
pub fn excluded<C: Column>(column: C) -> Excluded<C> {
    Excluded::new(column)
}

/// `where = predicate`
pub fn guard<T, P>(_: T, predicate: P) -> Where<P>
where
    T: QuerySource,
    P: Predicate<T>,
{
    Where::new::<T>(predicate)
}

/// `set = nothing`, where the conflict target names no column
pub fn do_nothing<T, Target, Shape>(
    _: T,
    target: Target,
) -> DoNothing<Target, <T::PrimaryKey as FirstColumn<Shape>>::Column>
where
    T: Table,
    T::PrimaryKey: FirstColumn<Shape>,
{
    DoNothing::new(target, first_key_column::<T, Shape>())
}

/// `returning = e`
pub fn returning<T, E>(_: T, expression: E) -> Returning<E>
where
    T: QuerySource,
    E: SelectableExpression<T>,
{
    Returning::new(expression)
}

/// A column in a conflict target
pub fn index_column<C: Column>(column: C) -> IndexColumn<C> {
    IndexColumn::new(column)
}

/// A constant in a conflict target
pub fn index_literal<N: StaticStr>(text: N) -> IndexLiteral<N> {
    IndexLiteral::new(text)
}

/// A text as a value of a type of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! __static_str {
    ($text:literal) => {{
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy)]
        struct Text;

        impl $crate::__private::StaticStr for Text {
            const STR: &'static ::core::primitive::str = $text;
        }

        impl $crate::__private::diesel::query_builder::QueryId for Text {
            type QueryId = Self;
        }

        Text
    }};
}
