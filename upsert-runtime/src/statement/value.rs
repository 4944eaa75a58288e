//! What may stand to the right of an assignment: Rust values and SQL expressions, NULL or not.

use std::marker::PhantomData;

use diesel::dsl::{self, Eq};
use diesel::expression::{AppearsOnTable, AsExpression, Expression, TypedExpressionType};
use diesel::internal::derives::as_expression::Bound;
use diesel::query_source::Column;
use diesel::sql_types::{
    Double, Float, IntoNotNullable, Nullable, SingleValue, SqlType, is_nullable,
};
use diesel::{ExpressionMethods, NullableExpressionMethods};

use crate::dsl::Coalesce;

/// The kinds of operand. Which one a type is, is inferred.
pub mod kind {
    /// Never NULL: a Rust value or a SQL expression.
    #[derive(Debug, Clone, Copy)]
    pub enum NotNull {}
    /// A SQL expression that may be NULL.
    #[derive(Debug, Clone, Copy)]
    pub enum NullableExpression {}
    /// A Rust `Option`.
    #[derive(Debug, Clone, Copy)]
    pub enum NullableValue {}
    /// A Rust type that derives `AsExpression` with a `sql_type` that is `Nullable<..>`.
    #[derive(Debug, Clone, Copy)]
    pub enum NullableType {}
    /// A number for which Diesel has arithmetic.
    #[derive(Debug, Clone, Copy)]
    pub enum Common {}
    /// A number for which it has none.
    #[derive(Debug, Clone, Copy)]
    pub enum Uncommon {}
    /// The only kind there is.
    #[derive(Debug, Clone, Copy)]
    pub enum Only {}
    /// The kind of what is [`Impossible`](super::Impossible).
    #[derive(Debug, Clone, Copy)]
    pub enum None {}
}

/// Anything that is a `ST`, or a `Nullable<ST>`: `ST` itself is never nullable.
///
/// Diesel's [`AsExpression`] has to be told which of the two; here it is found out, so that a NOT
/// NULL expression goes where a nullable one is wanted, as in SQL.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` is no `{ST}`",
    label = "not a `{ST}`",
    note = "a Rust value, an `Option` of it, or a SQL expression of that type is expected here"
)]
pub trait Operand<ST, Kind> {
    /// `ST` or `Nullable<ST>`.
    type SqlType: SqlType + TypedExpressionType;
    /// The SQL expression that this is.
    type Expression: Expression<SqlType = Self::SqlType>;

    /// Makes it a SQL expression.
    fn into_operand(self) -> Self::Expression;
}

#[diagnostic::do_not_recommend]
impl<E, ST> Operand<ST, kind::NotNull> for E
where
    ST: SqlType<IsNull = is_nullable::NotNull> + TypedExpressionType,
    E: AsExpression<ST>,
{
    type SqlType = ST;
    type Expression = E::Expression;

    fn into_operand(self) -> Self::Expression {
        self.as_expression()
    }
}

#[diagnostic::do_not_recommend]
impl<E, ST> Operand<ST, kind::NullableExpression> for E
where
    ST: SqlType<IsNull = is_nullable::NotNull> + SingleValue,
    E: Expression<SqlType = Nullable<ST>>,
{
    type SqlType = Nullable<ST>;
    type Expression = E;

    fn into_operand(self) -> Self::Expression {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<V, ST> Operand<ST, kind::NullableValue> for Option<V>
where
    ST: SqlType<IsNull = is_nullable::NotNull> + SingleValue,
    Self: AsExpression<Nullable<ST>>,
{
    type SqlType = Nullable<ST>;
    type Expression = <Self as AsExpression<Nullable<ST>>>::Expression;

    fn into_operand(self) -> Self::Expression {
        self.as_expression()
    }
}

#[diagnostic::do_not_recommend]
impl<'v, V, ST> Operand<ST, kind::NullableValue> for &'v Option<V>
where
    ST: SqlType<IsNull = is_nullable::NotNull> + SingleValue,
    Self: AsExpression<Nullable<ST>>,
{
    type SqlType = Nullable<ST>;
    type Expression = <&'v Option<V> as AsExpression<Nullable<ST>>>::Expression;

    fn into_operand(self) -> Self::Expression {
        self.as_expression()
    }
}

// A type that implements `AsExpression` by hand is made an expression by
// `.into_sql::<Nullable<..>>()`. The derive makes each type one of `Nullable<sql_type>` too:
// nothing else is a `Nullable<Nullable<ST>>`, which tells these types from those that are a `ST`.
#[diagnostic::do_not_recommend]
impl<V, ST> Operand<ST, kind::NullableType> for V
where
    ST: SqlType<IsNull = is_nullable::NotNull> + SingleValue,
    Nullable<Nullable<ST>>: SqlType + TypedExpressionType,
    V: AsExpression<Nullable<ST>> + AsExpression<Nullable<Nullable<ST>>>,
{
    type SqlType = Nullable<ST>;
    type Expression = <V as AsExpression<Nullable<ST>>>::Expression;

    fn into_operand(self) -> Self::Expression {
        AsExpression::<Nullable<ST>>::as_expression(self)
    }
}

/// What can be assigned to the column `C`, whose SQL type is `ST`: anything of that type, and NULL
/// if the column takes it.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot be assigned to `{C}`",
    label = "the column `{C}` is a `{ST}`",
    note = "help: if only NULL is in the way: `coalesce(expression, default)` of a SQL expression, `.unwrap_or(default)` of an `Option`",
    note = "help: what it reads is of the table itself: no column of another one, and no `excluded` inside of a subquery"
)]
pub trait Assignable<C: Column, ST, Kind> {
    /// The SQL expression that this is.
    type Expression: AppearsOnTable<C::Table>;

