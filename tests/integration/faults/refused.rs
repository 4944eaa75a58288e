//! What a database refuses: it is rolled back, and counts as failed, never as of unknown outcome.

use diesel::connection::SimpleConnection;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::prelude::*;
use upsert_harness::{Answer, History, Race};

use super::once;
use crate::counting::{Count, assert_counted};
use crate::database::Database;

/// Some increments failed, each in one of these words; all others are counted.
#[track_caller]
fn assert_refused<Conn: Count>(history: &History, conn: &mut Conn, words: &[&str]) {
    let tally = history.tally();
    assert!(tally.failed > 0, "nothing failed: {tally}");
    assert_eq!(tally.unknown, 0, "{tally}");
    assert!(tally.acknowledged > 0, "nothing else was done: {tally}");
    for operation in &history.operations {
        if let Answer::Failed(error) = &operation.answer {
            let is_known = words.iter().any(|words| error.contains(words));
            assert!(is_known, "{operation}");
        }
    }
    assert_counted(history, conn);
}

/// What is refused may be all that a thread does.
fn race(threads: usize, rounds: usize) -> Race {
    let race = Race::new().threads(threads).rounds(rounds);
    race.fixed().threads_may_fail()
}

/// Two transactions that want the same two rows, in opposite order: one of them is rolled back.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn deadlocks<Conn: Count>(db: &Database<Conn>) -> History {
    let conn = &mut db.connect();
    conn.batch_execute("INSERT INTO page_hits (page, day, n) VALUES ('/a', 1, 0), ('/b', 1, 0)")
        .unwrap();
    let history = race(2, 5).run(
        || Ok(db.connect()),
        |conn, turn| {
            let barrier = turn.barrier();
            let [first, second] = if turn.thread() == 0 {
                ["/a", "/b"]
            } else {
                ["/b", "/a"]
            };
            let result = turn.increment("/a", 1, || {
                conn.transaction(|conn| {
                    let n = conn.hit(first);
                    barrier.wait();
                    let m = conn.hit(second)?;
                    n.map(|n| if first == "/a" { n } else { m })
                })
            });
            // Else the next round could take the row that the other one still waits for.
            barrier.wait();
            result
        },
    );
    assert_eq!(conn.read("/a"), conn.read("/b"));
    conn.batch_execute("DELETE FROM page_hits WHERE page = '/b'")
        .unwrap();
    history
}

/// A lock that is held for longer than the others are told to wait.
fn lock_timeouts<Conn: Count>(db: &Database<Conn>) -> History {
    let mut holder = db.connect();
    holder.begin_test_transaction().unwrap(); // which is never committed
    holder.hit("/").unwrap();
    let mut history = race(2, 2).run(
        || {
            let mut conn = db.connect();
            conn.batch_execute(Conn::IMPATIENT).unwrap();
            Ok(conn)
        },
        |conn, turn| turn.increment("/", 1, || conn.hit("/")),
    );
    drop(holder);
    assert_eq!(history.tally().failed, 4);
    // What the holder has let go of.
    let free = once::<Conn>(&db.url, |conn| conn.hit("/"));
    history.operations.extend(free.operations);
    history
}

/// Transactions that have read what another then changes.
fn serialization_failures<Conn: Count>(db: &Database<Conn>) -> History {
    db.connect()
        .batch_execute("INSERT INTO page_hits (page, day, n) VALUES ('/', 1, 0)")
        .unwrap();
    race(4, 20).run(
        || {
            let mut conn = db.connect();
            conn.batch_execute(Conn::STRICT).unwrap();
            Ok(conn)
        },
        |conn, turn| {
            let barrier = turn.barrier();
            let result = turn.increment("/", 1, || {
                conn.transaction(|conn| {
                    let n = conn.read("/");
                    barrier.wait();
                    n.and_then(|_| conn.hit("/"))
                })
            });
            // As above: who has read in the next round would wait here for one that still waits for
            // what was read.
            barrier.wait();
            result
        },
    )
}

mod sqlite {
    use super::*;

    #[test]
    fn a_lock_that_is_not_waited_for() {
        let db = &crate::database::sqlite("a_lock_that_is_not_waited_for");
        let history = lock_timeouts(db);
        assert_refused(&history, &mut db.connect(), &["database is locked"]);
    }

    // SQLITE_BUSY_SNAPSHOT: https://sqlite.org/rescode.html#busy_snapshot
    #[test]
    fn a_transaction_that_has_read_what_is_old_by_now() {
        let db = &crate::database::sqlite("a_transaction_that_has_read");
        let history = serialization_failures(db);
        assert_refused(&history, &mut db.connect(), &["database is locked"]);
    }

    #[test]
    fn a_full_database() {
        let db = &crate::database::sqlite("a_full_database");
        let history = race(2, 300).run(
            || {
                let mut conn = db.connect();
                conn.batch_execute("PRAGMA max_page_count = 16").unwrap();
                Ok(conn)
            },
            |conn, turn| {
                let page = format!("/{}/{}{:0100}", turn.thread(), turn.round(), 0);
                turn.increment(&page, 1, || conn.hit(&page))
            },
        );
        assert_refused(&history, &mut db.connect(), &["database or disk is full"]);
    }

