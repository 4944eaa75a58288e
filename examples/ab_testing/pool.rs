//! A pool of connections to whichever database it is, and its table.

use diesel::connection::SimpleConnection;
use r2d2::ManageConnection;

use crate::common::database::{Database, each};
use crate::common::failure::{Context, Failure, Result};
use crate::common::url::Url;

pub(crate) type Pool = r2d2::Pool<Manager>;

/// How the pool connects.
pub(crate) struct Manager(Url);

impl ManageConnection for Manager {
    type Connection = Database;
    type Error = Failure;

    fn connect(&self) -> Result<Database> {
        let mut database = Database::establish(&self.0)?;
        // There is one writer at a time, and the others wait.
        if let Database::Sqlite(conn) = &mut database {
            conn.batch_execute(
                "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
            )
            .context("cannot open the file")?;
        }
        Ok(database)
    }

    fn is_valid(&self, database: &mut Database) -> Result<()> {
        each!(database, conn => conn.batch_execute("SELECT 1")).context("the connection is lost")
    }

    fn has_broken(&self, database: &mut Database) -> bool {
        each!(database, conn => diesel::r2d2::R2D2Connection::is_broken(conn))
    }
}

/// So many connections; the table is made if it is not there.
pub(crate) fn open(url: Url, connections: u32) -> Result<Pool> {
    let manager = Manager(url);
    // What is wrong with the URL is said at once: a pool tries again.
    let mut database = manager.connect()?;
    let create = create(&database);
    each!(&mut database, conn => conn.batch_execute(create)).context("cannot make the table")?;
    r2d2::Pool::builder()
        .max_size(connections)
        .build(manager)
        .context("cannot make the pool")
}

fn create(database: &Database) -> &'static str {
    match database {
        Database::Sqlite(_) => {
            "CREATE TABLE IF NOT EXISTS ab_hours (
                test TEXT NOT NULL, version TEXT NOT NULL, date TEXT NOT NULL, hour INTEGER NOT NULL,
                participants INTEGER NOT NULL, conversions INTEGER NOT NULL,
                PRIMARY KEY (test, version, date, hour)
            ) STRICT, WITHOUT ROWID"
        }
        #[cfg(feature = "postgres")]
        Database::Postgres(_) => {
            "CREATE TABLE IF NOT EXISTS ab_hours (
                test TEXT NOT NULL, version TEXT NOT NULL, date TEXT NOT NULL, hour INTEGER NOT NULL,
                participants BIGINT NOT NULL, conversions BIGINT NOT NULL,
                PRIMARY KEY (test, version, date, hour)
            )"
        }
        // In other collations `A` is `a`.
        #[cfg(feature = "mysql")]
        Database::Mysql(_) => {
            "CREATE TABLE IF NOT EXISTS ab_hours (
                test VARBINARY(100) NOT NULL, version VARBINARY(100) NOT NULL,
                date VARBINARY(10) NOT NULL, hour INTEGER NOT NULL,
                participants BIGINT NOT NULL, conversions BIGINT NOT NULL,
                PRIMARY KEY (test, version, date, hour)
            ) ENGINE = InnoDB"
        }
    }
}
