//! `n += e`, `-=`, `*=` and `/=`.

use diesel::QueryResult;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::sql_types::{self as sql, IntoNotNullable, SqlType, is_nullable};

use super::{Arithmetic, Assign, Impossible, Operand, Operator, kind};
use crate::dialect::Dialect;

/// SQL types that have a zero, which a NULL counts as in a sum.
pub trait Zero {
    /// Zero as a SQL literal.
    const SQL: &'static str;
}

macro_rules! zero {
    ($zero:literal: $($ty:ty),+) => {$(
        impl Zero for $ty {
            const SQL: &'static str = $zero;
        }
    )+};
}

zero!("0": sql::SmallInt, sql::Integer, sql::BigInt, sql::Float, sql::Double, sql::Numeric);
#[cfg(feature = "mysql")]
zero!("0": sql::TinyInt, sql::Unsigned<sql::TinyInt>, sql::Unsigned<sql::SmallInt>,
    sql::Unsigned<sql::Integer>, sql::Unsigned<sql::BigInt>);
// A bare 0 is no interval and no money; a quoted one takes the type of what stands beside it.
zero!("'0'": sql::Interval);
#[cfg(feature = "postgres")]
zero!("'0'": diesel::pg::sql_types::Money);

/// SQL types of which a NULL can be read as zero, and those that are never NULL.
pub trait NullAsZero: SqlType {
    /// The zero, of a type that can be NULL.
    const ZERO: Option<&'static str>;
}

impl<ST: SqlType<IsNull: ZeroOf<ST>>> NullAsZero for ST {
    const ZERO: Option<&'static str> = ST::IsNull::ZERO;
}

/// [`NullAsZero`] by nullability, which coherence cannot tell apart otherwise.
pub trait ZeroOf<ST> {
    /// The zero of `ST`, if it can be NULL.
    const ZERO: Option<&'static str>;
}

impl<ST> ZeroOf<ST> for is_nullable::NotNull {
    const ZERO: Option<&'static str> = None;
}

impl<ST: IntoNotNullable<NotNullable: Zero>> ZeroOf<ST> for is_nullable::IsNullable {
    const ZERO: Option<&'static str> = Some(ST::NotNullable::SQL);
}

/// `e`, and `coalesce(e, 0)` where `e` can be NULL.
#[derive(Debug, Clone, Copy, ValidGrouping)]
pub struct OrZero<E>(E);

// The SQL depends on the SQL type, which the id of `e` does not have.
impl<E: QueryId + Expression<SqlType: 'static>> QueryId for OrZero<E> {
    type QueryId = OrZero<(E::QueryId, E::SqlType)>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<E> OrZero<E> {
    /// `e`, or zero where it is NULL.
    pub(super) fn new(e: E) -> Self {
        Self(e)
    }
}

impl<E> Expression for OrZero<E>
where
    E: Expression,
    E::SqlType: IntoNotNullable,
    <E::SqlType as IntoNotNullable>::NotNullable: TypedExpressionType,
{
    type SqlType = <E::SqlType as IntoNotNullable>::NotNullable;
}

impl<E, T> AppearsOnTable<T> for OrZero<E>
where
    E: AppearsOnTable<T>,
    Self: Expression,
{
}

impl<E, T> SelectableExpression<T> for OrZero<E>
where
    E: SelectableExpression<T>,
    Self: AppearsOnTable<T>,
{
}

impl<E, DB> QueryFragment<DB> for OrZero<E>
where
    DB: Dialect,
    E: Expression<SqlType: NullAsZero> + QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(zero) = E::SqlType::ZERO else {
            return self.0.walk_ast(out);
        };
        out.push_sql("coalesce(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        out.push_sql(zero);
        out.push_sql(")");
        Ok(())
    }
}

