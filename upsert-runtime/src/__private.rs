//! What the macros expand to. Nothing here is public API.
#![allow(
    missing_docs,
    reason = "not public; what it is for is said where it is defined"
)]

pub use std::vec::Vec;

pub use diesel;
pub use upsert_macros::{get_or_create, lock_or_create, multi_backend, unique_keys, upsert};

use diesel::expression::AppearsOnTable;
use diesel::query_source::Column;
use diesel::{QuerySource, Table};

pub use crate::dialect::multi::Rendered;
pub use crate::dialect::{Catalogue, Verdict};
pub use crate::keys::check::{
    Check, Numbers, NumbersOf, NumbersRunOut, Wanted, keeps, must_not_all_be_kept,
};
pub use crate::keys::lookup::{
    Broken, Claim, Claimed, Declarations, Declared, DeclaredNothing, Probe, ProbeNothing,
    Unclaimed, Undeclared, Whole, find_column, known, must_exist, must_have,
};
use crate::keys::primary::{PrimaryKey, first_key_column};
pub use crate::keys::{
    Backends, CatalogueOf, KeyColumn, KeyElement, KeyKind, Nulls, Numbered, Source, UniqueKey,
    UniqueKeys, VerifyError, differences, differences_of,
};
use crate::rows::{Find, GetOrCreate, KeyPart, LockOrCreate};
pub use crate::statement::{
    Always, Any, Checked, Columns, Constraint, Cyclic, DoNothing, DoUpdate, InOrder, IndexTarget,
    Key, Named, NoReturning, Once, Rest, StaticStr, UnlessNull, Unnamed, UnseenOrder,
    must_be_called, must_not_be_excluded,
};
use crate::statement::{
    Assign, Assignable, Factor, IncompleteUpsert, IndexColumn, IndexElement, IndexExpression,
    IndexLiteral, Inserted, Predicate, Proposed, Returned, Returning, Row, Scalable, Selection,
    Stored, Where, ops, scaled,
};

/// The SQL type of the primary key of `T`.
pub type PrimaryKeyType<T> = <<T as Table>::PrimaryKey as diesel::Expression>::SqlType;

/// The nodes that [`multi_backend!`](crate::multi_backend) is about.
pub mod nodes {
    pub use crate::dsl::{Coalesce, Extreme};
    pub use crate::statement::{Arithmetic, ConflictValues, OrZero, Upsert};
}

/// The statements of [`rows`](crate::rows), for tests of what they are prepared as.
pub mod told {
    use crate::dialect::Mark;
    use crate::statement::{ByKey, InsertOnly, ReturnsBoth, Selected, Trace, Traced, Upsert};

    pub fn traced<T, V, Clause, R>(
        upsert: Upsert<T, V, Clause, R>,
    ) -> Upsert<T, V, Traced<Clause>, R> {
        upsert.with_clause(|clause| Traced::new(clause, Mark::next()))
    }

    pub fn returning_trace<T, V, Clause, R: Selected<T>>(
        upsert: Upsert<T, V, Clause, R>,
    ) -> ReturnsBoth<T, V, Clause, R::Expression> {
        let selected = (upsert.returning.selected(), Trace);
        traced(upsert).with_returning(selected)
    }

    pub fn insert_only<T, V, Clause, R>(
        upsert: Upsert<T, V, Clause, R>,
    ) -> Upsert<T, V, InsertOnly<Clause>, R> {
        upsert.with_clause(InsertOnly)
    }

    pub fn by_key<T, V, Clause, R: Selected<T>>(
        upsert: Upsert<T, V, Clause, R>,
    ) -> ByKey<T, V, Clause, R::Expression> {
        ByKey::of(upsert)
    }
}

pub fn incomplete<T, Clause, R>(
    table: T,
    clause: Clause,
    returning: R,
) -> IncompleteUpsert<T, Clause, R> {
    IncompleteUpsert::new(table, clause, returning)
}

/// `column: e` in `values`
pub fn value<C, E, Kind, Eq>(column: C, e: E) -> Eq
where
    C: Column,
    E: Inserted<C, C::SqlType, Kind, Inserted = Eq>,
{
    e.insert_into(column)
}

/// `column: e` in `values`, of which the type of `e` is asked for
pub fn key_value<C, E, Kind, Eq, Value>(column: C, e: E) -> Proposed<C, C::SqlType, Value, Eq>
where
    C: Column,
    E: Inserted<C, C::SqlType, Kind, Inserted = Eq, Value = Value>,
{
    Proposed::new(e.insert_into(column))
}

/// `column: e` in `key`
pub fn key_part<C, E, Kind, X, Value>(
    column: C,
    e: E,
) -> Proposed<C, C::SqlType, Value, KeyPart<C, X>>
where
    C: Column,
    E: Inserted<C, C::SqlType, Kind, Expression = X, Value = Value>,
{
    Proposed::new(KeyPart::new(column, e.into_inserted()))
}

