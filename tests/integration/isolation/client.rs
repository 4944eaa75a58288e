//! What the sessions do, in each backend's own code, and its isolation levels.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Text;
use upsert_runtime::upsert;

use super::table::Server;
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
    /// The server that has it, if not all of the backend do.
    pub(super) only_on: Option<&'static str>,
}

const fn level(name: &'static str, begin: &'static str) -> Level {
    Level {
        name,
        begin,
        begin_locks: false,
        only_on: None,
    }
}

/// The first so many numbers of a version: `15.18 (Debian ..)`, `10.11.19-MariaDB-..`.
fn server(name: &str, version: &str, numbers: usize) -> Server {
    let version: Vec<_> = version.split(['.', ' ', '-']).take(numbers).collect();
    Server {
        name: name.to_owned(),
        version: version.join("."),
    }
}

fn version<Conn>(conn: &mut Conn, expression: &str) -> QueryResult<String>
where
    Conn: diesel::connection::LoadConnection,
    diesel::dsl::select<SqlLiteral<Text>>:
        diesel::query_dsl::methods::LoadQuery<'static, Conn, String>,
{
    diesel::select(sql::<Text>(expression)).get_result(conn)
}

/// The methods return the number of `"/"` as it is then: by `RETURNING`, else by reading it.
pub(super) trait Client: Session {
    const LEVELS: &'static [Level];

    /// What it is connected to, with as much of the version as makes a difference.
    fn server(&mut self) -> QueryResult<Server>;

    /// Inserts the row with `n`, or keeps the one that is there.
    fn keep(&mut self, n: i64) -> QueryResult<i64>;

    /// Inserts the row with `n`, or sets it to that.
    fn set(&mut self, n: i64) -> QueryResult<i64>;

    /// Increments the row where it is less than 5.
    fn hit_below_5(&mut self) -> QueryResult<i64>;

    /// Increments the logins of a user, where the key is `(lower(name))`. `None` where there is no
    /// such key.
    const LOG_IN: Option<fn(&mut Self, &str) -> QueryResult<i64>>;

    /// Inserts a row with 1, or keeps the one that is there.
    fn keep_page(&mut self, page: &str) -> QueryResult<i64>;

    /// The same as [`hit_below_5`](Self::hit_below_5), which nothing is read after.
    fn hit_below_5_unseen(&mut self) -> QueryResult<i64>;

    fn read_page(&mut self, page: &str) -> QueryResult<i64>;

    /// Makes the number of a row 0, and returns how many there were.
    fn zero(&mut self, page: &str) -> QueryResult<i64>;

    /// Deletes a row, and returns how many there were.
    fn delete_page(&mut self, page: &str) -> QueryResult<i64>;

    fn delete(&mut self) -> QueryResult<i64> {
        self.delete_page("/").map(|_| 0)
    }

    /// Gives the row another key.
    fn move_away(&mut self) -> QueryResult<i64> {
        self.batch_execute("UPDATE page_hits SET page = '/moved' WHERE page = '/'")
            .map(|()| 0)
    }

    /// All rows of both tables: what is counted, and the number.
    fn stored(&mut self) -> QueryResult<Vec<(String, i64)>>;

    /// No rows but these.
    fn prepare(&mut self, rows: &[(&str, i64)]) -> QueryResult<()>;
}

/// The number that an upsert leaves. Where it left the row alone, `RETURNING` has none, and the row
/// is read.
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
    ($conn:ty, $how:ident, server: $server:expr, $($level:expr),+ $(,)?) => {
        impl Client for $conn {
            const LEVELS: &'static [Level] = &[$($level),+];
            const LOG_IN: Option<fn(&mut Self, &str) -> QueryResult<i64>> = log_in!($how);

            fn server(&mut self) -> QueryResult<Server> {
                let server: fn(&mut Self) -> QueryResult<Server> = $server;
                server(self)
            }

            fn keep(&mut self, n: i64) -> QueryResult<i64> {
                let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(n));
                run!($how, self, upsert!(page_hits, values = row, conflict = (page, day), set = nothing))
            }

            fn keep_page(&mut self, page: &str) -> QueryResult<i64> {
                let row = (page_hits::page.eq(page), page_hits::day.eq(1), page_hits::n.eq(1));
                upsert!(page_hits, values = row, conflict = (page, day), set = nothing)
                    .execute(self)
                    .map(|_| 0)
            }

            fn hit_below_5_unseen(&mut self) -> QueryResult<i64> {
                let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(1));
                upsert!(
                    page_hits,
                    values = row,
                    conflict = (page, day),
                    set = < n += 1 >,
                    where = page_hits.n.lt(5),
                )
                .execute(self)
                .map(|_| 0)
            }

            fn read_page(&mut self, page: &str) -> QueryResult<i64> {
                page_hits::table.find((page, 1)).select(page_hits::n).first(self)
            }

            fn zero(&mut self, page: &str) -> QueryResult<i64> {
                let row = diesel::update(page_hits::table.find((page, 1)));
                let updated = row.set(page_hits::n.eq(0)).execute(self)?;
                Ok(i64::try_from(updated).expect("a row or none"))
            }

            fn delete_page(&mut self, page: &str) -> QueryResult<i64> {
                let deleted = diesel::delete(page_hits::table.find((page, 1))).execute(self)?;
                Ok(i64::try_from(deleted).expect("a row or none"))
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

            fn prepare(&mut self, rows: &[(&str, i64)]) -> QueryResult<()> {
                diesel::delete(page_hits::table).execute(self)?;
                diesel::delete(users::table).execute(self)?;
                rows.iter().try_for_each(|(page, n)| {
                    let row = (page_hits::page.eq(*page), page_hits::day.eq(1), page_hits::n.eq(*n));
                    diesel::insert_into(page_hits::table).values(row).execute(self).map(drop)
                })
            }
        }
    };
}

client!(
    SqliteConnection,
    returning,
    server: |conn| Ok(server("SQLite", &version(conn, "sqlite_version()")?, 1)),
    level("`BEGIN`", "BEGIN"),
    Level {
        begin_locks: true,
        ..level("`BEGIN IMMEDIATE`", "BEGIN IMMEDIATE")
    },
);

#[cfg(feature = "postgres")]
client!(
    PgConnection,
    returning,
    server: |conn| Ok(server("PostgreSQL", &version(conn, "current_setting('server_version')")?, 1)),
    level("`READ COMMITTED`", "BEGIN ISOLATION LEVEL READ COMMITTED"),
    level("`REPEATABLE READ`", "BEGIN ISOLATION LEVEL REPEATABLE READ"),
    // Once autovacuum has counted so few rows, a statement reads the whole table, and that is a
    // conflict with all of it.
    level("`SERIALIZABLE`", "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL enable_seqscan = off"),
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
    reading,
    server: |conn| {
        let version = version(conn, "VERSION()")?;
        let name = if version.contains("MariaDB") { "MariaDB" } else { "MySQL" };
        Ok(server(name, &version, 2))
    },
    level("`READ COMMITTED`", mariadb!("OFF", "READ COMMITTED")),
    level("`REPEATABLE READ`", mariadb!("OFF", "REPEATABLE READ")),
    Level {
        only_on: Some("MariaDB"),
        ..level("the same with `innodb_snapshot_isolation`", mariadb!("ON", "REPEATABLE READ"))
    },
    level("`SERIALIZABLE`", mariadb!("OFF", "SERIALIZABLE")),
    Level {
        only_on: Some("MariaDB"),
        ..level("the same with `innodb_snapshot_isolation`", mariadb!("ON", "SERIALIZABLE"))
    },
);
