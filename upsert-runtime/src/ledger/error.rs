//! What is wrong with a ledger, or with what is asked of it.

use std::error;
use std::fmt;

use diesel::result::Error;

/// What is wrong with a ledger, or with what is asked of it. Nothing was written.
///
/// It comes inside of Diesel's own error, as [`Error::QueryBuilderError`]: [`LedgerError::of`]
/// finds it there.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// use diesel::result::Error;
/// use upsert_runtime::ledger::{LedgerError, once};
///
/// let error: Error = once(conn, "", |_| Ok(())).unwrap_err();
/// assert!(matches!(LedgerError::of(&error), Some(LedgerError::EmptyId)));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum LedgerError {
    /// The id of an operation, or the name of a writer, is empty.
    EmptyId,
    /// It is longer than [`MAX_ID`](super::MAX_ID) bytes.
    LongId {
        /// How long.
        bytes: usize,
    },
    /// The tables are not there, or are not as the migration makes them.
    Unusable(String),
    /// Another writer has begun under this one's name: nothing that this one does is applied any
    /// more.
    Superseded {
        /// The epoch of this one.
        epoch: i64,
    },
    /// The row of the writer is gone, or not where the writer has left it: somebody else has
    /// changed it.
    Changed,
    /// The database has rolled the transaction back under the operation, which kept the error, a
    /// deadlock's, to itself (MySQL, MariaDB): what it did before is undone, and what it did
    /// afterwards was committed statement by statement. It has to return such an error.
    TransactionLost,
    /// Of the operation before nobody knows whether it was applied, so that it is not known which
    /// one this is.
    Unresolved,
}

impl LedgerError {
    /// The one that is in `error`, if there is one.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        match error {
            Error::QueryBuilderError(inner) => inner.downcast_ref(),
            _ => None,
        }
    }
}

impl From<LedgerError> for Error {
    fn from(error: LedgerError) -> Self {
        Self::QueryBuilderError(Box::new(error))
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyId => out.write_str("an id of an operation cannot be empty"),
            Self::LongId { bytes } => write!(
                out,
                "an id of an operation has {} bytes at most, and this one has {bytes}: take a hash of it",
                super::MAX_ID
            ),
            Self::Unusable(why) => write!(
                out,
                "the ledger cannot be used: {why}; run the migration that comes with upsert-runtime, or `ledger::create`"
            ),
            Self::Superseded { epoch } => write!(
                out,
                "another writer has begun under this name: epoch {epoch} is over, and nothing of it is applied any more"
            ),
            Self::Changed => out.write_str(
                "the row of this writer in `upsert_writers` is not where it has left it: something else changes it",
            ),
            Self::TransactionLost => out.write_str(
                "the database has rolled the transaction back, and the operation has kept that error to itself: \
                 what came behind it was committed by itself",
            ),
            Self::Unresolved => out.write_str(
                "nobody knows whether this writer's last operation was applied: open it again, and go on from its `sequence`",
            ),
        }
    }
}

impl error::Error for LedgerError {}