    /// Makes it a SQL expression.
    fn into_assigned(self) -> Self::Expression;
}

#[diagnostic::do_not_recommend]
impl<E, C, ST> Assignable<C, ST, is_nullable::NotNull> for E
where
    C: Column<SqlType = ST>,
    ST: SqlType<IsNull = is_nullable::NotNull> + TypedExpressionType,
    E: AsExpression<ST, Expression: AppearsOnTable<C::Table>>,
{
    type Expression = E::Expression;

    fn into_assigned(self) -> Self::Expression {
        self.as_expression()
    }
}

#[diagnostic::do_not_recommend]
impl<E, C, ST, Kind> Assignable<C, ST, (is_nullable::IsNullable, Kind)> for E
where
    C: Column<SqlType = ST>,
    ST: SqlType<IsNull = is_nullable::IsNullable> + IntoNotNullable,
    E: Operand<ST::NotNullable, Kind, Expression: AppearsOnTable<C::Table>>,
{
    type Expression = E::Expression;

    fn into_assigned(self) -> Self::Expression {
        self.into_operand()
    }
}

/// What can be inserted into the column `C`, whose SQL type is `ST`.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot be inserted into `{C}`",
    label = "the column `{C}` is a `{ST}`"
)]
pub trait Inserted<C, ST, Kind> {
    /// What Diesel's `column.eq(self)` is.
    type Inserted;
    /// The right side of that.
    type Expression;
    /// This type, which is known by it only where it can be inserted: else there would be a second
    /// error about it.
    type Value;

    /// `column.eq(self)`
    fn insert_into(self, column: C) -> Self::Inserted;

    /// Makes it a SQL expression.
    fn into_inserted(self) -> Self::Expression;
}

#[diagnostic::do_not_recommend]
impl<E, C, ST> Inserted<C, ST, kind::Only> for E
where
    C: Column<SqlType = ST> + ExpressionMethods,
    ST: SqlType + TypedExpressionType,
    E: AsExpression<ST>,
{
    type Inserted = Eq<C, E>;
    type Expression = E::Expression;
    type Value = E;

    fn insert_into(self, column: C) -> Self::Inserted {
        column.eq(self)
    }

    fn into_inserted(self) -> Self::Expression {
        self.as_expression()
    }
}

// A NOT NULL expression goes where a nullable one is wanted.
#[diagnostic::do_not_recommend]
impl<E, C, ST> Inserted<C, ST, kind::NotNull> for E
where
    C: Column<SqlType = ST> + ExpressionMethods,
    ST: SqlType<IsNull = is_nullable::IsNullable> + IntoNotNullable + TypedExpressionType,
    E: Expression<SqlType = ST::NotNullable>,
    dsl::Nullable<E>: AsExpression<ST>,
{
    type Inserted = Eq<C, dsl::Nullable<E>>;
    type Expression = dsl::Nullable<E>;
    type Value = E;

    fn insert_into(self, column: C) -> Self::Inserted {
        column.eq(self.nullable())
    }

    fn into_inserted(self) -> Self::Expression {
        self.nullable()
    }
}

#[diagnostic::do_not_recommend]
impl<E: Impossible, C, ST> Inserted<C, ST, kind::None> for E {
    type Inserted = ();
    type Expression = ();
    type Value = E;

    fn insert_into(self, _: C) -> Self::Inserted {}

