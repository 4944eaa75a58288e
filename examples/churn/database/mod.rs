//! The database: which one, its connections, and its tables.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod shape;
mod sqlite;
mod url;

use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use self::shape::{Line, Missing, Vocabulary};
pub(crate) use self::url::Url;
use crate::failure::{Context, Result};
use crate::schema::{churn_days, churn_path_months, churn_totals};

/// A connection to one of the databases.
pub(crate) enum Database {
    Sqlite(SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
    #[cfg(feature = "mysql")]
    Mysql(MysqlConnection),
}

/// `each!(database, conn => expression)`: the expression, compiled for the connection of each database.
///
/// Diesel checks a query for one database at a time, so this is how one text serves all of them.
macro_rules! each {
    ($database:expr, $conn:pat => $expression:expr) => {
        match $database {
            $crate::database::Database::Sqlite($conn) => $expression,
            #[cfg(feature = "postgres")]
            $crate::database::Database::Postgres($conn) => $expression,
            #[cfg(feature = "mysql")]
            $crate::database::Database::Mysql($conn) => $expression,
        }
    };
}
pub(crate) use each;

/// What differs by database. Each has a file, in the order of this trait.
pub(crate) trait Backend:
    Connection + MigrationHarness<<Self as Connection>::Backend>
{
    /// How each connection begins.
    const SESSION: &'static str;

    /// What makes the tables.
    const MIGRATIONS: EmbeddedMigrations;

    /// How [`describe`](Self::describe) says what a table is made of.
    const VOCABULARY: Vocabulary;

    /// A line for the table and one for each of its columns; none if there is no such table.
    fn describe(&mut self, table: &str) -> QueryResult<Vec<Line>>;

    /// What else there is to do before the first write.
    fn prepare(&mut self) -> QueryResult<()> {
        Ok(())
    }

    /// A transaction that writes.
    fn atomically<T>(&mut self, work: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T> {
        self.transaction(work)
    }
}

impl Database {
    /// Connects.
    pub(crate) fn open(url: &Url) -> Result<Self> {
        let context = format!("cannot open {url}");
        let mut database = match url {
            Url::Sqlite(file) => SqliteConnection::establish(file).map(Self::Sqlite),
            #[cfg(feature = "postgres")]
            Url::Postgres(url) => PgConnection::establish(url).map(Self::Postgres),
            #[cfg(feature = "mysql")]
            Url::Mysql(url) => MysqlConnection::establish(url).map(Self::Mysql),
        }
        .context(&context)?;
        each!(&mut database, conn => begin_session(conn)).context(context)?;
        Ok(database)
    }

    /// Makes the tables if they are not there, and empties them. Nothing is written unless every table that
    /// is there is as expected.
    pub(crate) fn prepare(&mut self) -> Result<()> {
        each!(self, conn => make_tables(conn))?;
        self.empty().context("cannot empty the tables")
    }

    /// Deletes all rows.
    pub(crate) fn empty(&mut self) -> QueryResult<()> {
        each!(self, conn => conn.atomically(|conn| {
            diesel::delete(churn_path_months::table).execute(conn)?;
            diesel::delete(churn_days::table).execute(conn)?;
            diesel::delete(churn_totals::table).execute(conn)?;
            Ok(())
        }))
    }
}

fn begin_session<Conn: Backend>(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(Conn::SESSION)
}

fn make_tables<Conn: Backend>(conn: &mut Conn) -> Result<()> {
    shape::check(conn, Missing::Allowed)?;
    conn.prepare().context("cannot prepare the database")?;
    conn.run_pending_migrations(Conn::MIGRATIONS)
        .context("cannot make the tables")?;
    shape::check(conn, Missing::Refused)
}
