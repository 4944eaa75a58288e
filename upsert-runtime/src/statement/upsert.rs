//! The statement as a whole.

use diesel::backend::Backend;
use diesel::expression::{Expression, NonAggregate, SelectableExpression};
use diesel::insertable::{CanInsertInSingleQuery, Insertable};
use diesel::query_builder::{AsQuery, AstPass, InsertStatement, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::result::Error::NotFound;
use diesel::{QueryResult, QuerySource, RunQueryDsl, Table};

use super::text::sql;
use super::{NoReturning, Returning};
use crate::dialect::Dialect;

/// A complete upsert of one row.
///
/// A Diesel query like any other: `execute`, `get_result`, `load`, `returning`, `debug_query`, a
/// pooled or an asynchronous connection.
///
/// It is prepared once for each connection, and found again by its type, wherever its parts allow.
/// Some do not: raw SQL (`sql("..")`), which could be anything; `eq_any` and boxed expressions; and
/// a value that may be DEFAULT. Diesel takes each field of a derived `Insertable` for such a one,
/// which on PostgreSQL and MySQL keeps the statement out of the cache:
/// `#[diesel(treat_none_as_default_value = false)]` on the struct makes `None` a NULL and lets it
/// in. It makes a difference to the row too: where a column has a DEFAULT, that is what `None`
/// proposes otherwise, so that `coalesce(excluded.name, users.name)` is never the stored name.
///
/// What is prepared stays as it was prepared. On MySQL and MariaDB a statement belongs to the
/// database that was current then, and writes to it after `USE another` too; on PostgreSQL one that
/// returns a column fails after the type of that column has changed, until the connection is a new
/// one. So it is with each statement that Diesel keeps. Name the database in
/// `table! { another.page_hits (..) }`, or have the connection keep none:
/// `set_prepared_statement_cache_size(CacheSize::Disabled)`.
///
/// * `execute` returns the number of rows that the database says were affected. PostgreSQL and
///   SQLite: 1, and 0 where nothing was inserted or updated. MySQL (Diesel's connections count
///   *found* rows): 1 for a row that was inserted or stayed as it was, 2 for one that changed.
/// * [`outcome`](Self::outcome) says which of the three it was on every backend, and
///   [`get_outcome`](Self::get_outcome) gives the row too, on MySQL as well.
/// * `get_result` without `returning` gives all columns of the row, as it is stored afterwards. On
///   MySQL it does not compile.
/// * What `get_result`, `get_results` and `load` return is stored. Who takes `load_iter` goes on to
///   the end of it: SQLite commits a statement outside of a transaction when it has run to its end,
///   and says only then that it could not. `execute` does not compile with `returning` for that
///   reason, but where generic code calls it: there use `load`.
#[derive(Debug, Clone, Copy, QueryId)]
#[must_use = "an upsert does nothing until it is executed"]
pub struct Upsert<T, V, Clause, R = NoReturning> {
    pub(crate) table: T,
    pub(crate) values: V,
    pub(crate) clause: Clause,
    pub(crate) returning: R,
}

impl<T, V, Clause, R> Upsert<T, V, Clause, R> {
    pub(crate) fn new(table: T, values: V, clause: Clause, returning: R) -> Self {
        Self {
            table,
            values,
            clause,
            returning,
        }
    }

    /// The same with another clause.
    pub(crate) fn with_clause<Other>(
        self,
        other: impl FnOnce(Clause) -> Other,
    ) -> Upsert<T, V, Other, R> {
        Upsert::new(self.table, self.values, other(self.clause), self.returning)
    }

    /// The same, returning `expression`.
    pub(crate) fn with_returning<E>(self, expression: E) -> Upsert<T, V, Clause, Returning<E>> {
        let returning = Returning::new(expression);
        Upsert::new(self.table, self.values, self.clause, returning)
    }
}

impl<T, V, Clause> Upsert<T, V, Clause> {
    /// Returns these columns or this expression of the row as it is stored afterwards. No row comes
    /// back where nothing was inserted or updated (`set = nothing`, or a `where` that did not
    /// hold).
    ///
    /// Does not compile on MySQL, where Diesel has no `RETURNING`. Of a table of an attached
    /// database (`table! { other.page_hits (..) }`) SQLite wants the columns by their bare names,
    /// which Diesel's never are: there it is `returning(sql::<BigInt>("n"))`.
    pub fn returning<E>(self, expression: E) -> Upsert<T, V, Clause, Returning<E>>
    where
        Upsert<T, V, Clause, Returning<E>>: Query,
    {
        self.with_returning(expression)
    }

    /// The plain Diesel statement, with all that Diesel has for an `InsertStatement`.
    ///
    /// Its SQL is the same text, and that of
    /// `insert_into(..).values(..).on_conflict(..).do_update().set(..)` wherever Diesel can write
    /// it. Only the conflict clause in it is ours: the type of Diesel's own has no public name, so
    /// that no method could return it. From Diesel 2.4 on an `InsertStatement` returns rows with
    /// Diesel's own clause alone: [`returning`](Self::returning) and `get_result` are for the
    /// statement as it is.
    pub fn into_diesel(self) -> InsertStatement<T, ConflictValues<V, Clause>>
    where
        T: Table,
    {
        diesel::insert_into(self.table).values(ConflictValues {
            values: self.values,
            clause: self.clause,
        })
    }
}

/// What `execute` takes on a statement with `returning`: nothing, to say so. SQLite says only
/// behind the last row that it could not commit, and Diesel's `execute` does not look there.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this upsert returns a row, which `execute` does not read",
    label = "not for a statement with `returning`",
    note = "help: `.get_result(conn)`; or leave `returning` out, and `execute` returns the number of rows"
)]
pub trait ReadsRows {
    /// What the method would give.
    type Outcome;