    fn into_inserted(self) -> Self::Expression {}
}

/// A value of a column `C` in which the key to be met must have no NULL, if `NEEDED`: a Rust value
/// whose SQL type has none, or `coalesce` with one. Of other SQL expressions nobody knows: SQLite
/// has NULL for a division by zero, whatever the types say.
#[diagnostic::on_unimplemented(
    message = "`{C}` is in the conflict target, and a value of type `{Self}` may be NULL: NULLs never conflict, and each such row would be one more",
    label = "may be NULL",
    note = "help: a Rust value that is no `Option`, or an upsert for `Some` and an insert for `None`; of a SQL expression `upsert_runtime::dsl::coalesce(expression, value)`",
    note = "help: or `NULLS NOT DISTINCT` in the key, on PostgreSQL; or the column NOT NULL, in the database and in `table!`"
)]
pub trait NeverNull<C, const NEEDED: bool, Kind> {}

impl<E, C> NeverNull<C, false, kind::Only> for E {}

#[diagnostic::do_not_recommend]
impl<E, C, ST, V> NeverNull<C, true, kind::Only> for E
where
    C: Column<SqlType: IntoNotNullable<NotNullable = ST>>,
    ST: SqlType + TypedExpressionType,
    E: AsExpression<ST, Expression = Bound<ST, V>>,
{
}

#[diagnostic::do_not_recommend]
impl<A, C, ST, V> NeverNull<C, true, kind::NotNull> for Coalesce<A, Bound<ST, V>>
where
    C: Column<SqlType: IntoNotNullable<NotNullable = ST>>,
    ST: SqlType<IsNull = is_nullable::NotNull>,
{
}

#[diagnostic::do_not_recommend]
impl<E: Impossible, C> NeverNull<C, true, kind::None> for E {}

/// A value of a column `C` whose SQL type has numbers that are none, which SQLite [stores as
/// NULL][1]: never right if it is `NEEDED`.
///
/// [1]: https://sqlite.org/floatingpoint.html
#[diagnostic::on_unimplemented(
    message = "`{C}` is in the conflict target and can be NULL: SQLite stores NaN as NULL, NULLs never conflict, and each such row would be one more",
    label = "may be NaN",
    note = "help: make the column NOT NULL, in the database and in `table!`"
)]
pub trait NeverNan<C, const NEEDED: bool, Kind> {}

impl<E, C> NeverNan<C, false, kind::Only> for E {}

#[diagnostic::do_not_recommend]
impl<E: Impossible, C> NeverNan<C, true, kind::Only> for E {}

#[diagnostic::do_not_recommend]
impl<E: Impossible, C> NeverNan<C, true, kind::None> for E {}

/// What `column: e` becomes, `Eq`, for a `column` of the SQL type `ST`, and the type `E` of `e`.
#[derive(Debug)]
pub struct Proposed<C, ST, E, Eq> {
    eq: Eq,
    of: PhantomData<(C, ST, E)>,
}

impl<C: Column, E, Eq> Proposed<C, C::SqlType, E, Eq> {
    /// An `e` that has become `eq`.
    pub(crate) fn new(eq: Eq) -> Self {
        Self {
            eq,
            of: PhantomData,
        }
    }
}

/// What [`Proposed`] is in the end; an inherent method of the same name wins.
pub trait UnlessNull<C, E, Eq> {
    /// The same, which is not NULL if that is `NEEDED`.
    fn unless_null<const NEEDED: bool, Kind>(self) -> Eq
    where
        E: NeverNull<C, NEEDED, Kind>;
}

impl<C, ST, E, Eq> UnlessNull<C, E, Eq> for Proposed<C, ST, E, Eq> {
    fn unless_null<const NEEDED: bool, Kind>(self) -> Eq
    where
        E: NeverNull<C, NEEDED, Kind>,
    {
        self.eq
    }
}

macro_rules! unless_nan {
    ($($float:ty)*) => {$(
        impl<C, E, Eq> Proposed<C, $float, E, Eq> {
            /// The same, which is not NULL if that is `NEEDED`.
            pub fn unless_null<const NEEDED: bool, Kind>(self) -> Eq
            where
                E: NeverNan<C, NEEDED, Kind>,
            {
                self.eq
            }
        }
    )*};
}

unless_nan! { Float Double Nullable<Float> Nullable<Double> }

/// Nothing is.
///
/// Where a trait has one impl, the compiler takes it and complains about what it asks for, at
/// length. An impl for what is impossible is a second one, and makes it complain about the trait,
/// in our words.
pub trait Impossible {}
