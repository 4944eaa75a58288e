//! Numbers for which Diesel has no arithmetic: MySQL's TINYINT, PostgreSQL's MONEY.

use std::marker::PhantomData;

use diesel::expression::{AppearsOnTable, Expression, TypedExpressionType, ValidGrouping};
use diesel::query_builder::QueryId;
use diesel::query_source::Column;
use diesel::sql_types::{IntoNotNullable, SqlType, is_nullable};

use super::arithmetic::Divisible;
use super::increment::{NullAsZero, OrZero};
use super::{Arithmetic, Delta, Factor, Operand, Operator, kind, ops};
use crate::dialect::Dialect;

/// SQL numbers that Diesel's `sql_types::ops` leave out.
pub trait Uncommon: SqlType<IsNull = is_nullable::NotNull> + TypedExpressionType {}

#[cfg(feature = "mysql")]
impl Uncommon for diesel::sql_types::TinyInt {}
#[cfg(feature = "mysql")]
impl Uncommon for diesel::sql_types::Unsigned<diesel::sql_types::TinyInt> {}
#[cfg(feature = "postgres")]
impl Uncommon for diesel::pg::sql_types::Money {}

/// The operator `Op` between two of a type that is [`Uncommon`].
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct Between<Op>(PhantomData<Op>);

macro_rules! operator {
    ($name:ident $(, $bound:ident)?; |$DB:ident| $symbol:expr) => {
        impl<ST: Uncommon $(+ $bound)?> Operator<ST> for Between<ops::$name> {
            type Rhs = ST;
            type Output = ST;

            fn symbol<$DB: Dialect>() -> &'static str {
                $symbol
            }
        }
    };
}

operator!(Plus; |DB| "+");
operator!(Minus; |DB| "-");
// Not money, whose product with itself is nothing.
operator!(Times, Divisible; |DB| "*");
operator!(DividedBy, Divisible; |DB| if ST::INTEGER { DB::INTEGER_DIVISION } else { "/" });

#[diagnostic::do_not_recommend]
impl<E, C, ST, Op, Kind, Base> Delta<C, ST, Op, (kind::Uncommon, Kind)> for E
where
    C: Column<SqlType = ST>,
    ST: IntoNotNullable<NotNullable = Base> + NullAsZero,
    Base: Uncommon,
    Between<Op>: Operator<Base, Rhs = Base, Output = Base>,
    E: Operand<Base, Kind, SqlType: NullAsZero>,
    Arithmetic<OrZero<C>, Between<Op>, OrZero<E::Expression>>: AppearsOnTable<C::Table>,
{
    type Value = Arithmetic<OrZero<C>, Between<Op>, OrZero<E::Expression>>;

    fn change(self, column: C) -> Self::Value {
        Arithmetic::new(OrZero::new(column), OrZero::new(self.into_operand()))
    }
}

#[diagnostic::do_not_recommend]
impl<E, C, ST, Op> Factor<C, ST, Op, kind::Uncommon> for E
where
    C: Column + Expression,
    E: Delta<C, ST, Op, (kind::Uncommon, kind::NotNull)>,
{
    type Value = E::Value;

    fn scale(self, column: C) -> Self::Value {
        self.change(column)
    }
}
