//! The SELECT that reads a row by its key.

use diesel::connection::LoadConnection;
use diesel::expression::{Expression, NonAggregate, SelectableExpression};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::query_source::Column;
use diesel::{QueryResult, QuerySource, RunQueryDsl};

use super::{ByKey, KeyPart};
use crate::dialect::{CreatesRows, Lookup, Read};

/// What a row is looked for by, and what is returned of it.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Find<T, Target, K, E> {
    pub(super) table: T,
    pub(super) target: Target,
    pub(super) key: K,
    pub(super) returned: E,
}

impl<T, Target, K, E> Find<T, Target, K, E> {
    pub(crate) fn new(table: T, target: Target, key: K, returned: E) -> Self {
        Self {
            table,
            target,
            key,
            returned,
        }
    }
}

/// `SELECT returned FROM table WHERE key`, with what is behind it in the type `How`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct FindAs<F, How> {
    find: F,
    how: How,
}

impl<T, Target, K, E, How, DB> QueryFragment<DB> for FindAs<Find<T, Target, K, E>, How>
where
    DB: CreatesRows,
    T: QueryFragment<DB>,
    Target: ByKey<K, DB>,
    E: QueryFragment<DB>,
    How: ReadAs,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let find = &self.find;
        out.push_sql("SELECT ");
        find.returned.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        find.table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        find.target.walk(&find.key, out.reborrow())?;
        DB::read_as(self.how.read(), out)
    }
}

impl<T, Target, K, E, How> Query for FindAs<Find<T, Target, K, E>, How>
where
    T: QuerySource,
    E: Expression + SelectableExpression<T> + NonAggregate,
{
    type SqlType = E::SqlType;
}

impl<F, How, Conn> RunQueryDsl<Conn> for FindAs<F, How> {}

/// A [`Read`] by its type, for statements that are not the same to have query ids that are not.
pub trait ReadAs {
    fn read(&self) -> &Read;
}

macro_rules! read_as {
    ($($how:ident = $read:expr;)+) => {$(
        #[derive(Debug, Clone, Copy, QueryId)]
        pub struct $how;

        impl ReadAs for $how {
            fn read(&self) -> &Read {
                &$read
            }
        }
    )+};
}

read_as! {
    Plain = Read::Plain;
    Shared = Read::Shared;
    Locked = Read::Locked;
}

#[derive(Debug, Clone, Copy)]
pub struct IfInserted(Read);

impl QueryId for IfInserted {
    type QueryId = Self;
}

impl ReadAs for IfInserted {
    fn read(&self) -> &Read {
        &self.0
    }
}

/// `UPDATE table SET column = column WHERE 0 = 1`
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Touch<T, C> {
    table: T,
    column: C,
}

impl<T: Copy, C: Copy> Touch<T, C> {
    pub(super) fn of<Target, X, R, E>(find: &Find<T, Target, (KeyPart<C, X>, R), E>) -> Self {
        Self {
            table: find.table,
            column: find.key.0.column,
        }
    }
}

impl<T, C, DB> QueryFragment<DB> for Touch<T, C>
where
    DB: CreatesRows,
    T: QueryFragment<DB>,
    C: Column + QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        out.push_identifier(C::NAME)?;
        out.push_sql(" = ");
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE 0 = 1");
        Ok(())
    }
}

impl<'q, T, Target, C, X, R, E, Conn, U> Lookup<Conn, U> for Find<T, Target, (KeyPart<C, X>, R), E>
where
    Conn: LoadConnection,
    T: Copy,
    C: Copy,
    Self: Clone,
    FindAs<Self, Plain>: LoadQuery<'q, Conn, U>,
    FindAs<Self, Shared>: LoadQuery<'q, Conn, U>,
    FindAs<Self, Locked>: LoadQuery<'q, Conn, U>,
    FindAs<Self, IfInserted>: LoadQuery<'q, Conn, U>,
    Touch<T, C>: QueryFragment<Conn::Backend> + QueryId,
{
    fn read(&self, conn: &mut Conn, how: Read) -> QueryResult<Option<U>> {
        let find = self.clone();
        match how {
            Read::Plain => first(FindAs { find, how: Plain }, conn),
            Read::Shared => first(FindAs { find, how: Shared }, conn),
            Read::Locked => first(FindAs { find, how: Locked }, conn),
            Read::Inserted(_) => first(
                FindAs {
                    find,
                    how: IfInserted(how),
                },
                conn,
            ),
        }
    }

    fn touch(&self, conn: &mut Conn) -> QueryResult<()> {
        conn.execute_returning_count(&Touch::of(self)).map(drop)
    }
}

/// The row of `query`, if it has one. It is run to its end: only there SQLite says that it could
/// not commit.
pub(super) fn first<'q, Q, Conn, U>(query: Q, conn: &mut Conn) -> QueryResult<Option<U>>
where
    Q: LoadQuery<'q, Conn, U>,
{
    let mut rows = query.internal_load(conn)?;
    let first = rows.next().transpose()?;
    rows.try_for_each(|more| more.map(drop))?;
    Ok(first)
}
