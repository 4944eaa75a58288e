//! The statement that still awaits its row.

use diesel::insertable::Insertable;
use diesel::{QueryResult, Table};

use super::{Impossible, NoReturning, Upsert, kind};
use crate::rows::Outcome;

/// An upsert that has everything but its row: what [`upsert!`](crate::upsert) without `values =`
/// gives.
///
/// It can be kept, shared between threads, and used again for each row.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
/// for page in ["/", "/about", "/"] {
///     hit.values((page_hits::page.eq(page), page_hits::day.eq(1), page_hits::n.eq(1))).execute(conn)?;
/// }
/// assert_eq!(page_hits::table.select(page_hits::n).order(page_hits::page).load::<i64>(conn)?, [2, 1]);
/// # diesel::QueryResult::Ok(())
/// ```
///
/// The type of its clause is as long as the statement, and nobody writes it: a function returns it
/// as `impl`, and a struct that keeps it is generic over it.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use diesel::query_builder::{QueryFragment, QueryId};
/// use diesel::sqlite::Sqlite;
/// use upsert_runtime::statement::IncompleteUpsert;
///
/// fn hit() -> IncompleteUpsert<page_hits::table, impl QueryFragment<Sqlite> + QueryId + Clone> {
///     upsert!(page_hits, conflict = (page, day), set = < n += 1 >)
/// }
///
/// struct Counter<Clause> {
///     conn: SqliteConnection,
///     hit: IncompleteUpsert<page_hits::table, Clause>,
/// }
///
/// let mut counter = Counter { conn: connection(), hit: hit() };
/// let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(1));
/// counter.hit.values(row).execute(&mut counter.conn)?;
/// # diesel::QueryResult::Ok(())
/// ```
///
/// A statement for several backends names each of them, and [`Returning`](super::Returning) what
/// comes back:
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use diesel::pg::Pg;
/// use diesel::query_builder::{QueryFragment, QueryId};
/// use diesel::sqlite::Sqlite;
/// use upsert_runtime::statement::{IncompleteUpsert, Returning};
///
/// fn hit() -> IncompleteUpsert<
///     page_hits::table,
///     impl QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId + Clone,
///     Returning<page_hits::n>,
/// > {
///     upsert!(page_hits, conflict = (page, day), set = < n += 1 >, returning = n)
/// }
///
/// # let conn = &mut connection();
/// let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(1));
/// assert_eq!(hit().values(row).get_result::<i64>(conn)?, 1);
/// # diesel::QueryResult::Ok(())
/// ```
///
/// Code that is generic over the connection names its backend, for that decides about the SQL. Code
/// that is generic over the table takes the statement with its row, for the table of `upsert!` is
/// the path of a `table!`:
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use diesel::query_builder::{QueryFragment, QueryId};
/// use diesel::sqlite::Sqlite;
///
/// fn hit<C: Connection<Backend = Sqlite>>(page: &str, conn: &mut C) -> QueryResult<usize> {
///     let row = (page_hits::page.eq(page), page_hits::day.eq(1), page_hits::n.eq(1));
///     run(upsert!(page_hits, conflict = (page, day), set = < n += 1 >).values(row), conn)
/// }
///
/// fn run<Q, C>(upsert: Q, conn: &mut C) -> QueryResult<usize>
/// where
///     Q: QueryFragment<Sqlite> + QueryId + RunQueryDsl<C>,
///     C: Connection<Backend = Sqlite>,
/// {
///     upsert.execute(conn)
/// }
///
/// assert_eq!(hit("/", &mut connection()), Ok(1));
/// ```
///
/// With `returning`, it is `LoadConnection<Backend = Sqlite>`, of `diesel::connection`. For a
/// connection whose backend is known at run time only, there is
/// [`multi_backend!`](crate::multi_backend); for code that is the same for backends of which each
/// is known, a `macro_rules!` that has the function once for each connection.
#[derive(Debug, Clone, Copy)]
#[must_use = "an upsert does nothing until it has its `.values(..)` and is executed"]
pub struct IncompleteUpsert<T, Clause, R = NoReturning> {
    table: T,
    clause: Clause,
    returning: R,
}

