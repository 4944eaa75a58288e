//! The statements of the ledger, as far as they differ.

use diesel::connection::LoadConnection;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::{QueryResult, RunQueryDsl};

use super::{Catalogue, Transactions};

/// Backends on which the [ledger](crate::ledger) can be kept.
#[diagnostic::on_unimplemented(
    message = "there is no ledger on `{Self}`",
    label = "an operation is applied exactly once on PostgreSQL, SQLite, MySQL and MariaDB",
    note = "help: enable the feature of `upsert-runtime` for it: `postgres` for `Pg`, `sqlite` for `Sqlite`, `mysql` for `Mysql`",
    note = "help: of a `MultiConnection`, `match` on the connection and use the one inside"
)]
pub trait Ledger: Catalogue + Transactions {
    /// The migration that creates its tables.
    const UP: &'static str;

    /// What stands behind an INSERT for one that meets a stored row to insert nothing. Where it is
    /// empty, such a one fails, and nothing but that INSERT is undone.
    const SKIP: &'static str;

    /// What stands before the number of seconds in the condition that a row is older.
    const OLDER: &'static str;

    /// What stands behind it.
    const SECONDS: &'static str;

    /// What stands behind an INSERT up to the assignment, for one that meets the row of this name.
    const UPDATE: &'static str;

    /// What stands behind a SELECT for it to wait for whoever is writing the row.
    const LOCK: &'static str;

    /// Whether a transaction that the database has rolled back refuses what comes behind. Where it
    /// does not, a deadlock whose error nobody has returned leaves statements that commit
    /// themselves.
    const REFUSES_MORE: bool = true;

    /// Binds an id.
    ///
    /// # Errors
    ///
    /// Those of Diesel.
    fn bytes<'b>(bytes: &'b [u8], out: AstPass<'_, 'b, Self>) -> QueryResult<()>;

    /// Binds a number.
    ///
    /// # Errors
    ///
    /// Those of Diesel.
    fn number<'b>(number: &'b i64, out: AstPass<'_, 'b, Self>) -> QueryResult<()>;

    /// The row of two numbers that `query` returns, if there is one.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn numbers<Conn, Q>(conn: &mut Conn, query: Q) -> QueryResult<Option<(i64, i64)>>
    where
        Conn: LoadConnection<Backend = Self>,
        Q: Query<SqlType = (BigInt, BigInt)> + QueryFragment<Self> + QueryId + RunQueryDsl<Conn>;

    /// What of its tables is not as the migration made it, of what nothing else would fail at.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn unfit<Conn>(conn: &mut Conn) -> QueryResult<Option<String>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let _ = conn;
        Ok(None)
    }
}

/// What does not differ, and cannot be said of all backends at once.
#[cfg(any(feature = "postgres", feature = "sqlite", feature = "mysql"))]
macro_rules! alike {
    () => {
        fn bytes<'b>(bytes: &'b [u8], mut out: AstPass<'_, 'b, Self>) -> QueryResult<()> {
            out.push_bind_param::<diesel::sql_types::Binary, _>(bytes)
        }

        fn number<'b>(number: &'b i64, mut out: AstPass<'_, 'b, Self>) -> QueryResult<()> {
            out.push_bind_param::<BigInt, _>(number)
        }

        fn numbers<Conn, Q>(conn: &mut Conn, query: Q) -> QueryResult<Option<(i64, i64)>>
        where
            Conn: LoadConnection<Backend = Self>,
            Q: Query<SqlType = (BigInt, BigInt)>
                + QueryFragment<Self>
                + QueryId
                + RunQueryDsl<Conn>,
        {
            diesel::OptionalExtension::optional(query.get_result(conn))
        }
    };
}

#[cfg(feature = "postgres")]
impl Ledger for diesel::pg::Pg {
    const UP: &'static str =
        include_str!("../../migrations/postgres/2026-11-01-000000_upsert_ledger/up.sql");
    const SKIP: &'static str = " ON CONFLICT (id) DO NOTHING";
    const OLDER: &'static str = "applied_at < now() - ";
    const SECONDS: &'static str = " * interval '1 second'";
    const UPDATE: &'static str = " ON CONFLICT (name) DO UPDATE SET ";
    const LOCK: &'static str = " FOR UPDATE";
    alike!();
}

#[cfg(feature = "sqlite")]
impl Ledger for diesel::sqlite::Sqlite {
    const UP: &'static str =
        include_str!("../../migrations/sqlite/2026-11-01-000000_upsert_ledger/up.sql");
    const SKIP: &'static str = " ON CONFLICT (id) DO NOTHING";
    // https://sqlite.org/lang_datefunc.html#modifiers
    const OLDER: &'static str = "applied_at < datetime('now', '-' || ";
    const SECONDS: &'static str = " || ' seconds')";
    const UPDATE: &'static str = " ON CONFLICT (name) DO UPDATE SET ";
    // Who writes has the only lock that there is.
    const LOCK: &'static str = "";
    alike!();
}

#[cfg(feature = "mysql")]
impl Ledger for diesel::mysql::Mysql {
    const UP: &'static str =
        include_str!("../../migrations/mysql/2026-11-01-000000_upsert_ledger/up.sql");
    // Diesel's connections count found rows, so that an update of nothing cannot be told from an
    // INSERT. A duplicate key undoes the statement alone:
    // https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
    const SKIP: &'static str = "";
    const OLDER: &'static str = "applied_at < now() - INTERVAL ";
    const SECONDS: &'static str = " SECOND";
    const UPDATE: &'static str = " ON DUPLICATE KEY UPDATE ";
    const LOCK: &'static str = " FOR UPDATE";
    // https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
    const REFUSES_MORE: bool = false;
    alike!();

    // Another type may have a collation that takes two ids for one, or cut them; an engine without
    // transactions keeps the id of what was rolled back.
    fn unfit<Conn>(conn: &mut Conn) -> QueryResult<Option<String>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        use diesel::deserialize::QueryableByName;
        use diesel::sql_types::Text;

        #[derive(QueryableByName)]
        #[diesel(check_for_backend(diesel::mysql::Mysql))]
        struct Unfit {
            #[diesel(sql_type = Text)]
            what: String,
        }

        let found: Vec<Unfit> = diesel::sql_query(
            "SELECT concat('`', table_name, '` is ', engine) AS what \
             FROM information_schema.tables \
             WHERE table_schema = database() AND table_name IN ('upsert_ledger', 'upsert_writers') \
             AND engine <> 'InnoDB' \
             UNION ALL \
             SELECT concat('`', table_name, '`.`', column_name, '` is ', column_type) \
             FROM information_schema.columns \
             WHERE table_schema = database() \
             AND (table_name, column_name) IN (('upsert_ledger', 'id'), ('upsert_writers', 'name')) \
             AND column_type <> 'varbinary(255)'",
        )
        .load(conn)?;
        Ok(found.into_iter().next().map(|found| found.what))
    }
}
