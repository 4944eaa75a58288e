//! Conflicts with others, which the database answers by undoing the work: repeated, and then each
//! increment is there once.

use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::thread;

use diesel::connection::{LoadConnection, SimpleConnection};
use upsert_runtime::dialect::Transactions;
use upsert_runtime::retry;
use upsert_runtime::retry::Policy;

use super::{DONE, ROLLED_BACK, Seen};
use crate::counting::Count;
use crate::database::Database;

/// Two threads that do `work` at the same time: the second half of the first attempt when both have
/// done the first half. It is told which of the two it is, and whether to wait.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn two<Conn>(
    db: &Database<Conn>,
    prepare: &str,
    first: impl Fn(&mut Conn, usize) -> diesel::QueryResult<i64> + Sync,
    second: impl Fn(&mut Conn, usize) -> diesel::QueryResult<i64> + Sync,
) -> Seen
where
    Conn: Count + LoadConnection<Backend: Transactions>,
{
    let seen = Seen::default();
    let policy = seen.by(Policy::new());
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        for thread in 0..2 {
            let (policy, barrier, first, second) = (&policy, &barrier, &first, &second);
            scope.spawn(move || {
                let conn = &mut db.connect();
                conn.batch_execute(prepare).unwrap();
                let mut is_first = true;
                retry(conn, policy, |conn| {
                    let result = first(conn, thread);
                    if std::mem::take(&mut is_first) {
                        barrier.wait();
                    }
                    result?;
                    second(conn, thread)
                })
                .unwrap();
            });
        }
    });
    let classes = seen.classes();
    let failures = classes.iter().filter(|class| class.is_some());
    assert!(failures.clone().count() > 0, "nothing failed");
    assert!(
        failures.clone().all(|class| *class == ROLLED_BACK),
        "{seen:?}"
    );
    assert_eq!(classes.iter().filter(|class| **class == DONE).count(), 2);
    seen
}

/// Two rows in opposite order.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn deadlock<Conn>(db: &Database<Conn>) -> Seen
where
    Conn: Count + LoadConnection<Backend: Transactions>,
{
    for page in ["/a", "/b"] {
        db.connect().hit(page).unwrap();
    }
    let pages = ["/a", "/b"];
    let seen = two(
        db,
        "SELECT 1",
        |conn, thread| conn.hit(pages[thread]),
        |conn, thread| conn.hit(pages[1 - thread]),
    );
    let conn = &mut db.connect();
    assert_eq!((conn.read("/a"), conn.read("/b")), (Ok(3), Ok(3)));
    seen
}

/// A row that was read and has been changed since. In no savepoint: see below.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn stale<Conn>(
    db: &Database<Conn>,
    prepare: &str,
    hit: impl Fn(&mut Conn) -> diesel::QueryResult<i64> + Sync,
) -> Seen
where
    Conn: Count + LoadConnection<Backend: Transactions>,
{
    db.connect().hit("/").unwrap();
    let seen = two(db, prepare, |conn, _| conn.read("/"), |conn, _| hit(conn));
    assert_eq!(db.connect().read("/"), Ok(3));
    seen
}

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

#[track_caller]
fn assert_said(seen: &Seen, words: &[&str]) {
    for message in seen.messages() {
        let is_known = words.iter().any(|words| message.contains(words));
        assert!(is_known, "{message:?}");
    }
}

