//! What the sessions do, in each backend's own code, and its isolation levels.

use diesel::prelude::*;
use upsert_runtime::upsert;

use crate::schema::{page_hits, users};
use crate::script::Session;

/// An isolation level, or what comes nearest to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    /// The head of its column.
    pub(super) name: &'static str,
    pub(super) begin: &'static str,
    /// Whether `begin` takes the lock that all writers need.
    pub(super) begin_locks: bool,
}

const fn level(name: &'static str, begin: &'static str) -> Level {
    Level {
        name,
        begin,
        begin_locks: false,
    }
}

/// The methods return the number of `"/"` as it is then: by `RETURNING`, else by reading it.
pub(super) trait Client: Session {
    /// The name of the backend's table in the documentation.
    const TITLE: &'static str;
    const LEVELS: &'static [Level];

    /// Whether the documentation is about this server.
    fn is_documented(&mut self) -> QueryResult<bool>;

    /// Inserts the row with `n`, or keeps the one that is there.
    fn keep(&mut self, n: i64) -> QueryResult<i64>;

    /// Inserts the row with `n`, or sets it to that.
    fn set(&mut self, n: i64) -> QueryResult<i64>;

    /// Increments the row where it is less than 5.
    fn hit_below_5(&mut self) -> QueryResult<i64>;

    /// Increments the logins of a user, where the key is `(lower(name))`. `None` where there is no such key.
    const LOG_IN: Option<fn(&mut Self, &str) -> QueryResult<i64>>;

    fn delete(&mut self) -> QueryResult<i64> {
        self.batch_execute("DELETE FROM page_hits WHERE page = '/'")
            .map(|()| 0)
    }

    /// Gives the row another key.
    fn move_away(&mut self) -> QueryResult<i64> {
        self.batch_execute("UPDATE page_hits SET page = '/moved' WHERE page = '/'")
            .map(|()| 0)
    }

    /// All rows of both tables: what is counted, and the number.
    fn stored(&mut self) -> QueryResult<Vec<(String, i64)>>;

    /// No row but `"/"` with this number, if there is one.
    fn prepare(&mut self, n: Option<i64>) -> QueryResult<()>;
}

/// The number that an upsert leaves. Where it left the row alone, `RETURNING` has none, and the row is read.
macro_rules! run {
    (returning, $conn:expr, $upsert:expr) => {
        match $upsert
            .returning(page_hits::n)
            .get_result($conn)
            .optional()?
        {
            Some(n) => Ok(n),
            None => $conn.read(),
        }
    };
    (reading, $conn:expr, $upsert:expr) => {{
        $upsert.execute($conn)?;
        $conn.read()
    }};
}

macro_rules! log_in {
    (returning) => {
        Some(|conn, name| {
            upsert!(
                users,
                values = { email: name, name, logins: 1 },
                conflict = key(users_lower_name),
                set = < logins += 1 >,
                returning = logins,
            )
            .get_result::<i32>(conn)
            .map(i64::from)
        })
    };
    (reading) => {
        None
    };
}

macro_rules! client {
    ($conn:ty, $title:literal, $how:ident, documented: $documented:expr, $($level:expr),+ $(,)?) => {
        impl Client for $conn {
            const TITLE: &'static str = $title;
            const LEVELS: &'static [Level] = &[$($level),+];
            const LOG_IN: Option<fn(&mut Self, &str) -> QueryResult<i64>> = log_in!($how);

            fn is_documented(&mut self) -> QueryResult<bool> {
                let is_documented: fn(&mut Self) -> QueryResult<bool> = $documented;
                is_documented(self)
            }

            fn keep(&mut self, n: i64) -> QueryResult<i64> {
                let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(n));
                run!($how, self, upsert!(page_hits, values = row, conflict = (page, day), set = nothing))
            }

            fn set(&mut self, n: i64) -> QueryResult<i64> {
                let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(n));
                run!($how, self, upsert!(page_hits, values = row, conflict = (page, day), set = < n >))
            }

            fn hit_below_5(&mut self) -> QueryResult<i64> {
                let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(1));
                run!($how, self, upsert!(
                    page_hits,
                    values = row,
                    conflict = (page, day),
                    set = < n += 1 >,
                    where = page_hits.n.lt(5),
                ))
            }

            fn stored(&mut self) -> QueryResult<Vec<(String, i64)>> {
                let pages = page_hits::table.select((page_hits::page, page_hits::n)).order(page_hits::page);
                let mut stored: Vec<(String, i64)> = pages.load(self)?;
                let users = users::table.select((users::name, users::logins)).order(users::name);
                let users: Vec<(String, i32)> = users.load(self)?;
                stored.extend(users.into_iter().map(|(name, logins)| (name, logins.into())));
                Ok(stored)
            }

            fn prepare(&mut self, n: Option<i64>) -> QueryResult<()> {
                diesel::delete(page_hits::table).execute(self)?;
                diesel::delete(users::table).execute(self)?;
                n.map_or(Ok(()), |n| self.set(n).map(drop))
            }
        }
    };
}

client!(
    SqliteConnection,
    "SQLite",
    returning,
    documented: |_| Ok(true),
    level("`BEGIN`", "BEGIN"),
    Level {
        begin_locks: true,
        ..level("`BEGIN IMMEDIATE`", "BEGIN IMMEDIATE")
    },
);

#[cfg(feature = "postgres")]
client!(
    PgConnection,
    "PostgreSQL",
    returning,
    documented: |_| Ok(true),
    level("`READ COMMITTED`", "BEGIN ISOLATION LEVEL READ COMMITTED"),
    level("`REPEATABLE READ`", "BEGIN ISOLATION LEVEL REPEATABLE READ"),
    level("`SERIALIZABLE`", "BEGIN ISOLATION LEVEL SERIALIZABLE"),
);

// Versions that do not have the variable, and MySQL, read a comment.
#[cfg(feature = "mysql")]
macro_rules! mariadb {
    ($snapshot_isolation:literal, $level:literal) => {
        concat!(
            "SET /*M!101108 innodb_snapshot_isolation = ",
            $snapshot_isolation,
            ", */ @mariadb = 1;",
            "SET TRANSACTION ISOLATION LEVEL ",
            $level,
            ";",
            "BEGIN",
        )
    };
}

#[cfg(feature = "mysql")]
client!(
    MysqlConnection,
    "MariaDB",
    reading,
    documented: |conn| {
        let version = diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("VERSION()"));
        Ok(version.get_result::<String>(conn)?.contains("MariaDB"))
    },
    level("`READ COMMITTED`", mariadb!("OFF", "READ COMMITTED")),
    level("`REPEATABLE READ`", mariadb!("OFF", "REPEATABLE READ")),
    level("the same with `innodb_snapshot_isolation`", mariadb!("ON", "REPEATABLE READ")),
    level("`SERIALIZABLE`", mariadb!("OFF", "SERIALIZABLE")),
);
