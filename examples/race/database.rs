//! The table that is raced for, and what else differs by database.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::common::database::{Database, each};
use crate::common::failure::{Context, Result};
use crate::common::shape::{self, Describe, Found};
use crate::common::url::Url;
use crate::ways::upsert_race;

/// What differs by database.
trait Backend: Describe {
    const CREATE: &'static str;

    /// How each connection begins. Servers are taken as they are configured, isolation level and
    /// all.
    fn begin_session(&mut self) -> QueryResult<()> {
        Ok(())
    }

    /// What is done once, before the first race.
    fn prepare(&mut self) -> QueryResult<()> {
        Ok(())
    }

    /// What it calls itself.
    fn version(&mut self) -> QueryResult<String>;
}

impl Backend for SqliteConnection {
    const CREATE: &'static str =
        "CREATE TABLE upsert_race (id INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT";

    // There is one writer at a time and the others wait, here for at most a minute. `NORMAL` leaves
    // a commit to the disk's own pace, as is usual with WAL.
    fn begin_session(&mut self) -> QueryResult<()> {
        self.batch_execute("PRAGMA busy_timeout = 60000; PRAGMA synchronous = NORMAL")
    }

    // Readers and the writer do not wait for each other. The file remembers it.
    fn prepare(&mut self) -> QueryResult<()> {
        self.batch_execute("PRAGMA journal_mode = WAL")
    }

    fn version(&mut self) -> QueryResult<String> {
        let version: String = diesel::select(sql::<Text>("sqlite_version()")).get_result(self)?;
        Ok(format!("SQLite {version}"))
    }
}

#[cfg(feature = "postgres")]
impl Backend for PgConnection {
    const CREATE: &'static str =
        "CREATE TABLE upsert_race (id INTEGER NOT NULL PRIMARY KEY, n BIGINT NOT NULL)";

    fn version(&mut self) -> QueryResult<String> {
        let version = sql::<Text>("split_part(current_setting('server_version'), ' ', 1)");
        let version: String = diesel::select(version).get_result(self)?;
        Ok(format!("PostgreSQL {version}"))
    }
}

#[cfg(feature = "mysql")]
impl Backend for MysqlConnection {
    const CREATE: &'static str =
        "CREATE TABLE upsert_race (id INTEGER NOT NULL PRIMARY KEY, n BIGINT NOT NULL)
         ENGINE = InnoDB";

    // 8.4.0, 10.11.6-MariaDB-0+deb12u1
    fn version(&mut self) -> QueryResult<String> {
        let version: String = diesel::select(sql::<Text>("version()")).get_result(self)?;
        let number = version.split('-').next().unwrap_or_default();
        let product = if version.contains("MariaDB") {
            "MariaDB"
        } else {
            "MySQL"
        };
        Ok(format!("{product} {number}"))
    }
}

impl Database {
    /// Connects.
    pub(crate) fn open(url: &Url) -> Result<Self> {
        let mut database = Self::establish(url)?;
        each!(&mut database, conn => conn.begin_session())
            .context(format_args!("cannot open {url}"))?;
        Ok(database)
    }

    /// What is done once, before the first race; and what the database calls itself.
    pub(crate) fn prepare(&mut self) -> Result<String> {
        self.make_table()?;
        each!(self, conn => conn.prepare().and_then(|()| conn.version()))
            .context("cannot prepare the database")
    }

    /// Makes an empty table.
    pub(crate) fn make_table(&mut self) -> Result<()> {
        self.drop_table()?;
        each!(self, conn => create_table(conn)).context("cannot make the table upsert_race")
    }

    /// Drops the table, if there is one. One that looks otherwise is somebody else's: it is left
    /// alone, and an error.
    pub(crate) fn drop_table(&mut self) -> Result<()> {
        each!(self, conn => drop_table(conn))
    }

    /// The counters, by their keys.
    pub(crate) fn counters(&mut self) -> Result<Vec<(i32, i64)>> {
        each!(self, conn => upsert_race::table.load(conn))
            .context("cannot read the table upsert_race")
    }
}

fn drop_table<Conn: Backend>(conn: &mut Conn) -> Result<()> {
    let columns = [
        format!("id {} not null key", Conn::INTEGER),
        format!("n {} not null", Conn::BIGINT),
    ];
    match shape::check(conn, "upsert_race", &columns)? {
        Found::Missing => Ok(()),
        Found::AsExpected => conn
            .batch_execute("DROP TABLE upsert_race")
            .context("cannot drop the table upsert_race"),
    }
}

fn create_table<Conn: Backend>(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(Conn::CREATE)
}
