//! The INSERT that leaves a stored row alone.

use diesel::connection::LoadConnection;
use diesel::expression::{Expression, NonAggregate, SelectableExpression};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::query_source::Column;
use diesel::{QueryResult, QuerySource, RunQueryDsl};

use super::find::first;
use super::{Find, KeyPart};
use crate::dialect::{Candidate, CreatesRows, Lookup, Mark, Read};
use crate::statement::walk_values;

/// `INSERT INTO table values`, with [`CreatesRows::unless_there`] behind it.
#[derive(Debug, Clone, Copy)]
pub struct Insert<F, V> {
    find: F,
    values: V,
    mark: Mark,
}

// The mark is bound.
impl<F: QueryId, V: QueryId> QueryId for Insert<F, V> {
    type QueryId = Insert<F::QueryId, V::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = F::HAS_STATIC_QUERY_ID && V::HAS_STATIC_QUERY_ID;
}

impl<T, Target, C, X, R, E, V, DB> QueryFragment<DB>
    for Insert<Find<T, Target, (KeyPart<C, X>, R), E>, V>
where
    DB: CreatesRows,
    T: QueryFragment<DB>,
    Target: QueryFragment<DB>,
    C: Column + QueryFragment<DB>,
    E: QueryFragment<DB>,
    V: QueryFragment<DB> + QueryId,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let find = &self.find;
        out.push_sql("INSERT INTO ");
        find.table.walk_ast(out.reborrow())?;
        out.push_sql(" ");
        walk_values(&self.values, &mut out)?;
        let met = (&find.target, &find.key.0.column);
        DB::unless_there(met, &find.returned, &self.mark, out)
    }
}

impl<T, Target, K, E, V> Query for Insert<Find<T, Target, K, E>, V>
where
    T: QuerySource,
    E: Expression + SelectableExpression<T> + NonAggregate,
{
    type SqlType = E::SqlType;
}

impl<F, V, Conn> RunQueryDsl<Conn> for Insert<F, V> {}

/// A row that is to be inserted.
#[derive(Debug)]
pub struct Proposal<F, V> {
    find: F,
    values: V,
}

impl<F, V> Proposal<F, V> {
    pub(super) fn new(find: F, values: V) -> Self {
        Self { find, values }
    }

    fn insert(&self, mark: Mark) -> Insert<F, V>
    where
        F: Clone,
        V: Clone,
    {
        Insert {
            find: self.find.clone(),
            values: self.values.clone(),
            mark,
        }
    }
}

impl<F: Lookup<Conn, U>, V, Conn, U> Lookup<Conn, U> for Proposal<F, V> {
    fn read(&self, conn: &mut Conn, how: Read) -> QueryResult<Option<U>> {
        self.find.read(conn, how)
    }

    fn touch(&self, conn: &mut Conn) -> QueryResult<()> {
        self.find.touch(conn)
    }
}

impl<'q, F, V, Conn, U> Candidate<Conn, U> for Proposal<F, V>
where
    Conn: LoadConnection,
    F: Lookup<Conn, U> + Clone,
    V: Clone,
    Insert<F, V>: LoadQuery<'q, Conn, U> + QueryFragment<Conn::Backend> + QueryId,
{
    fn insert_returning(&self, conn: &mut Conn) -> QueryResult<Option<U>> {
        first(self.insert(Mark::next()), conn)
    }

    fn insert_marked(&self, conn: &mut Conn, mark: Mark) -> QueryResult<()> {
        conn.execute_returning_count(&self.insert(mark)).map(drop)
    }
}