impl<T, Clause, R> IncompleteUpsert<T, Clause, R> {
    pub(crate) fn new(table: T, clause: Clause, returning: R) -> Self {
        Self {
            table,
            clause,
            returning,
        }
    }

    /// The upsert of one row: a struct that derives `Insertable`, a reference to one, or a tuple of
    /// `column.eq(value)`.
    ///
    /// Clones what `upsert!` was given as values; literals and numbers cost nothing.
    ///
    /// What is not one row (a `Vec`, a slice, a SELECT) does not compile: each row is a statement
    /// of its own.
    pub fn values<V, Kind>(&self, row: V) -> Upsert<T, V::Values, Clause, R>
    where
        T: Table + Clone,
        V: Row<T, Kind>,
        Clause: Clone,
        R: Clone,
    {
        self.clone().into_values(row)
    }

    /// [`values`](Self::values) without the clone, for a statement that is used once.
    pub fn into_values<V, Kind>(self, row: V) -> Upsert<T, V::Values, Clause, R>
    where
        T: Table,
        V: Row<T, Kind>,
    {
        Upsert::new(self.table, row.into_values(), self.clause, self.returning)
    }
}

/// The methods of a statement that has its row, on one that has none: to say so.
#[doc(hidden)]
#[allow(clippy::missing_errors_doc, reason = "they cannot be called")]
impl<T, Clause, R> IncompleteUpsert<T, Clause, R> {
    pub fn execute<Conn: AfterRow<Self>>(self, conn: Conn) -> Conn::Outcome {
        conn.refuse(self)
    }

    pub fn load<U>(self, conn: impl AfterRow<Self>) -> QueryResult<Vec<U>> {
        conn.refuse(self)
    }

    pub fn get_result<U>(self, conn: impl AfterRow<Self>) -> QueryResult<U> {
        conn.refuse(self)
    }

    pub fn get_results<U>(self, conn: impl AfterRow<Self>) -> QueryResult<Vec<U>> {
        conn.refuse(self)
    }

    pub fn outcome<Conn: AfterRow<Self>>(self, conn: Conn) -> Conn::Outcome {
        conn.refuse(self)
    }

    pub fn get_outcome<U>(self, conn: impl AfterRow<Self>) -> QueryResult<(U, Outcome)> {
        conn.refuse(self)
    }

    pub fn returning<E: AfterRow<Self>>(self, expression: E) -> E::Outcome {
        expression.refuse(self)
    }
}

/// What a method of a statement takes that has its row.
///
/// Nothing is one for a statement without: the bound is about the argument, for then the compiler
/// speaks of it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this upsert has no row yet",
    label = "`.values(..)` is missing before this call",
    note = "help: `values = ..` inside `upsert!`, or `.values(row)` on what it returns"
)]
pub trait AfterRow<Statement> {
    /// What the method would give.
    type Outcome;

    /// Nobody can call it.
    fn refuse<X>(self, statement: Statement) -> X;
}

/// A row of the table `T`: what is [`Insertable`] and one row.
///
/// Generic code asks for it by `V: Row<page_hits::table>`; `Kind` is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of `{T}`",
    label = "not one row of `{T}`",
    note = "help: an upsert takes one row; of a `Vec`, a slice or a SELECT each is a statement of its own: `for row in &rows {{ upsert.values(row).execute(conn)?; }}`",
    note = "help: for a struct derive `Insertable`, with `#[diesel(table_name = ..)]` of that table; or write a tuple of `column.eq(value)`"
)]
pub trait Row<T, Kind = kind::Only> {
    /// What [`Insertable`] makes of it.
    type Values;

    /// Calls [`Insertable::values`].
    fn into_values(self) -> Self::Values;
}

// Diesel takes one row as a part of a larger one, and nothing else: no batch and no SELECT.
#[diagnostic::do_not_recommend]
impl<V, T> Row<T, kind::Only> for V
where
    V: Insertable<T>,
    (V,): Insertable<T>,
{
    type Values = V::Values;

    fn into_values(self) -> Self::Values {
        self.values()
    }
}

#[diagnostic::do_not_recommend]
impl<V: Impossible, T> Row<T, kind::None> for V {
    type Values = ();

    fn into_values(self) {}
}