on_each_backend! {
    fn a_lock_that_was_not_waited_for(db) {
        let words = [
            "database is locked",
            "canceling statement due to lock timeout",
            "Lock wait timeout exceeded",
        ];
        assert_said(&held_lock(db), &words);
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod of_servers {
    use super::*;

    on_each_server! {
        fn a_deadlock(db) {
            let words = ["deadlock detected", "Deadlock found when trying to get lock"];
            assert_said(&deadlock(db), &words);
        }
    }
}

mod of_sqlite {
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

#[cfg(feature = "postgres")]
mod of_postgres {
    use diesel::prelude::*;

    use super::*;
    use crate::database;

    #[test]
    fn a_row_that_another_has_changed_since_it_was_read() {
        let db = database::postgres("a_row_that_another_has_changed");
        let seen = stale(&db, PgConnection::STRICT, |conn| conn.hit("/"));
        assert_said(
            &seen,
            &["could not serialize access due to concurrent update"],
        );
    }

    /// Serializable transactions that each read what the other writes are refused at a statement or
    /// at COMMIT.
    #[test]
    fn a_write_skew() {
        let db = database::postgres("a_write_skew");
        for page in ["/a", "/b"] {
            db.connect().hit(page).unwrap();
        }
        let pages = ["/a", "/b"];
        let seen = two(
            &db,
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            |conn, thread| conn.read(pages[thread]),
            |conn, thread| conn.hit(pages[1 - thread]),
        );
        assert_said(
            &seen,
            &["could not serialize access due to read/write dependencies"],
        );
        let conn = &mut db.connect();
        assert_eq!((conn.read("/a"), conn.read("/b")), (Ok(2), Ok(2)));
    }

    #[test]
    fn a_statement_that_took_too_long() {
        let db = database::postgres("a_statement_that_took_too_long");
        let seen = Seen::default();
        let conn = &mut db.connect();
        conn.batch_execute("SET statement_timeout = '50ms'")
            .unwrap();
        let mut is_first = true;
        retry(conn, &seen.by(Policy::new()), |conn| {
            if std::mem::take(&mut is_first) {
                conn.batch_execute("SELECT pg_sleep(60)")?;
            }
            conn.hit("/")
        })
        .unwrap();
        assert_eq!(seen.classes(), [ROLLED_BACK, DONE]);
        assert_said(&seen, &["canceling statement due to statement timeout"]);
    }

    #[test]
    fn a_row_and_a_table_that_are_locked_and_not_to_be_waited_for() {
        let db = database::postgres("a_row_and_a_table_that_are_locked");
        let holder = &mut db.connect();
        holder.hit("/").unwrap();
        holder.begin_test_transaction().unwrap();
        holder.hit("/").unwrap();
        for (statement, words) in [
            (
                "LOCK TABLE page_hits IN EXCLUSIVE MODE NOWAIT",
                "could not obtain lock on relation",
            ),
            (
                "SELECT 1 FROM page_hits FOR UPDATE NOWAIT",
                "could not obtain lock on row in relation",
            ),
        ] {
            let seen = Seen::default();
            let policy = seen.by(Policy::new().attempts(2));
            let conn = &mut db.connect();
            retry(conn, &policy, |conn| conn.batch_execute(statement)).unwrap_err();
            assert_eq!(seen.classes(), [ROLLED_BACK, ROLLED_BACK]);
            assert_said(&seen, &[words]);
        }
    }
}

#[cfg(feature = "mysql")]
mod of_mysql {
    use diesel::prelude::*;
    use upsert_runtime::retry::ErrorClass;
    use upsert_runtime::upsert;

    use super::*;
    use crate::database;
    use crate::schema::page_hits;

    #[test]
    fn a_row_that_another_has_changed_since_it_was_read() {
        let db = database::mysql("a_row_that_another_has_changed");
        let seen = stale(&db, MysqlConnection::STRICT, hit);
        let words = [
            "Deadlock found when trying to get lock",
            "Record has changed since last read",
        ];
        assert_said(&seen, &words);
    }

    fn hit(conn: &mut MysqlConnection) -> QueryResult<i64> {
        upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
            .execute(conn)?;
        conn.read("/")
    }

    /// 1020, on MariaDB: <https://mariadb.com/kb/en/innodb-system-variables/#innodb_snapshot_isolation>
    #[test]
    fn a_row_that_is_newer_than_the_snapshot() {
        if crate::server::is_mysql() {
            return;
        }
        let db = database::mysql("a_row_that_is_newer");
        let snapshot = "SET SESSION innodb_snapshot_isolation = ON";
        let seen = stale(&db, snapshot, hit);
        assert_said(&seen, &["Record has changed since last read"]);

        // In a savepoint what arrives is that the savepoint is no more, as after a statement that
        // has committed it: that is not repeated.
        let (conn, other) = (&mut db.connect(), &mut db.connect());
        conn.batch_execute(snapshot).unwrap();
        let failed = retry(conn, &Policy::new(), |conn| {
            conn.read("/")?;
            other.hit("/")?;
            conn.transaction(hit)
        });
        let failed = failed.unwrap_err();
        assert!(
            failed
                .error
                .to_string()
                .contains("SAVEPOINT diesel_savepoint_1"),
            "{failed}"
        );
        assert_eq!(failed.class, ErrorClass::Permanent);
        assert_eq!(conn.read("/"), Ok(4));
    }

    #[test]
    fn a_statement_that_somebody_stopped() {
        use upsert_harness::Waits;

        let db = database::mysql("a_statement_that_somebody_stopped");
        let conn = &mut db.connect();
        let id = diesel::mysql::Mysql::id(conn).unwrap();
        let seen = Seen::default();
        let mut is_first = true;
        thread::scope(|scope| {
            scope.spawn(|| {
                let other = &mut db.connect();
                let sleeps = format!(
                    "SELECT CAST(COUNT(*) AS SIGNED) FROM information_schema.processlist
                     WHERE id = {id} AND info LIKE '%SLEEP(60)%'"
                );
                let sleeps = || diesel::dsl::sql::<diesel::sql_types::BigInt>(&sleeps);
                crate::faults::wait_until("the statement runs", || {
                    sleeps().get_result::<i64>(other) == Ok(1)
                });
                other.batch_execute(&format!("KILL QUERY {id}")).unwrap();
            });
            retry(conn, &seen.by(Policy::new()), |conn| {
                conn.hit("/")?;
                if std::mem::take(&mut is_first) {
                    conn.batch_execute("UPDATE page_hits SET n = n + 1 WHERE SLEEP(60) = 0")?;
                }
                Ok::<_, diesel::result::Error>(())
            })
            .unwrap();
        });
        assert_eq!(seen.classes(), [ROLLED_BACK, DONE]);
        assert_said(&seen, &["Query execution was interrupted"]);
        assert_eq!(conn.read("/"), Ok(1));
    }
}