    #[test]
    fn a_read_only_database() {
        let db = &crate::database::sqlite("a_read_only_database");
        let history = race(2, 20).run(
            || Ok(db.connect()),
            |conn, turn| {
                let switch = ["off", "on"][turn.round() / 5 % 2];
                conn.batch_execute(&format!("PRAGMA query_only = {switch}"))?;
                turn.increment("/", 1, || conn.hit("/"))
            },
        );
        assert_eq!(history.tally().failed, 20);
        assert_refused(
            &history,
            &mut db.connect(),
            &["attempt to write a readonly database"],
        );
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use upsert_harness::Server;

    use super::*;

    #[test]
    fn a_deadlock() {
        let db = &crate::database::postgres("a_deadlock");
        let history = deadlocks(db);
        assert_refused(&history, &mut db.connect(), &["deadlock detected"]);
    }

    #[test]
    fn a_lock_that_is_not_waited_for() {
        let db = &crate::database::postgres("a_lock_that_is_not_waited_for");
        let history = lock_timeouts(db);
        assert_refused(
            &history,
            &mut db.connect(),
            &["canceling statement due to lock timeout"],
        );
    }

    #[test]
    fn a_transaction_that_has_read_what_is_old_by_now() {
        let db = &crate::database::postgres("a_transaction_that_has_read");
        let history = serialization_failures(db);
        assert_refused(
            &history,
            &mut db.connect(),
            &["could not serialize access due to concurrent update"],
        );
    }

    /// As after a failover to a standby.
    #[test]
    fn a_database_that_becomes_read_only() {
        let server = Server::postgres().durable(false).start().unwrap();
        let mut conn = PgConnection::establish(&server.url()).unwrap();
        conn.batch_execute(PgConnection::TABLES).unwrap();
        let history = race(2, 20).run(
            || PgConnection::establish(&server.url()),
            |conn, turn| {
                if turn.thread() == 0 && turn.round() % 5 == 0 {
                    let switch = ["off", "on"][turn.round() / 5 % 2];
                    // The session that it is switched back by may be a read-only one.
                    conn.batch_execute(&format!(
                        "SET default_transaction_read_only = off;
                         ALTER ROLE upsert SET default_transaction_read_only = {switch}"
                    ))?;
                }
                *conn = PgConnection::establish(&server.url()).unwrap();
                turn.increment("/", 1, || conn.hit("/"))
            },
        );
        assert_refused(
            &history,
            &mut conn,
            &["cannot execute INSERT in a read-only transaction"],
        );
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use super::*;

    #[test]
    fn a_deadlock() {
        let db = &crate::database::mysql("a_deadlock");
        let history = deadlocks(db);
        assert_refused(
            &history,
            &mut db.connect(),
            &["Deadlock found when trying to get lock"],
        );
    }

    #[test]
    fn a_lock_that_is_not_waited_for() {
        let db = &crate::database::mysql("a_lock_that_is_not_waited_for");
        let history = lock_timeouts(db);
        assert_refused(&history, &mut db.connect(), &["Lock wait timeout exceeded"]);
    }

    #[test]
    fn a_transaction_that_has_read_what_is_old_by_now() {
        let db = &crate::database::mysql("a_transaction_that_has_read");
        let history = serialization_failures(db);
        assert_refused(
            &history,
            &mut db.connect(),
            &[
                "Deadlock found when trying to get lock",
                // Where `innodb_snapshot_isolation` is on, as it is on MariaDB from 11.6.2: who has
                // waited for the row, with a snapshot from before.
                "Record has changed since last read",
            ],
        );
    }

    // One table space of a fixed size: https://mariadb.com/kb/en/innodb-system-tablespaces/
    #[test]
    fn a_full_table_space() {
        let server = crate::server::mysql()
            .durable(false)
            .option("innodb-data-file-path=ibdata1:12M")
            .option("innodb-file-per-table=0")
            .start()
            .unwrap();
        let mut conn = MysqlConnection::establish(&server.url()).unwrap();
        conn.batch_execute(MysqlConnection::TABLES).unwrap();
        conn.batch_execute("INSERT INTO page_hits (page, day, n, title) VALUES ('/', 1, 0, '')")
            .unwrap();
        let history = race(2, 400).run(
            || MysqlConnection::establish(&server.url()),
            |conn, turn| {
                let page = format!("/{}/{}", turn.thread(), turn.round());
                turn.increment(&page, 1, || {
                    conn.transaction(|conn| {
                        let n = conn.hit(&page)?;
                        diesel::sql_query(
                            "UPDATE page_hits SET title = repeat('x', 30000) WHERE page = ?",
                        )
                        .bind::<diesel::sql_types::Text, _>(&page)
                        .execute(conn)?;
                        Ok(n)
                    })
                })
            },
        );
        conn.batch_execute("DELETE FROM page_hits WHERE page = '/'")
            .unwrap();
        assert_refused(&history, &mut conn, &["The table 'page_hits' is full"]);
    }

    #[test]
    fn a_database_that_becomes_read_only() {
        let server = crate::server::mysql().durable(false).start().unwrap();
        let mut conn = MysqlConnection::establish(&server.url()).unwrap();
        conn.batch_execute(MysqlConnection::TABLES).unwrap();
        // One who may not pass over `read_only`.
        conn.batch_execute(
            "CREATE USER plain@'%' IDENTIFIED BY 'upsert'; GRANT ALL ON upsert.* TO plain@'%'",
        )
        .unwrap();
        let url = server.url().replace("upsert:upsert@", "plain:upsert@");
        let server = std::sync::Mutex::new(conn);
        let history = race(2, 20).run(
            || MysqlConnection::establish(&url),
            |conn, turn| {
                if turn.thread() == 0 && turn.round() % 5 == 0 {
                    let switch = turn.round() / 5 % 2;
                    let server = &mut *server.lock().unwrap();
                    server.batch_execute(&format!("SET GLOBAL read_only = {switch}"))?;
                }
                turn.increment("/", 1, || conn.hit("/"))
            },
        );
        let conn = &mut *server.lock().unwrap();
        assert_refused(&history, conn, &["is running with the --read-only option"]);
    }
}