/// A row of a table.
pub fn row<T, V, Kind>(_: T, row: V) -> V::Values
where
    V: Row<T, Kind>,
{
    row.into_values()
}

/// `get_or_create!`
pub fn get_or_create<T, Target, K, E, F, V>(
    table: T,
    target: Target,
    key: K,
    returned: Returning<E>,
    values: F,
) -> GetOrCreate<Find<T, Target, K, E>, F>
where
    F: FnOnce(K) -> V,
{
    let returned = returned.into_expression();
    GetOrCreate::new(Find::new(table, target, key, returned), values)
}

/// `lock_or_create!`
pub fn lock_or_create<T, Target, K, E, F, V>(
    table: T,
    target: Target,
    key: K,
    returned: Returning<E>,
    values: F,
) -> LockOrCreate<Find<T, Target, K, E>, F>
where
    F: FnOnce(K) -> V,
{
    LockOrCreate::new(get_or_create(table, target, key, returned, values))
}

/// What comes back where there is no `returning`.
pub fn all_columns<T: Table>(_: T) -> Returning<T::AllColumns> {
    Returning::new(T::all_columns())
}

/// `column = e`
pub fn assign<C, E, Kind, Value>(column: C, e: E) -> Assign<C, Value>
where
    C: Column,
    E: Assignable<C, C::SqlType, Kind, Expression = Value>,
    Value: AppearsOnTable<C::Table>,
{
    Assign::new(column, e.into_assigned())
}

/// `column *= e`
pub fn multiply<C, E, Kind, Value>(column: C, e: E) -> Assign<C, Value>
where
    C: Column + Copy + Scalable,
    E: Factor<C, C::SqlType, ops::Times, Kind, Value = Value>,
    Value: AppearsOnTable<C::Table>,
{
    scaled(column, ops::Times, e)
}

/// `column /= e`
pub fn divide<C, E, Kind, Value>(column: C, e: E) -> Assign<C, Value>
where
    C: Column + Copy + Scalable,
    E: Factor<C, C::SqlType, ops::DividedBy, Kind, Value = Value>,
    Value: AppearsOnTable<C::Table>,
{
    scaled(column, ops::DividedBy, e)
}

/// A column, with the span of the call.
pub const fn column<C: Copy>(column: C) -> C {
    column
}

/// `table.column`
pub fn stored<C: Column>(column: C) -> Stored<C> {
    Stored::new(column)
}

/// The name of a column, for a constant.
pub const fn name<C: Column + Copy>(_: C) -> &'static str {
    C::NAME
}

/// `where = predicate`
pub fn guard<T, P, Kind, Condition>(_: T, predicate: P) -> Where<Condition>
where
    T: QuerySource,
    P: Predicate<T, Kind, Condition = Condition>,
{
    Where::new(predicate.into_condition())
}

/// `set = < .. >`, where the conflict target names no column
pub fn do_update<T, Target, A, G, O, Shape>(
    _: T,
    target: Target,
    changes: A,
    guard: G,
    order: O,
) -> DoUpdate<Target, <T::PrimaryKey as PrimaryKey<Shape>>::First, A, G, O>
where
    T: Table<PrimaryKey: PrimaryKey<Shape>>,
{
    DoUpdate::new(
        target,
        first_key_column::<T, Shape>(),
        changes,
        guard,
        order,
    )
}

/// `set = nothing`, where the conflict target names no column
pub fn do_nothing<T, Target, Shape>(
    _: T,
    target: Target,
) -> DoNothing<Target, <T::PrimaryKey as PrimaryKey<Shape>>::First>
where
    T: Table<PrimaryKey: PrimaryKey<Shape>>,
{
    DoNothing::new(target, first_key_column::<T, Shape>())
}

/// `returning = e`
pub fn returning<T, E, Kind, Selected>(_: T, expression: E) -> Returning<Selected>
where
    T: QuerySource,
    E: Selection<T, Kind, Expression = Selected>,
{
    Returning::new(expression.into_selected())
}

/// `returning = Model`
pub fn model<M, T, DB, Kind, E>() -> E
where
    M: Returned<T, DB, Kind, Expression = E>,
{
    M::expression()
}

/// A column in a conflict target
pub fn index_column<C: Column>(column: C) -> IndexColumn<C> {
    IndexColumn::new(column)
}

/// An element of a conflict target
pub fn index_element<T, E: IndexElement<T>>(_: T, element: E) -> E {
    element
}

/// The same, where it is more than a column
pub fn index_expression<T, E: IndexElement<T>>(_: T, element: E) -> IndexExpression<E> {
    IndexExpression::new(element)
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
