//! Why there is no row.

use std::error::Error as StdError;
use std::fmt;

use diesel::result::Error;

use crate::retry::HasDieselError;

/// Why a row could be neither found nor created.
///
/// It becomes a [`diesel::result::Error`] by `?`, where that is what a function returns: an error
/// of the database that one, all else a
/// [`QueryBuilderError`](diesel::result::Error::QueryBuilderError) with this inside.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum RowError {
    /// The database's own. In a transaction of the caller's it has to be rolled back, and may be
    /// tried again where the error says so: `SerializationFailure` is a deadlock or, from
    /// REPEATABLE READ on, a row that is newer than the transaction.
    Database(Error),
    /// The row has a value in another unique key of the table that another row has: this is not the
    /// row that was asked for, and beside it there cannot be that one. On PostgreSQL the error of
    /// the database is beside it, and a transaction of the caller's is aborted.
    OtherKey(Option<Error>),
    /// The row was there when it was to be inserted, and gone when it was to be read, this many
    /// times.
    Vanished {
        /// How many times it was tried.
        attempts: u32,
    },
    /// A row is locked until its transaction ends, and there is no transaction.
    NoTransaction,
    /// Each key that was tried is another row's.
    NoneFree {
        /// How many were tried.
        attempts: u32,
    },
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::OtherKey(error) => {
                f.write_str("the row has a value in another unique key that another row has")?;
                match error {
                    Some(error) => write!(f, ": {error}"),
                    None => Ok(()),
                }
            }
            Self::Vanished { attempts } => write!(
                f,
                "the row was there when it was to be inserted and gone when it was to be read, \
                 {attempts} times: somebody deletes it as fast as it is created"
            ),
            Self::NoTransaction => f.write_str(
                "a row is locked until its transaction ends, and there is none: \
                 `conn.transaction(|conn| ..)` around it",
            ),
            Self::NoneFree { attempts } => {
                write!(f, "none of {attempts} keys that were tried is free")
            }
        }
    }
}

impl HasDieselError for RowError {
    fn diesel_error(&self) -> Option<&Error> {
        match self {
            Self::Database(error) | Self::OtherKey(Some(error)) => Some(error),
            _ => None,
        }
    }
}

impl StdError for RowError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Database(error) | Self::OtherKey(Some(error)) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for RowError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<RowError> for Error {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Database(error) => error,
            error => Self::QueryBuilderError(Box::new(error)),
        }
    }
}