/// What the operator `Op` can change the column `C` by.
///
/// In the new value a NULL counts as 0 on either side. For `*=` and `/=` there is none: see
/// [`Scalable`].
#[diagnostic::on_unimplemented(
    message = "`{C}` cannot be changed by a value of type `{Self}`",
    label = "the column `{C}` is a `{ST}`",
    note = "a number of that type is expected: a Rust value, an `Option` of one, or a SQL expression",
    note = "help: anything else is assigned: `n = ..`; a text that grows is `t = table.t.concat(..)`"
)]
pub trait Delta<C: Column, ST, Op, Kind> {
    /// The SQL expression of the new value.
    type Value: AppearsOnTable<C::Table>;

    /// `column op self`
    fn change(self, column: C) -> Self::Value;
}

#[diagnostic::do_not_recommend]
impl<E, C, ST, Op, Kind, Base> Delta<C, ST, Op, (kind::Common, Kind)> for E
where
    C: Column<SqlType = ST>,
    ST: IntoNotNullable<NotNullable = Base> + NullAsZero,
    Op: Operator<Base, Rhs: SqlType<IsNull = is_nullable::NotNull>, Output = Base>,
    E: Operand<Op::Rhs, Kind, SqlType: NullAsZero>,
    Arithmetic<OrZero<C>, Op, OrZero<E::Expression>>: AppearsOnTable<C::Table>,
{
    type Value = Arithmetic<OrZero<C>, Op, OrZero<E::Expression>>;

    fn change(self, column: C) -> Self::Value {
        Arithmetic::new(OrZero(column), OrZero(self.into_operand()))
    }
}

/// `column op e`, as an assignment to the column.
pub(crate) fn changed<C, Op, E, Kind, Value>(column: C, _: Op, e: E) -> Assign<C, Value>
where
    C: Column + Copy,
    E: Delta<C, C::SqlType, Op, Kind, Value = Value>,
    Value: AppearsOnTable<C::Table>,
{
    Assign::new(column, e.change(column))
}

/// What the operator `Op` can change a column by that is never NULL: [`Delta`]s that are not NULL
/// either.
#[diagnostic::on_unimplemented(
    message = "`{C}` cannot be multiplied with or divided by a value of type `{Self}`",
    label = "the column `{C}` is a `{ST}`",
    note = "help: of what may be NULL: `coalesce(expression, 1)` of a SQL expression, `.unwrap_or(1)` of an `Option`"
)]
pub trait Factor<C: Column, ST, Op, Kind> {
    /// The SQL expression of the new value.
    type Value: AppearsOnTable<C::Table>;

    /// `column op self`
    fn scale(self, column: C) -> Self::Value;
}

#[diagnostic::do_not_recommend]
impl<E, C, ST, Op> Factor<C, ST, Op, kind::Only> for E
where
    C: Column,
    E: Delta<C, ST, Op, (kind::Common, kind::NotNull)>,
{
    type Value = E::Value;

    fn scale(self, column: C) -> Self::Value {
        self.change(column)
    }
}

#[diagnostic::do_not_recommend]
impl<E, C, ST, Op> Factor<C, ST, Op, kind::None> for E
where
    C: Column,
    E: Impossible + AppearsOnTable<C::Table>,
{
    type Value = E;

    fn scale(self, _: C) -> Self::Value {
        self
    }
}

/// `column op e`, as an assignment to the column; neither is NULL.
pub(crate) fn scaled<C, Op, E, Kind, Value>(column: C, _: Op, e: E) -> Assign<C, Value>
where
    C: Column + Copy + Scalable,
    E: Factor<C, C::SqlType, Op, Kind, Value = Value>,
    Value: AppearsOnTable<C::Table>,
{
    Assign::new(column, e.scale(column))
}

/// Columns that can be multiplied and divided: those that are never NULL.
#[diagnostic::on_unimplemented(
    message = "`*=` and `/=` need a column that is never NULL, and `{Self}` is nullable",
    label = "NULL times anything is NULL",
    note = "help: say what NULL counts as, with the name of the table for `t`: `n = upsert_runtime::dsl::coalesce(t.n, 0) * e`"
)]
pub trait Scalable {}

#[diagnostic::do_not_recommend]
impl<C: Column<SqlType: SqlType<IsNull = is_nullable::NotNull>>> Scalable for C {}
