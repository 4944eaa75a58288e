//! The database: which one, its connections, and its tables.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};
use upsert_runtime::dialect::Ledger;
use upsert_runtime::retry::Policy;
use upsert_runtime::{ledger, retry};

use crate::applied;
use crate::common::database::{Database, each};
use crate::common::failure::{Context, Failure, Result};
use crate::common::shape::{self, Describe, Found};
use crate::common::url::Url;
use crate::schema::{churn_days, churn_path_months, churn_totals};

/// What differs by database. Each has a file, in the order of this trait.
pub(crate) trait Backend:
    Describe + LoadConnection<Backend: Ledger> + MigrationHarness<<Self as Connection>::Backend>
{
    /// How each connection begins.
    const SESSION: &'static str;

    /// What makes the tables.
    const MIGRATIONS: EmbeddedMigrations;

    /// What makes those of the ledger: it comes with the library.
    const LEDGER: EmbeddedMigrations;

    /// The types of the keys, as [`shape`] has them. They matter: in a collation that ignores case,
    /// for one, two files would count as one.
    const PATH: &'static str;
    const DATE: &'static str;

    /// What else there is to do before the first write.
    fn prepare(&mut self) -> QueryResult<()> {
        Ok(())
    }
}

impl Database {
    /// Connects.
    pub(crate) fn open(url: &Url) -> Result<Self> {
        let mut database = Self::establish(url)?;
        each!(&mut database, conn => begin_session(conn))
            .context(format_args!("cannot open {url}"))?;
        Ok(database)
    }

    /// Makes the tables if they are not there. Nothing is written unless every table that is there
    /// is as expected.
    pub(crate) fn prepare(&mut self) -> Result<()> {
        each!(self, conn => make_tables(conn))
    }

    /// Deletes all rows, as if no commit had been counted.
    pub(crate) fn empty(&mut self) -> QueryResult<()> {
        each!(self, conn => retry(conn, &Policy::new(), |conn| {
            diesel::delete(churn_path_months::table).execute(conn)?;
            diesel::delete(churn_days::table).execute(conn)?;
            diesel::delete(churn_totals::table).execute(conn)?;
            diesel::delete(applied::ours()).execute(conn)?;
            QueryResult::Ok(())
        }))?;
        Ok(())
    }
}

fn begin_session<Conn: Backend>(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(Conn::SESSION)
}

fn make_tables<Conn: Backend>(conn: &mut Conn) -> Result<()> {
    for table in TABLES {
        shape::check(conn, table, &columns::<Conn>(table))?;
    }
    conn.prepare().context("cannot prepare the database")?;
    for migrations in [Conn::MIGRATIONS, Conn::LEDGER] {
        conn.run_pending_migrations(migrations)
            .context("cannot make the tables")?;
    }
    ledger::verify(conn).context("cannot count a commit once")?;
    for table in TABLES {
        if shape::check(conn, table, &columns::<Conn>(table))? == Found::Missing {
            return Err(Failure::new(format_args!(
                "the table {table} is not as expected: it is missing, though its migration was run"
            )));
        }
    }
    Ok(())
}

const TABLES: [&str; 3] = ["churn_path_months", "churn_days", "churn_totals"];

/// What the migrations make `table` of.
fn columns<Conn: Backend>(table: &str) -> Vec<String> {
    let keys = match table {
        "churn_path_months" => &[("path", Conn::PATH), ("month", Conn::DATE)][..],
        "churn_days" => &[("day", Conn::DATE)],
        _ => &[("id", Conn::INTEGER)],
    };
    let counters = ["commits", "added", "deleted", "first_change", "last_change"];
    let keys = keys
        .iter()
        .map(|(name, ty)| format!("{name} {ty} not null key"));
    let counters = counters.map(|name| format!("{name} {} not null", Conn::BIGINT));
    keys.chain(counters).collect()
}
