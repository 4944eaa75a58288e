//! What a database does not do, now or ever: nothing is repeated.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::prelude::*;
use diesel::result::Error;
use upsert_runtime::dialect::Transactions;
use upsert_runtime::retry;
use upsert_runtime::retry::{ErrorClass, Policy};

use crate::counting::Count;
use crate::schema::users;

/// The class of the error of `work`, which was done once and is not there.
fn refused<Conn, T>(conn: &mut Conn, work: impl Fn(&mut Conn) -> QueryResult<T>) -> ErrorClass
where
    Conn: Count + LoadConnection<Backend: Transactions>,
    T: std::fmt::Debug,
{
    let result = retry(conn, &Policy::new(), |conn| {
        conn.hit("/refused")?;
        work(conn)
    });
    let failed = result.unwrap_err();
    assert_eq!(failed.attempts, 1, "{failed}");
    // The connection goes on.
    let read = retry(conn, &Policy::new(), |conn| conn.read("/refused"));
    assert_eq!(read.unwrap(), 0);
    failed.class
}

on_each_backend! {
    fn a_constraint_and_a_statement_that_is_wrong(db) {
        let conn = &mut db.connect();
        let email = users::email.eq("a@example.org");
        let class = refused(conn, |conn| {
            for _ in 0..2 {
                diesel::insert_into(users::table).values((email, users::name.eq(""))).execute(conn)?;
            }
            Ok(())
        });
        assert_eq!(class, ErrorClass::Permanent);
        let class = refused(conn, |conn| conn.batch_execute("SELECT nothing FROM nowhere"));
        assert_eq!(class, ErrorClass::Permanent);
    }

    fn an_error_that_no_database_has_made(db) {
        let conn = &mut db.connect();
        let class = refused(conn, |_| Err::<(), _>(Error::RollbackTransaction));
        assert_eq!(class, ErrorClass::Permanent);
        let class = refused(conn, |conn| {
            users::table.find(-1).select(users::id).first::<i32>(conn)
        });
        assert_eq!(class, ErrorClass::Permanent);
    }
}

mod only_on_sqlite {
    use super::*;
    use crate::database;

    #[test]
    fn a_database_that_is_not_to_be_written() -> QueryResult<()> {
        let db = database::sqlite("not_to_be_written");
        let conn = &mut db.connect();
        conn.batch_execute("PRAGMA query_only = on")?;
        let failed = retry(conn, &Policy::new(), |conn| conn.hit("/")).unwrap_err();
        assert_eq!(
            (failed.class, failed.attempts),
            (ErrorClass::ReadOnly, 1),
            "{failed}"
        );
        Ok(())
    }

    #[test]
    fn a_disk_that_is_full() -> QueryResult<()> {
        let db = database::sqlite("a_disk_that_is_full");
        let conn = &mut db.connect();
        conn.batch_execute("PRAGMA max_page_count = 16")?;
        let class = refused(conn, |conn| {
            (0..300).try_for_each(|n| conn.hit(&format!("/{n:0200}")).map(drop))
        });
        assert_eq!(class, ErrorClass::Permanent);
        Ok(())
    }

    /// What is deferred is looked at by COMMIT, which leaves the transaction open.
    #[test]
    fn a_constraint_at_commit() -> QueryResult<()> {
        let db = database::sqlite("a_constraint_at_commit");
        let conn = &mut db.connect();
        conn.batch_execute(
            "PRAGMA foreign_keys = on;
             CREATE TABLE customers (id INTEGER PRIMARY KEY);
             CREATE TABLE orders (customer INTEGER REFERENCES customers DEFERRABLE INITIALLY DEFERRED)",
        )?;
        let class = refused(conn, |conn| {
            conn.batch_execute("INSERT INTO orders VALUES (1)")
        });
        assert_eq!(class, ErrorClass::Permanent);
        Ok(())
    }
}

#[cfg(feature = "postgres")]
mod only_on_postgres {
    use upsert_harness::Waits;

    use super::*;
    use crate::database;

    #[test]
    fn a_session_that_is_not_to_write() -> QueryResult<()> {
        let db = database::postgres("not_to_write");
        let conn = &mut db.connect();
        conn.batch_execute("SET default_transaction_read_only = on")?;
        let failed = retry(conn, &Policy::new(), |conn| conn.hit("/")).unwrap_err();
        assert_eq!(
            (failed.class, failed.attempts),
            (ErrorClass::ReadOnly, 1),
            "{failed}"
        );
        Ok(())
    }

    #[test]
    fn a_constraint_at_commit() -> QueryResult<()> {
        let db = database::postgres("a_constraint_at_commit");
        let conn = &mut db.connect();
        conn.batch_execute("CREATE TABLE late (id INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)")?;
        let class = refused(conn, |conn| {
            conn.batch_execute("INSERT INTO late VALUES (1), (1)")
        });
        assert_eq!(class, ErrorClass::Permanent);
        Ok(())
    }

    /// 57014, as by a time-out, but somebody wants the statement to end.
    #[test]
    fn a_statement_that_somebody_cancelled() -> QueryResult<()> {
        let db = database::postgres("somebody_cancelled");
        let conn = &mut db.connect();
        let id = diesel::pg::Pg::id(conn)?;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let other = &mut db.connect();
                let cancelled = format!(
                    "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
                     WHERE pid = {id} AND state = 'active' AND query LIKE '%pg_sleep(60)%'"
                );
                let cancel = || diesel::dsl::sql::<diesel::sql_types::BigInt>(&cancelled);
                crate::faults::wait_until("the statement is cancelled", || {
                    cancel().get_result::<i64>(other) == Ok(1)
                });
            });
            let class = refused(conn, |conn| conn.batch_execute("SELECT pg_sleep(60)"));
            assert_eq!(class, ErrorClass::Permanent);
        });
        Ok(())
    }

    /// `COMMIT` of a transaction in which a statement has failed rolls it back, and is no error:
    /// <https://www.postgresql.org/docs/current/sql-commit.html>.
    #[test]
    fn an_error_that_the_closure_keeps_to_itself() -> QueryResult<()> {
        fn hide(conn: &mut PgConnection) -> QueryResult<()> {
            conn.hit("/")?;
            let _ = conn.batch_execute("SELECT nothing FROM nowhere");
            Ok(())
        }
        let db = database::postgres("keeps_to_itself");
        let conn = &mut db.connect();
        assert_eq!(refused(conn, hide), ErrorClass::Permanent);
        assert_eq!(conn.read("/")?, 0);
        // The control: a transaction of Diesel's own says that it was done.
        assert_eq!(conn.transaction(hide), Ok(()));
        assert_eq!(conn.read("/")?, 0);
        Ok(())
    }
}

#[cfg(feature = "mysql")]
mod only_on_mysql {
    use super::*;
    use crate::database;

    #[test]
    fn a_session_that_is_not_to_write() -> QueryResult<()> {
        let db = database::mysql("not_to_write");
        let conn = &mut db.connect();
        conn.batch_execute("SET SESSION TRANSACTION READ ONLY")?;
        let failed = retry(conn, &Policy::new(), |conn| conn.hit("/")).unwrap_err();
        assert_eq!(
            (failed.class, failed.attempts),
            (ErrorClass::ReadOnly, 1),
            "{failed}"
        );
        Ok(())
    }
}
