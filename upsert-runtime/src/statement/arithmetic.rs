//! Arithmetic with one meaning on every backend.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{self as sql, Nullable, SqlType, is_nullable};

use super::operand::operand;
use crate::dialect::Dialect;

/// `+`, `-`, `*` and `/` for a node of ours, in Rust.
///
/// Diesel's own are the backend's: `/` between integers has a fraction on MySQL and none elsewhere.
macro_rules! arithmetic {
    ($node:ident<$($param:ident),+>) => {
        arithmetic!(@ $node<$($param),+>, Add, add, Plus);
        arithmetic!(@ $node<$($param),+>, Sub, sub, Minus);
        arithmetic!(@ $node<$($param),+>, Mul, mul, Times);
        arithmetic!(@ $node<$($param),+>, Div, div, DividedBy);
    };
    (@ $node:ident<$($param:ident),+>, $trait:ident, $method:ident, $op:ident) => {
        impl<Rhs, $($param),+> std::ops::$trait<Rhs> for $node<$($param),+>
        where
            Self: diesel::Expression,
            $crate::statement::ops::$op: $crate::statement::Operator<diesel::dsl::SqlTypeOf<Self>>,
            Rhs: diesel::expression::AsExpression<
                <$crate::statement::ops::$op as $crate::statement::Operator<
                    diesel::dsl::SqlTypeOf<Self>,
                >>::Rhs,
            >,
        {
            type Output = $crate::statement::Arithmetic<Self, $crate::statement::ops::$op, Rhs::Expression>;

            fn $method(self, right: Rhs) -> Self::Output {
                $crate::statement::Arithmetic::new(self, right.as_expression())
            }
        }
    };
}
pub(crate) use arithmetic;

/// `(left op right)`.
#[derive(Debug, Clone, Copy, ValidGrouping)]
pub struct Arithmetic<L, Op, R> {
    left: L,
    operator: PhantomData<Op>,
    right: R,
}

// How the operator is written depends on the SQL type of the left side, which its id may not have.
impl<L, Op, R> QueryId for Arithmetic<L, Op, R>
where
    L: QueryId + Expression<SqlType: 'static>,
    Op: QueryId,
    R: QueryId,
{
    type QueryId = Arithmetic<(L::QueryId, L::SqlType), Op::QueryId, R::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        L::HAS_STATIC_QUERY_ID && Op::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID;
}

impl<L, Op, R> Arithmetic<L, Op, R> {
    /// `(left op right)`
    pub fn new(left: L, right: R) -> Self {
        Self {
            left,
            operator: PhantomData,
            right,
        }
    }
}

impl<L, Op, R> Expression for Arithmetic<L, Op, R>
where
    L: Expression,
    Op: Operator<L::SqlType>,
{
    type SqlType = Op::Output;
}

impl<L, Op, R, T> AppearsOnTable<T> for Arithmetic<L, Op, R>
where
    L: AppearsOnTable<T>,
    R: AppearsOnTable<T>,
    Self: Expression,
{
}

impl<L, Op, R, T> SelectableExpression<T> for Arithmetic<L, Op, R>
where
    L: SelectableExpression<T>,
    R: SelectableExpression<T>,
    Self: AppearsOnTable<T>,
{
}

arithmetic!(Arithmetic<L, Op, R>);

impl<L, Op, R, DB> QueryFragment<DB> for Arithmetic<L, Op, R>
where
    DB: Dialect,
    L: Expression + QueryFragment<DB>,
    Op: Operator<L::SqlType>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(" ");
        out.push_sql(Op::symbol::<DB>());
        out.push_sql(" ");
        operand(&self.right, out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// The four operators, as types.
pub mod ops {
    use diesel::expression::ValidGrouping;
    use diesel::query_builder::QueryId;

    /// `+`
    #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
    pub struct Plus;
    /// `-`
    #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
    pub struct Minus;
    /// `*`
    #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
    pub struct Times;
    /// `/`, of integers without the fraction
    #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
    pub struct DividedBy;
}

/// An operator whose left side is a `ST`.
pub trait Operator<ST> {
    /// The type of the right side.
    type Rhs: SqlType + TypedExpressionType;
    /// The type of the result.
    type Output: SqlType + TypedExpressionType;

    /// How the operator is written.
    fn symbol<DB: Dialect>() -> &'static str;
}

macro_rules! operator {
    ($name:ident, $diesel:ident $(+ $bound:ident)?, |$DB:ident| $symbol:expr) => {
        impl<ST> Operator<ST> for ops::$name
        where
            ST: sql::ops::$diesel<Rhs: TypedExpressionType, Output: TypedExpressionType> $(+ $bound)?,
        {
            type Rhs = ST::Rhs;
            type Output = ST::Output;

            fn symbol<$DB: Dialect>() -> &'static str {
                $symbol
            }
        }
    };
}

operator!(Plus, Add, |DB| "+");
operator!(Minus, Sub, |DB| "-");
operator!(Times, Mul, |DB| "*");
operator!(DividedBy, Div + Divisible, |DB| if ST::INTEGER {
    DB::INTEGER_DIVISION
} else {
    "/"
});

/// SQL types that can be divided: a number by a number.
pub trait Divisible {
    /// Whether the result is an integer: the fraction is dropped.
    const INTEGER: bool;
}

impl<ST: Divisible + SqlType<IsNull = is_nullable::NotNull>> Divisible for Nullable<ST> {
    const INTEGER: bool = ST::INTEGER;
}

macro_rules! divisible {
    ($integer:literal: $($ty:ty),+) => {$(
        impl Divisible for $ty {
            const INTEGER: bool = $integer;
        }
    )+};
}

divisible!(true: sql::SmallInt, sql::Integer, sql::BigInt);
divisible!(false: sql::Float, sql::Double, sql::Numeric);
#[cfg(feature = "mysql")]
divisible!(true: sql::TinyInt, sql::Unsigned<sql::TinyInt>, sql::Unsigned<sql::SmallInt>,
    sql::Unsigned<sql::Integer>, sql::Unsigned<sql::BigInt>);
