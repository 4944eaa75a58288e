//! The three ways to count that are compared, each as it is written in an application.
//!
//! What is fair: all have the same connections, with the server's own settings, and a table that is
//! empty at first; any of them is sent again that was undone. Diesel prepares an `UPDATE` anew
//! each time, which is a part of the difference.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use upsert_runtime::dialect::{ErrorClass, Moment};
use upsert_runtime::upsert;

use crate::common::database::{Database, each};

diesel::table! {
    /// The counters.
    upsert_race (id) {
        id -> Integer,
        n -> BigInt,
    }
}

/// A way to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    ReadThenWrite,
    RowLock,
    Upsert,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::ReadThenWrite, Self::RowLock, Self::Upsert];

    /// Whether it must not lose an increment.
    pub(crate) fn is_safe(self) -> bool {
        self != Self::ReadThenWrite
    }

    /// Increments the counter `id`, creating it where there is none.
    pub(crate) fn increment(self, database: &mut Database, id: i32) -> QueryResult<usize> {
        match self {
            Self::ReadThenWrite => read_then_write(database, id),
            Self::RowLock => row_lock(database, id),
            Self::Upsert => upsert(database, id),
        }
    }
}

/// What an error of [`Way::increment`] means for it: also undone is an insertion for which another
/// thread was faster, since the row was looked for.
pub(crate) fn class(database: &mut Database, error: &Error) -> ErrorClass {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => ErrorClass::RolledBack,
        error => each!(database, conn => ErrorClass::asked(conn, error, Moment::Autocommit)),
    }
}

/// Writes the number that comes after the one that was read.
macro_rules! write_next {
    ($conn:expr, $id:expr, $stored:expr) => {
        match $stored {
            Some(stored) => diesel::update(upsert_race::table.find($id))
                .set(upsert_race::n.eq(stored + 1))
                .execute($conn),
            None => diesel::insert_into(upsert_race::table)
                .values((upsert_race::id.eq($id), upsert_race::n.eq(1)))
                .execute($conn),
        }
    };
}

/// `SELECT n`, then `UPDATE` or `INSERT`, each a transaction of its own: what `get_or_create` and
/// `save` do in most ORMs.
///
/// A transaction around the two does not help at the default isolation level: PostgreSQL and MySQL
/// lose increments as well. SQLite, and MariaDB from 11.6 on, refuse the one who comes second, who
/// has to begin again.
fn read_then_write(database: &mut Database, id: i32) -> QueryResult<usize> {
    each!(database, conn => {
        let row = upsert_race::table.find(id).select(upsert_race::n);
        let stored: Option<i64> = row.first(conn).optional()?;
        write_next!(conn, id, stored)
    })
}

/// `SELECT n .. FOR UPDATE`, then `UPDATE` or `INSERT`, in one transaction: what Django's
/// `update_or_create` does.
///
/// SQLite has no row locks. `BEGIN IMMEDIATE` takes the lock that there is, the one on all writing.
fn row_lock(database: &mut Database, id: i32) -> QueryResult<usize> {
    let row = upsert_race::table.find(id).select(upsert_race::n);
    match database {
        Database::Sqlite(conn) => conn.immediate_transaction(|conn| {
            let stored: Option<i64> = row.first(conn).optional()?;
            write_next!(conn, id, stored)
        }),
        #[cfg(feature = "postgres")]
        Database::Postgres(conn) => conn.transaction(|conn| {
            let stored: Option<i64> = row.for_update().first(conn).optional()?;
            write_next!(conn, id, stored)
        }),
        #[cfg(feature = "mysql")]
        Database::Mysql(conn) => conn.transaction(|conn| {
            let stored: Option<i64> = row.for_update().first(conn).optional()?;
            write_next!(conn, id, stored)
        }),
    }
}

/// One statement.
fn upsert(database: &mut Database, id: i32) -> QueryResult<usize> {
    each!(database, conn =>
        upsert!(upsert_race, values = { id, n: 1 }, conflict = (id), set = < n += 1 >).execute(conn))
}
