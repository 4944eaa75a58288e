//! Scripts on real databases: that they see who waits, find what is wrong in some order, and come
//! to an end.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::result::ConnectionError;
use upsert_harness::Waits;
use upsert_runtime::upsert;

use crate::database::Database;
use crate::schema::page_hits;

/// What the scripts do, on each backend.
pub(crate) trait Session: LoadConnection<Backend: Waits> {
    const BACKEND: Backend;

    /// Begins a transaction that may write.
    const BEGIN: &'static str;

    /// Increments the page and returns its number.
    fn hit(&mut self, page: &str) -> QueryResult<i64>;

    fn read(&mut self) -> QueryResult<i64>;

    fn write(&mut self, n: i64) -> QueryResult<()>;

    /// Increments the row by an UPDATE and returns how many there are.
    fn add(&mut self) -> QueryResult<usize>;

    /// Waits for nobody, and for longer than the tests have.
    fn dawdle(&mut self) -> QueryResult<()>;
}

macro_rules! session {
    ($conn:ty, $backend:ident, $begin:literal, hit: $hit:expr, dawdle: $dawdle:expr) => {
        impl Session for $conn {
            const BACKEND: Backend = Backend::$backend;
            const BEGIN: &'static str = $begin;

            fn hit(&mut self, page: &str) -> QueryResult<i64> {
                let hit: fn(&mut Self, &str) -> QueryResult<i64> = $hit;
                hit(self, page)
            }

            fn read(&mut self) -> QueryResult<i64> {
                page_hits::table
                    .find(("/", 1))
                    .select(page_hits::n)
                    .first(self)
            }

            fn write(&mut self, n: i64) -> QueryResult<()> {
                let page = diesel::update(page_hits::table.find(("/", 1)));
                page.set(page_hits::n.eq(n)).execute(self).map(drop)
            }

            fn add(&mut self) -> QueryResult<usize> {
                let page = diesel::update(page_hits::table.find(("/", 1)));
                page.set(page_hits::n.eq(page_hits::n + 1)).execute(self)
            }

            fn dawdle(&mut self) -> QueryResult<()> {
                $dawdle(self)
            }
        }
    };
}

macro_rules! hit_returning {
    () => {
        |conn, page| {
            upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
                .get_result(conn)
        }
    };
}

session!(
    SqliteConnection, Sqlite, "BEGIN IMMEDIATE",
    hit: hit_returning!(),
    dawdle: |_: &mut _| {
        std::thread::sleep(Duration::from_secs(3));
        Ok(())
    }
);
#[cfg(feature = "postgres")]
session!(PgConnection, Postgres, "BEGIN", hit: hit_returning!(), dawdle: sql("SELECT pg_sleep(60)"));
#[cfg(feature = "mysql")]
session!(
    MysqlConnection, Mysql, "BEGIN",
    hit: |conn, page| {
        upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >).execute(conn)?;
        page_hits::table.find((page, 1)).select(page_hits::n).first(conn)
    },
    dawdle: sql("DO SLEEP(60)")
);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
    #[cfg(feature = "mysql")]
    Mysql,
}

impl<Conn: Session> Database<Conn> {
    fn is_sqlite(&self) -> bool {
        Conn::BACKEND == Backend::Sqlite
    }

    fn is_mysql(&self) -> bool {
        // Without the feature there is no such variant.
        format!("{:?}", Conn::BACKEND) == "Mysql"
    }
}

pub(crate) fn connect<Conn: Connection>(
    db: &Database<Conn>,
) -> impl Fn() -> Result<Conn, ConnectionError> + Sync {
    || Ok(db.connect())
}

pub(crate) fn sql<Conn: Connection>(text: &'static str) -> impl Fn(&mut Conn) -> QueryResult<()> {
    |conn| conn.batch_execute(text)
}

fn hit<Conn: Session>(conn: &mut Conn) -> QueryResult<i64> {
    conn.hit("/")
}

/// Reads the number for a later step.
fn note<Conn: Session>(conn: &mut Conn, n: &AtomicI64) -> QueryResult<i64> {
    let read = conn.read()?;
    n.store(read, Ordering::Relaxed);
    Ok(read)
}

fn add<Conn: Session>(conn: &mut Conn) -> QueryResult<usize> {
    conn.add()
}

/// A row with 0 in each interleaving.
macro_rules! script {
    ($db:expr) => {
        Script::new(connect($db)).setup(|conn| {
            diesel::delete(page_hits::table).execute(conn)?;
            upsert!(page_hits, values = { page: "/", day: 1, n: 0 }, conflict = (page, day), set = nothing)
                .execute(conn)
        })
    };
}

/// `a` increments in a transaction; the others by themselves.
macro_rules! holder {
    ($db:expr) => {
        script!($db).session("a", |a| {
            a.step("a begins", |conn| begin(conn))
                .step("a hits", |conn| hit(conn))
                .step("a commits", sql("COMMIT"))
        })
    };
}

fn begin<Conn: Session>(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(Conn::BEGIN)
}

mod ends;
#[cfg(feature = "mysql")]
mod mariadb;
mod orders;
mod waiting;
