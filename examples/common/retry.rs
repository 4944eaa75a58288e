//! What is sent again.

use std::thread;
use std::time::Duration;

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};

/// Does `work` until it succeeds, as long as `again` says of its error that nothing of it was done;
/// and how often it was repeated.
pub(crate) fn retry<T>(
    again: impl Fn(&Error) -> bool,
    mut work: impl FnMut() -> QueryResult<T>,
) -> (QueryResult<T>, u64) {
    let mut retries = 0;
    loop {
        match work() {
            Err(error) if retries < 1_000 && again(&error) => {
                retries += 1;
                thread::sleep(Duration::from_millis(retries.min(50)));
            }
            result => return (result, retries),
        }
    }
}

/// Whether the database has rolled the transaction back for a deadlock or a conflict. After any
/// other error it could count twice: nobody knows what became of a commit whose connection broke.
pub(crate) fn is_rolled_back(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        // Diesel has no kind for PostgreSQL's deadlock, SQLSTATE 40P01.
        Error::DatabaseError(_, information) => information.message() == "deadlock detected",
        _ => false,
    }
}
