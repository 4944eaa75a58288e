//! What the races, the faults and the soak have in common: a counter, incremented as it should be
//! and as it should not.

use diesel::prelude::*;
#[cfg(feature = "mysql")]
use diesel::result::{DatabaseErrorKind, Error};
use upsert_harness::{History, Violation, counter, tickets};
use upsert_runtime::upsert;

use crate::schema::page_hits;

/// How a page is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// As it should be.
    Hit,
    /// With the statement that one writes by mistake: it stores what was proposed.
    Overwrite,
}

/// Increments a page and returns the number that is stored then: with `RETURNING` where there is
/// one, else by reading the own write.
pub(crate) trait Count: Connection {
    /// What makes the tables on a server of the test's own.
    #[cfg_attr(not(any(feature = "postgres", feature = "mysql")), expect(dead_code))]
    const TABLES: &'static str;

    /// How an isolation level is set for a connection, under which a transaction that has read and
    /// then writes may fail.
    const STRICT: &'static str;

    /// How a connection is told to wait for a lock for a short time only.
    const IMPATIENT: &'static str;

    fn hit(&mut self, page: &str) -> QueryResult<i64>;

    /// [`How::Overwrite`].
    fn overwrite(&mut self, page: &str) -> QueryResult<i64>;

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    fn count(&mut self, how: How, page: &str) -> QueryResult<i64> {
        match how {
            How::Hit => self.hit(page),
            How::Overwrite => self.overwrite(page),
        }
    }

    /// Finds the page or creates it, and says whether it did.
    fn create(&mut self, page: &str) -> QueryResult<bool>;

    /// Reads the counter, or 0.
    fn read(&mut self, page: &str) -> QueryResult<i64>;

    /// All pages and their counters.
    fn stored(&mut self) -> QueryResult<Vec<(String, i64)>>;
}

macro_rules! count {
    ($conn:ty: $backend:literal, strict: $strict:literal, impatient: $impatient:literal; $($hits:item)+) => {
        impl Count for $conn {
            const TABLES: &'static str =
                include_str!(concat!("../migrations/", $backend, "/00000000000001_tables/up.sql"));
            const STRICT: &'static str = $strict;
            const IMPATIENT: &'static str = $impatient;

            $($hits)+

            fn read(&mut self, page: &str) -> QueryResult<i64> {
                let n = page_hits::table.find((page, 1)).select(page_hits::n);
                Ok(n.first(self).optional()?.unwrap_or(0))
            }

            fn stored(&mut self) -> QueryResult<Vec<(String, i64)>> {
                page_hits::table.select((page_hits::page, page_hits::n)).load(self)
            }
        }
    };
    (returning; $conn:ty: $backend:literal, strict: $strict:literal, impatient: $impatient:literal;) => {
        count! {
            $conn: $backend, strict: $strict, impatient: $impatient;

            fn hit(&mut self, page: &str) -> QueryResult<i64> {
                upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
                    .get_result(self)
            }

            fn overwrite(&mut self, page: &str) -> QueryResult<i64> {
                upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n >, returning = n)
                    .get_result(self)
            }

            fn create(&mut self, page: &str) -> QueryResult<bool> {
                upsert!(page_hits, values = { page, day: 1, n: 0 }, conflict = (page, day), set = nothing)
                    .execute(self)
                    .map(|rows| rows == 1)
            }
        }
    };
}

// Its transactions all are. No statement at all would do here, but MariaDB's client crashes when it
// is sent none.
count! {
    returning; SqliteConnection: "sqlite", strict: "SELECT 1", impatient: "PRAGMA busy_timeout = 50";
}

#[cfg(feature = "postgres")]
count! {
    returning; PgConnection: "postgres",
    strict: "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    impatient: "SET lock_timeout = '50ms'";
}

// InnoDB may find a deadlock even between one-row upserts, and rolls one of them back: the history
// has it as failed.
#[cfg(feature = "mysql")]
count! {
    MysqlConnection: "mysql",
    strict: "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    impatient: "SET SESSION innodb_lock_wait_timeout = 1";

    fn hit(&mut self, page: &str) -> QueryResult<i64> {
        self.transaction(|conn| {
            upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
                .execute(conn)?;
            conn.read(page)
        })
    }

    fn overwrite(&mut self, page: &str) -> QueryResult<i64> {
        self.transaction(|conn| {
            upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n >)
                .execute(conn)?;
            conn.read(page)
        })
    }

    // The number of affected rows does not tell the two apart here.
    fn create(&mut self, page: &str) -> QueryResult<bool> {
        let row = (page_hits::page.eq(page), page_hits::day.eq(1), page_hits::n.eq(0));
        match diesel::insert_into(page_hits::table).values(row).execute(self) {
            Ok(_) => Ok(true),
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The stored counters against the history.
pub(crate) fn check_counter<Conn: Count>(
    history: &History,
    conn: &mut Conn,
) -> Result<(), Violation> {
    let stored = conn.stored().expect("the counters are read");
    counter(history, stored.iter().map(|(page, n)| (&**page, *n)))
}

/// Nothing lost and nothing applied twice, by what was returned and by what is stored.
#[track_caller]
pub(crate) fn assert_counted<Conn: Count>(history: &History, conn: &mut Conn) {
    tickets(history).unwrap();
    check_counter(history, conn).unwrap();
}
