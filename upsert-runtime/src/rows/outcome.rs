//! Whether the row was inserted, updated, or left alone.

use diesel::QueryResult;
use diesel::connection::Connection;

use super::ways::{Ask, AskRow};
use crate::dialect::{Mark, TellsOutcome};
use crate::statement::{NoReturning, Upsert};

/// What an upsert did: [`Upsert::outcome`]. The words mean the same [on every
/// backend](crate::rows#what-the-words-mean).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The row was not there, and this statement inserted it.
    Inserted,
    /// The row was there, and `set` was applied to it; to the same values, it may be.
    Updated,
    /// The row was there, and stayed as it was: `set = nothing`, or a `where` that did not hold.
    Unchanged,
}

impl Outcome {
    /// What a trace says, for a statement with this mark.
    pub(super) fn of(mark: Mark, trace: Option<i64>) -> Self {
        match trace {
            Some(trace) if trace == mark.updated => Self::Updated,
            Some(trace) if trace == mark.unchanged => Self::Unchanged,
            _ => Self::Inserted,
        }
    }
}

impl<T, V, Clause> Upsert<T, V, Clause, NoReturning> {
    /// Executes the upsert, and says what it did.
    ///
    /// ```
    /// # upsert_runtime::doctest_prelude!();
    /// use upsert_runtime::Outcome;
    ///
    /// # let conn = &mut connection();
    /// for expected in [Outcome::Inserted, Outcome::Updated] {
    ///     let hit = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >);
    ///     assert_eq!(hit.outcome(conn)?, expected);
    /// }
    /// # diesel::QueryResult::Ok(())
    /// ```
    ///
    /// One statement on PostgreSQL, one or two elsewhere: [how](crate::rows#how-it-is-known) is
    /// another matter on each backend. The connection is any of that backend's, a pooled one too;
    /// generic code asks for `impl LoadConnection<Backend = Pg>`, say.
    ///
    /// # Errors
    ///
    /// Those of [`upsert!`](crate::upsert). On MySQL and MariaDB, outside of a transaction, the
    /// upsert has been done if it is the second statement that fails, for the connection broke in
    /// between.
    pub fn outcome<'query>(
        self,
        conn: &mut impl KnowsOutcome<'query, Self>,
    ) -> QueryResult<Outcome> {
        conn.outcome_of(self)
    }
}

impl<T, V, Clause, R> Upsert<T, V, Clause, R> {
    /// Executes the upsert, and says what it did and to which row: what `returning` says of it, or
    /// all columns, as they are stored afterwards.
    ///
    /// ```
    /// # upsert_runtime::doctest_prelude!();
    /// use upsert_runtime::Outcome;
    ///
    /// # let conn = &mut connection();
    /// let keep = upsert!(
    ///     page_hits,
    ///     values = { page: "/", day: 1, n: 1 },
    ///     conflict = (page, day),
    ///     set = nothing,
    ///     returning = (page, n),
    /// );
    /// let row = ("/".to_owned(), 1);
    /// assert_eq!(keep.get_outcome::<(String, i64)>(conn)?, (row.clone(), Outcome::Inserted));
    /// assert_eq!(keep.get_outcome::<(String, i64)>(conn)?, (row, Outcome::Unchanged));
    /// # diesel::QueryResult::Ok(())
    /// ```
    ///
    /// It works on MySQL and MariaDB too, where a statement with `returning` does nothing else, and
    /// gives a row that stayed as it was. Outside of a transaction it may
    /// [begin one](crate::rows#how-many-statements-it-takes).
    ///
    /// # Errors
    ///
    /// Those of [`upsert!`](crate::upsert), and where the row is read by its key:
    ///
    /// * [`NotFound`](diesel::NotFound) if it is not there: a trigger has changed its key or called
    ///   the insert off; or, on PostgreSQL with `set = nothing`, which locks nothing, it was
    ///   deleted meanwhile;
    /// * `QueryBuilderError` if the row has no value for a column of the target: a struct's field
    ///   that is `None` and so a DEFAULT.
    ///
    /// In a transaction of your own, what was written before such an error is for you to roll back.
    pub fn get_outcome<'query, U>(
        self,
        conn: &mut impl KnowsRow<'query, Self, U>,
    ) -> QueryResult<(U, Outcome)> {
        conn.get_outcome_of(self)
    }
}

/// Connections on which it is known what the upsert `S` did, and to which row.
pub trait KnowsRow<'query, S, U> {
    /// Executes it and says so: [`Upsert::get_outcome`].
    ///
    /// # Errors
    ///
    /// What executing returns, and [`NotFound`](diesel::NotFound) where there is no such row.
    fn get_outcome_of(&mut self, upsert: S) -> QueryResult<(U, Outcome)>;
}

impl<'query, C, S, U> KnowsRow<'query, S, U> for C
where
    C: Connection<Backend: TellsOutcome<Way: AskRow<'query, C, S, U>>>,
{
    fn get_outcome_of(&mut self, upsert: S) -> QueryResult<(U, Outcome)> {
        <<C::Backend as TellsOutcome>::Way as AskRow<'query, C, S, U>>::get_outcome(upsert, self)
    }
}

/// Connections on which it is known what the upsert `S` did.
pub trait KnowsOutcome<'query, S> {
    /// Executes it and says so: [`Upsert::outcome`].
    ///
    /// # Errors
    ///
    /// What executing returns.
    fn outcome_of(&mut self, upsert: S) -> QueryResult<Outcome>;
}

impl<'query, C, S> KnowsOutcome<'query, S> for C
where
    C: Connection<Backend: TellsOutcome<Way: Ask<'query, C, S>>>,
{
    fn outcome_of(&mut self, upsert: S) -> QueryResult<Outcome> {
        <<C::Backend as TellsOutcome>::Way as Ask<'query, C, S>>::outcome(upsert, self)
    }
}
