//! A fresh database for each test: a file for SQLite, a schema of the server's database for
//! PostgreSQL, a database of the server for MySQL.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::{Connection, SimpleConnection};
use diesel::sqlite::SqliteConnection;

/// A database with the tables of `tests/migrations`; it is gone when this is dropped.
pub(crate) struct Database<Conn> {
    pub(crate) url: String,
    prepare: fn(&mut Conn),
    remove: Box<dyn Fn() + Send + Sync>,
}

impl<Conn: Connection> Database<Conn> {
    /// One more connection.
    pub(crate) fn connect(&self) -> Conn {
        let mut conn = Conn::establish(&self.url).expect("the database is reached");
        (self.prepare)(&mut conn);
        conn
    }

    /// Where its server listens.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn address(&self) -> std::net::SocketAddr {
        use std::net::ToSocketAddrs;

        let (_, host) = self.url.split_once('@').expect("the URL has a user");
        let (host, _) = host.split_once('/').expect("the URL names a database");
        let mut addresses = host.to_socket_addrs().expect("the URL has a port");
        addresses.next().expect("the host is known")
    }

    fn with_tables(self, up: &str) -> Self {
        self.connect()
            .batch_execute(up)
            .expect("the tables are created");
        self
    }
}

impl<Conn> Drop for Database<Conn> {
    fn drop(&mut self) {
        (self.remove)();
    }
}

/// A name that no other test has, in this process or another.
fn unique(test: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // MySQL allows 64 characters.
    format!(
        "t{}_{count}_{}",
        std::process::id(),
        &test[..test.len().min(40)]
    )
}

pub(crate) fn sqlite(test: &str) -> Database<SqliteConnection> {
    let folder = std::env::temp_dir().join(unique(test));
    std::fs::create_dir(&folder).expect("a temporary folder");
    Database {
        url: folder
            .join("test.db")
            .to_str()
            .expect("a UTF-8 path")
            .to_owned(),
        prepare: |conn: &mut SqliteConnection| {
            conn.batch_execute(
                "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;",
            )
            .expect("the pragmas are set");
        },
        remove: Box::new(move || drop(std::fs::remove_dir_all(&folder))),
    }
    .with_tables(include_str!(
        "../migrations/sqlite/00000000000001_tables/up.sql"
    ))
}

#[cfg(feature = "postgres")]
pub(crate) fn postgres(test: &str) -> Database<diesel::PgConnection> {
    let server = server("PG_DATABASE_URL");
    let schema = unique(test);
    let run = {
        let server = server.clone();
        move |sql: &str| {
            let mut conn = diesel::PgConnection::establish(&server).expect("PostgreSQL is reached");
            conn.batch_execute(sql)
                .expect("the schema is created or dropped");
        }
    };
    run(&format!("CREATE SCHEMA {schema}"));
    let separator = if server.contains('?') { '&' } else { '?' };
    Database {
        url: format!("{server}{separator}options=-csearch_path%3D{schema}"),
        prepare: |_| {},
        remove: Box::new(move || run(&format!("DROP SCHEMA {schema} CASCADE"))),
    }
    .with_tables(include_str!(
        "../migrations/postgres/00000000000001_tables/up.sql"
    ))
}

#[cfg(feature = "mysql")]
pub(crate) fn mysql(test: &str) -> Database<diesel::MysqlConnection> {
    let server = server("MYSQL_DATABASE_URL");
    let name = unique(test);
    let (base, _) = server.rsplit_once('/').expect("the URL names a database");
    let url = format!("{base}/{name}");
    let run = move |sql: &str| {
        let mut conn = diesel::MysqlConnection::establish(&server).expect("MySQL is reached");
        conn.batch_execute(sql)
            .expect("the database is created or dropped");
    };
    run(&format!("CREATE DATABASE {name}"));
    Database {
        url,
        prepare: |_| {},
        remove: Box::new(move || run(&format!("DROP DATABASE {name}"))),
    }
    .with_tables(include_str!(
        "../migrations/mysql/00000000000001_tables/up.sql"
    ))
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn server(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: run the tests by `scripts/test`"))
}

/// Each test once for each backend that is a server, as below.
#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! on_each_server {
    ($($tests:tt)+) => {
        #[cfg(feature = "postgres")]
        on_each_backend!(@ postgres; $($tests)+);
        #[cfg(feature = "mysql")]
        on_each_backend!(@ mysql; $($tests)+);
    };
}

/// Each test once for each backend, with a database of its own: `fn name(db) { .. }`.
///
/// The body is compiled for each backend by itself, as it would be in an application.
macro_rules! on_each_backend {
    ($($(#[$meta:meta])* fn $name:ident($db:ident) $body:block)+) => {
        on_each_backend!(@ sqlite; $($(#[$meta])* fn $name($db) $body)+);
        #[cfg(feature = "postgres")]
        on_each_backend!(@ postgres; $($(#[$meta])* fn $name($db) $body)+);
        #[cfg(feature = "mysql")]
        on_each_backend!(@ mysql; $($(#[$meta])* fn $name($db) $body)+);
    };
    (returning: $($(#[$meta:meta])* fn $name:ident($db:ident) $body:block)+) => {
        on_each_backend!(@ sqlite; $($(#[$meta])* fn $name($db) $body)+);
        #[cfg(feature = "postgres")]
        on_each_backend!(@ postgres; $($(#[$meta])* fn $name($db) $body)+);
    };
    (@ $backend:ident; $($(#[$meta:meta])* fn $name:ident($db:ident) $body:block)+) => {
        mod $backend {
            use super::*;

            $(
                $(#[$meta])*
                #[test]
                fn $name() -> diesel::QueryResult<()> {
                    let $db = &crate::database::$backend(stringify!($name));
                    $body
                    Ok(())
                }
            )+
        }
    };
}
