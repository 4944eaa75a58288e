//! Transactions that meet, which the database answers by undoing one of them: repeated, and then
//! each increment is there once.

use std::sync::Barrier;
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

on_each_server! {
    fn a_deadlock(db) {
        let words = ["deadlock detected", "Deadlock found when trying to get lock"];
        deadlock(db).assert_said(&words);
    }
}

#[cfg(feature = "postgres")]
mod only_on_postgres {
    use diesel::prelude::*;

    use super::*;
    use crate::database;

    #[test]
    fn a_row_that_another_has_changed_since_it_was_read() {
        let db = database::postgres("a_row_that_another_has_changed");
        let seen = stale(&db, PgConnection::STRICT, |conn| conn.hit("/"));
        seen.assert_said(&["could not serialize access due to concurrent update"]);
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
        seen.assert_said(&["could not serialize access due to read/write dependencies"]);
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
        seen.assert_said(&["canceling statement due to statement timeout"]);
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
            seen.assert_said(&[words]);
        }
    }
}

#[cfg(feature = "mysql")]
mod only_on_mysql {
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
        seen.assert_said(&words);
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
        seen.assert_said(&["Record has changed since last read"]);

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
        seen.assert_said(&["Query execution was interrupted"]);
        assert_eq!(conn.read("/"), Ok(1));
    }
}
