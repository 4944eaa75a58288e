//! The two rows of an upsert: the stored one, and `excluded`, which was proposed and met it.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::internal::table_macro::{Identifier, StaticQueryFragment};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;

use super::arithmetic;
use crate::dialect::Dialect;
use crate::keys::{same, same_but_for_case};

/// A column of the stored row: `page_hits.n` inside [`upsert!`](crate::upsert).
///
/// The column itself, but for its arithmetic: `/` between integers drops the fraction on every
/// backend, where Diesel's own is the backend's, and MySQL's has a fraction and rounds.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Stored<C>(C);

impl<C: Column> Stored<C> {
    /// `column` of the stored row.
    pub fn new(column: C) -> Self {
        Self(column)
    }
}

impl<C: Column> Expression for Stored<C> {
    type SqlType = C::SqlType;
}

impl<C: Column + AppearsOnTable<T>, T> AppearsOnTable<T> for Stored<C> {}

impl<C: Column + SelectableExpression<T>, T> SelectableExpression<T> for Stored<C> {}

impl<C: ValidGrouping<G>, G> ValidGrouping<G> for Stored<C> {
    type IsAggregate = C::IsAggregate;
}

impl<C: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Stored<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

arithmetic!(Stored<C>);

/// A column of the proposed row: `excluded.n`, and `VALUES(n)` on MySQL.
///
/// Made by `excluded.n` inside [`upsert!`](crate::upsert), or by
/// [`dsl::excluded`](crate::dsl::excluded).
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Excluded<C>(C);

impl<C: Column> Excluded<C> {
    /// `column` of the proposed row.
    pub fn new(column: C) -> Self {
        Self(column)
    }
}

impl<C: Column> Expression for Excluded<C> {
    type SqlType = C::SqlType;
}

// The proposed row exists beside the stored one only, never in a SELECT: no `SelectableExpression`.
impl<C: Column> AppearsOnTable<C::Table> for Excluded<C> {}

impl<C, G> ValidGrouping<G> for Excluded<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<C, DB> QueryFragment<DB> for Excluded<C>
where
    DB: Dialect,
    C: Column,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        DB::excluded(C::NAME, out)
    }
}

arithmetic!(Excluded<C>);

/// The table `T`, by its SQL name.
#[derive(Debug)]
pub struct Named<T>(PhantomData<T>);

impl<T: StaticQueryFragment<Component = Identifier<'static>>> Named<T> {
    /// As `table!` has it.
    pub const NAME: Option<&'static str> = Some(T::STATIC_COMPONENT.0);
}

/// A table that names its schema, or that no `table!` made.
pub trait Unnamed {
    /// It is not known here.
    const NAME: Option<&'static str> = None;
}

impl<T> Unnamed for Named<T> {}

/// Stops the compiler, which says `why`, where the table of this name in Rust is not the one that
/// SQL calls `sql`; case matters on PostgreSQL (`case`). One that names its schema, which nobody
/// can read at compile time, is none of the default schema (`is_default`), and the other way round.
#[track_caller]
#[expect(clippy::panic, reason = "called at compile time only")]
pub const fn must_be_called(
    table: Option<&str>,
    is_default: bool,
    sql: &str,
    case: bool,
    why: &str,
) {
    let is = match table {
        Some(table) => is_default && (same(table, sql) || !case && same_but_for_case(table, sql)),
        None => !is_default,
    };
    if !is {
        panic!("{}", why);
    }
}

/// Stops the compiler where the stored row would be taken for the proposed one: on SQLite, a table
/// of that name wins.
#[track_caller]
pub const fn must_not_be_excluded(table: Option<&str>) {
    if let Some(table) = table {
        assert!(
            !same_but_for_case(table, "excluded"),
            "a table cannot be called `excluded` here: in SQL that is the proposed row\nhelp: rename the table"
        );
    }
}
