//! Locks that are not waited for, and those of SQLite, which has no others.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{LoadConnection, SimpleConnection};
use upsert_runtime::dialect::Transactions;
use upsert_runtime::retry;
use upsert_runtime::retry::Policy;

use super::{DONE, ROLLED_BACK, Seen};
use crate::counting::Count;
use crate::database::Database;

/// A lock whose holder lets go of it when an attempt has failed.
fn held_lock<Conn>(db: &Database<Conn>) -> Seen
where
    Conn: Count + LoadConnection<Backend: Transactions> + Send + 'static,
{
    let mut holder = db.connect();
    holder.begin_test_transaction().unwrap(); // which is never committed
    holder.hit("/").unwrap();
    let holder = Arc::new(Mutex::new(Some(holder)));
    let seen = Seen::default();
    let tell = seen.clone();
    let policy = Policy::new().on_attempt(move |attempt| {
        drop(holder.lock().unwrap_or_else(PoisonError::into_inner).take());
        tell.note(attempt);
    });
    let conn = &mut db.connect();
    conn.batch_execute(Conn::IMPATIENT).unwrap();
    assert_eq!(retry(conn, &policy, |conn| conn.hit("/")).unwrap(), 1);
    let (last, failed) = seen
        .classes()
        .split_last()
        .map(|(l, f)| (*l, f.to_vec()))
        .unwrap();
    assert_eq!(last, DONE);
    assert!(!failed.is_empty());
    assert!(failed.iter().all(|class| *class == ROLLED_BACK), "{seen:?}");
    seen
}

on_each_backend! {
    fn a_lock_that_was_not_waited_for(db) {
        let words = [
            "database is locked",
            "canceling statement due to lock timeout",
            "Lock wait timeout exceeded",
        ];
        held_lock(db).assert_said(&words);
    }
}

mod only_on_sqlite {
    use diesel::prelude::*;
    use diesel::sqlite::Sqlite;
    use upsert_runtime::dialect::{ErrorClass, Moment};

    use super::*;
    use crate::database;

    /// A transaction that is begun as Diesel begins one, as a reader, has read what is old by now:
    /// SQLITE_BUSY_SNAPSHOT. One of `retry` reads when it has the write lock, and meets nobody.
    #[test]
    fn a_snapshot_that_is_old_by_now() -> QueryResult<()> {
        let db = database::sqlite("a_snapshot_that_is_old_by_now");
        let (conn, other) = (&mut db.connect(), &mut db.connect());
        conn.hit("/")?;
        let stale = conn.transaction(|conn| {
            conn.read("/")?;
            other.hit("/")?;
            let result = conn.hit("/");
            let class =
                ErrorClass::of::<Sqlite>(result.as_ref().unwrap_err(), Moment::InTransaction);
            assert_eq!(class, ErrorClass::RolledBack);
            result
        });
        assert!(
            stale
                .unwrap_err()
                .to_string()
                .contains("database is locked")
        );

        let mut is_first = true;
        other.batch_execute(SqliteConnection::IMPATIENT)?;
        retry(conn, &Policy::new(), |conn| {
            conn.read("/")?;
            if std::mem::take(&mut is_first) {
                other.hit("/").unwrap_err();
            }
            conn.hit("/")
        })?;
        assert_eq!(conn.read("/")?, 3);
        Ok(())
    }

    /// SQLITE_LOCKED: <https://sqlite.org/rescode.html#locked>
    #[test]
    fn a_table_that_another_connection_of_the_same_cache_writes() -> QueryResult<()> {
        const CREATE: &str = "CREATE TABLE page_hits (page TEXT, day INTEGER, n BIGINT NOT NULL, likes BIGINT, title TEXT, PRIMARY KEY (page, day))";
        let url = "file:locked?mode=memory&cache=shared";
        let mut writer = SqliteConnection::establish(url).unwrap();
        let mut conn = SqliteConnection::establish(url).unwrap();
        writer.batch_execute(CREATE)?;
        let blocked = writer.immediate_transaction(|writer| {
            writer.hit("/")?;
            let error = conn.read("/").unwrap_err();
            assert!(error.to_string().contains("is locked"), "{error}");
            QueryResult::Ok(ErrorClass::of::<Sqlite>(&error, Moment::Autocommit))
        })?;
        assert_eq!(blocked, ErrorClass::RolledBack);
        Ok(())
    }

    /// SQLITE_BUSY at COMMIT, which leaves the transaction open.
    #[test]
    fn a_reader_that_is_in_the_way_of_the_commit() -> QueryResult<()> {
        let db = database::sqlite("a_reader_that_is_in_the_way");
        let conn = &mut db.connect();
        conn.batch_execute("PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 0")?;
        let mut reader = SqliteConnection::establish(&db.url).unwrap();
        reader.batch_execute("BEGIN; SELECT count(*) FROM page_hits")?;
        let reader = Mutex::new(Some(reader));
        let seen = Seen::default();
        let tell = seen.clone();
        let policy = Policy::new().on_attempt(move |attempt| {
            drop(reader.lock().unwrap_or_else(PoisonError::into_inner).take());
            tell.note(attempt);
        });
        assert_eq!(retry(conn, &policy, |conn| conn.hit("/"))?, 1);
        assert_eq!(seen.classes(), [ROLLED_BACK, DONE]);
        Ok(())
    }
}