    /// Nobody can call it.
    fn refuse<X>(self, statement: X) -> Self::Outcome;
}

#[doc(hidden)]
impl<T, V, Clause, E> Upsert<T, V, Clause, Returning<E>> {
    pub fn execute<Conn: ReadsRows>(self, conn: Conn) -> Conn::Outcome {
        conn.refuse(self)
    }

    pub fn outcome<Conn: LosesRow>(self, conn: Conn) -> Conn::Outcome {
        conn.refuse(self)
    }
}

/// What `outcome` takes on a statement with `returning`: nothing, to say so.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this upsert returns a row, which `outcome` does not read",
    label = "not for a statement with `returning`",
    note = "help: `.get_outcome(conn)`, which gives the row beside the outcome; or leave `returning` out"
)]
pub trait LosesRow {
    /// What the method would give.
    type Outcome;

    /// Nobody can call it.
    fn refuse<X>(self, statement: X) -> Self::Outcome;
}

impl<T, V, Clause, R, DB> QueryFragment<DB> for Upsert<T, V, Clause, R>
where
    DB: Dialect,
    T: QueryFragment<DB>,
    V: QueryFragment<DB> + QueryId,
    Clause: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" ");
        walk_values(&self.values, &mut out)?;
        self.clause.walk_ast(out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

impl<T, V, Clause, E> Query for Upsert<T, V, Clause, Returning<E>>
where
    T: QuerySource,
    E: Expression + SelectableExpression<T> + NonAggregate,
{
    type SqlType = E::SqlType;
}

impl<T, V, Clause> AsQuery for Upsert<T, V, Clause, NoReturning>
where
    T: Table,
    Upsert<T, V, Clause, Returning<T::AllColumns>>: Query,
{
    type SqlType = <Self::Query as Query>::SqlType;
    type Query = Upsert<T, V, Clause, Returning<T::AllColumns>>;

    fn as_query(self) -> Self::Query {
        self.returning(T::all_columns())
    }
}

impl<T, V, Clause, R, Conn> RunQueryDsl<Conn> for Upsert<T, V, Clause, R> {
    /// Diesel's own takes the first row and leaves the statement there. On SQLite that is before
    /// the COMMIT of a statement outside of a transaction, whose failure nobody would hear of.
    fn get_result<'query, U>(self, conn: &mut Conn) -> QueryResult<U>
    where
        Self: LoadQuery<'query, Conn, U>,
    {
        let mut rows = self.internal_load(conn)?;
        let row = rows.next().unwrap_or(Err(NotFound))?;
        for more in rows {
            more?;
        }
        Ok(row)
    }
}

/// What Diesel writes for a row without a column.
const DEFAULT_VALUES: &str = "DEFAULT VALUES";

pub(crate) fn walk_values<'b, V, DB>(
    values: &'b V,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Dialect,
    V: QueryFragment<DB> + QueryId,
{
    // A row of which columns may be left out has no static id.
    if DB::EMPTY_ROW != DEFAULT_VALUES
        && !V::HAS_STATIC_QUERY_ID
        && sql(values, out.backend())? == DEFAULT_VALUES
    {
        out.push_sql(DB::EMPTY_ROW);
        return Ok(());
    }
    values.walk_ast(out.reborrow())
}

/// The values of a row with the conflict clause behind them: what stands in the `InsertStatement`
/// of [`into_diesel`](Upsert::into_diesel).
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ConflictValues<V, Clause> {
    values: V,
    clause: Clause,
}

impl<T, V, Clause> Insertable<T> for ConflictValues<V, Clause> {
    type Values = Self;

    fn values(self) -> Self {
        self
    }
}

impl<V, Clause, DB> CanInsertInSingleQuery<DB> for ConflictValues<V, Clause>
where
    DB: Backend,
    V: CanInsertInSingleQuery<DB>,
{
    fn rows_to_insert(&self) -> Option<usize> {
        // Not that of `values`: Diesel would drop the statement when it is 0, and the clause with
        // it.
        Some(1)
    }
}

impl<V, Clause, DB> QueryFragment<DB> for ConflictValues<V, Clause>
where
    DB: Dialect,
    V: QueryFragment<DB> + QueryId,
    Clause: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        walk_values(&self.values, &mut out)?;
        self.clause.walk_ast(out)
    }
}
