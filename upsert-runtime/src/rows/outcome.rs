//! Whether the row was inserted, updated, or left alone.

use diesel::QueryResult;
use diesel::connection::Connection;

use super::ways::{Ask, AskRow};
use crate::dialect::{Mark, TellsOutcome};
use crate::statement::{NoReturning, Upsert};

/// What an upsert did.
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
    pub fn outcome<'query>(
        self,
        conn: &mut impl KnowsOutcome<'query, Self>,
    ) -> QueryResult<Outcome> {
        conn.outcome_of(self)
    }
}

impl<T, V, Clause, R> Upsert<T, V, Clause, R> {
    /// Executes the upsert, and says what it did and to which row.
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

#[diagnostic::do_not_recommend]
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

#[diagnostic::do_not_recommend]
impl<'query, C, S> KnowsOutcome<'query, S> for C
where
    C: Connection<Backend: TellsOutcome<Way: Ask<'query, C, S>>>,
{
    fn outcome_of(&mut self, upsert: S) -> QueryResult<Outcome> {
        <<C::Backend as TellsOutcome>::Way as Ask<'query, C, S>>::outcome(upsert, self)
    }
}
