//! Why something was not done in the end, and what is to be known of an error for that.

use std::error;
use std::fmt;

use diesel::result::Error;

use crate::dialect::ErrorClass;

/// Why [`retry`](super::retry()) has given up.
///
/// In a function that returns Diesel's own error, `?` takes that out of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryError<E = Error> {
    /// What may be done now: after [`OutcomeUnknown`](ErrorClass::OutcomeUnknown) it may have been
    /// done, after every other one it was not.
    pub class: ErrorClass,
    /// How many attempts were made.
    pub attempts: u32,
    /// The error of the last one.
    pub error: E,
}

impl From<RetryError<Error>> for Error {
    fn from(error: RetryError<Error>) -> Self {
        error.error
    }
}

/// `after 3 attempts, rolled back: deadlock detected`
impl<E: fmt::Display> fmt::Display for RetryError<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            class,
            attempts,
            error,
        } = self;
        let plural = if *attempts == 1 { "" } else { "s" };
        write!(out, "after {attempts} attempt{plural}, {class}: {error}")
    }
}

impl<E: error::Error + 'static> error::Error for RetryError<E> {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Errors that may have one of Diesel's in them, by which it is decided whether a transaction is
/// repeated: a closure's own error type says so here.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// use diesel::result::Error;
/// use upsert_runtime::retry;
/// use upsert_runtime::retry::{HasDieselError, Policy};
///
/// #[derive(Debug)]
/// enum OrderError {
///     SoldOut,
///     Database(Error),
/// }
///
/// impl From<Error> for OrderError {
///     fn from(error: Error) -> Self {
///         Self::Database(error)
///     }
/// }
///
/// impl HasDieselError for OrderError {
///     fn diesel_error(&self) -> Option<&Error> {
///         match self {
///             Self::SoldOut => None, // rolled back, and not repeated
///             Self::Database(error) => Some(error),
///         }
///     }
/// }
///
/// let failed = retry(conn, &Policy::new(), |_| Err::<(), _>(OrderError::SoldOut)).unwrap_err();
/// assert_eq!(failed.attempts, 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether there is an error of Diesel's in it",
    label = "the error of a closure that may be repeated",
    note = "help: `impl upsert_runtime::retry::HasDieselError for {Self}`, or let the closure return `diesel::result::Error`"
)]
pub trait HasDieselError {
    /// Diesel's error, if that is what it comes from.
    fn diesel_error(&self) -> Option<&Error>;
}

impl HasDieselError for Error {
    fn diesel_error(&self) -> Option<&Error> {
        Some(self)
    }
}

/// It or one of its [sources](error::Error::source).
impl HasDieselError for Box<dyn error::Error> {
    fn diesel_error(&self) -> Option<&Error> {
        among_sources(&**self)
    }
}

/// It or one of its [sources](error::Error::source).
impl HasDieselError for Box<dyn error::Error + Send + Sync> {
    fn diesel_error(&self) -> Option<&Error> {
        among_sources(&**self)
    }
}

fn among_sources<'e>(error: &'e (dyn error::Error + 'static)) -> Option<&'e Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        next = error.source();
    }
    None
}
