//! The `where =` section: when a stored row is updated at all.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::BoolOrNullableBool;
use diesel::{QueryResult, QuerySource};

use super::{Impossible, kind};
use crate::dialect::{Dialect, Guard, SupportsGuardOn};

/// What can decide over an assignment to a column of the SQL type `ST`.
pub trait GuardOf<ST, DB: Backend>: Guard<DB> {}

/// Every stored row that conflicts is updated.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Always;

impl<DB: Backend> QueryFragment<DB> for Always {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB: Backend> Guard<DB> for Always {
    const ALWAYS: bool = true;
}

impl<ST, DB: Backend> GuardOf<ST, DB> for Always {}

/// A stored row is updated where the predicate is true: not where it is false or NULL.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Where<P>(P);

impl<P> Where<P> {
    /// Where `condition` is true.
    pub(crate) fn new(condition: P) -> Self {
        Self(condition)
    }
}

impl<P, DB> QueryFragment<DB> for Where<P>
where
    DB: Backend,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<P, DB> Guard<DB> for Where<P>
where
    DB: Backend,
    P: QueryFragment<DB>,
{
    const ALWAYS: bool = false;
}

impl<P, ST, DB> GuardOf<ST, DB> for Where<P>
where
    DB: Dialect<Marked: SupportsGuardOn<ST>>,
    P: QueryFragment<DB>,
{
}

/// The guard `G`, which reads what the assignments write.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Once<G>(G);

impl<G> Once<G> {
    /// `guard`, evaluated before the first assignment.
    pub fn new(guard: G) -> Self {
        Self(guard)
    }
}

impl<G: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Once<G> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<G: Guard<DB>, DB: Backend> Guard<DB> for Once<G> {
    const ALWAYS: bool = G::ALWAYS;
    const ONCE: bool = true;
}

impl<G: GuardOf<ST, DB>, ST, DB: Backend> GuardOf<ST, DB> for Once<G> {}

/// A boolean SQL expression over the stored row, the proposed row and values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on a row of `{T}`",
    label = "this is not a boolean SQL expression of the table",
    note = "help: write a Diesel condition, by the methods of a column: `.eq(..)`, `.lt(..)`, `.is_null()` .."
)]
pub trait Predicate<T, Kind> {
    /// The SQL expression that this is.
    type Condition;

    /// Itself.
    fn into_condition(self) -> Self::Condition;
}

#[diagnostic::do_not_recommend]
impl<P, T> Predicate<T, kind::Only> for P
where
    T: QuerySource,
    P: Expression + AppearsOnTable<T>,
    P::SqlType: BoolOrNullableBool,
{
    type Condition = Self;

    fn into_condition(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P: Impossible, T> Predicate<T, kind::None> for P {
    type Condition = ();

    fn into_condition(self) {}
}
