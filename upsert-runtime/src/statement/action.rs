//! What happens on a conflict: `DO UPDATE` or `DO NOTHING`.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;

use super::{Any, Changes, Checked, Columns, Constraint, Guard, IndexTarget, Key};
use crate::dialect::{Dialect, SupportsSimultaneousAssignment, SupportsUpdateOnAnyKey};

/// `set = nothing`: the stored row stays as it is.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct DoNothing<Target, C> {
    pub(super) target: Target,
    pub(super) column: C,
}

impl<Target, C> DoNothing<Target, C> {
    /// Nothing on a conflict with `target`; `column` is any column of the table.
    pub fn new(target: Target, column: C) -> Self {
        Self { target, column }
    }
}

impl<Target, C, DB> QueryFragment<DB> for DoNothing<Target, C>
where
    DB: Dialect,
    Target: QueryFragment<DB>,
    C: Column + QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        DB::do_nothing(&self.target, &self.column, out)
    }
}

/// `set = < .. >`: the stored row is updated.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct DoUpdate<Target, C, A, G, O> {
    pub(super) target: Target,
    pub(super) column: C,
    pub(super) changes: A,
    pub(super) guard: G,
    order: PhantomData<O>,
}

impl<Target, C, A, G, O> DoUpdate<Target, C, A, G, O> {
    /// The assignments `changes` on a conflict with `target`, where `guard` holds; `column` is any
    /// column of the table.
    pub fn new(target: Target, column: C, changes: A, guard: G, _: O) -> Self {
        Self {
            target,
            column,
            changes,
            guard,
            order: PhantomData,
        }
    }
}

impl<Target, C, A, G, O> DoUpdate<Target, C, A, G, O> {
    /// Refuses assignments in an order that the backend would not take as it is meant.
    pub(super) fn check_order<DB>(&self, backend: &DB) -> QueryResult<()>
    where
        DB: Dialect,
        A: Changes<DB, G>,
        O: AssignmentOrder<DB>,
    {
        if DB::SEQUENTIAL_ASSIGNMENT && O::UNSEEN {
            self.changes
                .check_order(&mut Vec::new(), &self.guard, backend)?;
        }
        Ok(())
    }
}

impl<Target, C, A, G, O, DB> QueryFragment<DB> for DoUpdate<Target, C, A, G, O>
where
    DB: Dialect,
    Target: UpdateTarget<DB>,
    A: Changes<DB, G>,
    G: Guard<DB>,
    O: AssignmentOrder<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.check_order(out.backend())?;
        DB::do_update(&self.target, out.reborrow())?;
        self.changes.walk(true, &self.guard, &mut out)?;
        DB::guard(&self.guard, out)
    }
}

/// What happens on a conflict, whichever it is.
pub trait OnConflict {
    /// The conflict target.
    type Target;

    /// Whether a stored row is updated, where a guard holds.
    const UPDATES: bool;

    /// The unique key that may be met.
    fn target(&self) -> &Self::Target;
}

impl<Target, C> OnConflict for DoNothing<Target, C> {
    type Target = Target;
    const UPDATES: bool = false;

    fn target(&self) -> &Target {
        &self.target
    }
}

impl<Target, C, A, G, O> OnConflict for DoUpdate<Target, C, A, G, O> {
    type Target = Target;
    const UPDATES: bool = true;

    fn target(&self) -> &Target {
        &self.target
    }
}

/// Targets that `DO UPDATE` takes on a backend.
pub trait UpdateTarget<DB: Dialect>: QueryFragment<DB> {}

impl<L, DB: Dialect> UpdateTarget<DB> for Columns<L> where Self: QueryFragment<DB> {}
impl<L, P, DB: Dialect> UpdateTarget<DB> for IndexTarget<L, P> where Self: QueryFragment<DB> {}
impl<N, DB: Dialect> UpdateTarget<DB> for Constraint<N> where Self: QueryFragment<DB> {}
impl<T, N, DB: Dialect> UpdateTarget<DB> for Key<T, N> where Self: QueryFragment<DB> {}
impl<T, V, DB: Dialect> UpdateTarget<DB> for Checked<T, V>
where
    T: UpdateTarget<DB>,
    Self: QueryFragment<DB>,
{
}
impl<DB: Dialect<Marked: SupportsUpdateOnAnyKey>> UpdateTarget<DB> for Any {}

/// What is known of the order of the assignments, for a backend on which it matters.
pub trait AssignmentOrder<DB: Dialect> {
    /// Whether a value may read what `upsert!` did not see.
    const UNSEEN: bool;
}

/// Every value is read before it is written.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct InOrder;

/// As [`InOrder`] in all that `upsert!` sees; a Rust expression may hide a read, so the SQL is
/// looked at when it is made.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct UnseenOrder;

/// No order is right: the values read each other's columns.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Cyclic;

impl<DB: Dialect> AssignmentOrder<DB> for InOrder {
    const UNSEEN: bool = false;
}

impl<DB: Dialect> AssignmentOrder<DB> for UnseenOrder {
    const UNSEEN: bool = true;
}

impl<DB: Dialect<Marked: SupportsSimultaneousAssignment>> AssignmentOrder<DB> for Cyclic {
    const UNSEEN: bool = false;
}
