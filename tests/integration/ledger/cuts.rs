//! Connections that are cut at any moment, COMMIT included.
#![cfg(any(feature = "postgres", feature = "mysql"))]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use diesel::ConnectionError;
use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::prelude::*;
use diesel::result::ConnectionResult;
use upsert_harness::Proxy;
use upsert_runtime::dialect::{ErrorClass, Ledger};
use upsert_runtime::ledger::{Once, Writer, exactly_once, once};
use upsert_runtime::retry::RetryError;

use super::{patient, with_ledger};
use crate::counting::Count;
use crate::database::Database;
use crate::faults::wait_until;

const THREADS: usize = 4;

/// How many operations a thread has: `UPSERT_LEDGER_OPERATIONS` of them together.
fn operations() -> usize {
    let all = std::env::var("UPSERT_LEDGER_OPERATIONS").ok();
    let all = all.map_or(200, |all| all.parse().expect("a number"));
    all / THREADS
}

/// Does `work` in each thread, while what is sent through the proxy is cut off at random.
fn while_it_is_cut<Conn: Count>(
    db: &Database<Conn>,
    work: impl Fn(usize, &(dyn Fn() -> ConnectionResult<Conn> + Sync)) + Sync,
) {
    let proxy = Proxy::before(db.address()).unwrap();
    let url = proxy.url(&db.url).unwrap();
    let connect = || Conn::establish(&url);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(fastrand::u64(5..60)));
                match fastrand::u32(0..4) {
                    // Anywhere; before COMMIT gets there; behind it.
                    0 => proxy.cut(),
                    1 => proxy.hold_request("COMMIT"),
                    _ => proxy.hold_answer_to("COMMIT"),
                }
                thread::sleep(Duration::from_millis(fastrand::u64(0..15)));
                match fastrand::bool() {
                    true => proxy.cut(),
                    // What was sent gets there, when whoever has sent it does something else.
                    false => {
                        proxy.abandon();
                        thread::sleep(Duration::from_millis(fastrand::u64(0..15)));
                        proxy.release();
                    }
                }
            }
            proxy.release();
        });
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (work, connect) = (&work, &connect);
                scope.spawn(move || work(thread, connect))
            })
            .collect();
        let results: Vec<_> = threads
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        is_over.store(true, Ordering::Relaxed);
        for result in results {
            result.expect("every operation is applied");
        }
    });
}

fn total() -> i64 {
    i64::try_from(operations() * THREADS).expect("a number of operations")
}

/// Does `work` with a way to connect and something to call before the operation whose COMMIT is to
/// arrive late: its connection is abandoned before, and another one is had while the server still
/// has the transaction open.
fn commit_arrives_late<Conn: Count, T>(
    db: &Database<Conn>,
    work: impl FnOnce(&dyn Fn() -> ConnectionResult<Conn>, &dyn Fn()) -> T,
) -> T {
    let proxy = Proxy::before(db.address()).unwrap();
    let through = proxy.url(&db.url).unwrap();
    let is_abandoned = AtomicBool::new(false);
    let connect = || match is_abandoned.load(Ordering::Relaxed) {
        false => Conn::establish(&through),
        true => Conn::establish(&db.url),
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            wait_until("COMMIT is sent", || proxy.is_holding());
            is_abandoned.store(true, Ordering::Relaxed);
            proxy.abandon();
            // Time for whoever does not wait.
            thread::sleep(Duration::from_millis(300));
            proxy.release();
            // And for it to arrive, before the proxy goes and cuts what is on the way.
            thread::sleep(Duration::from_millis(300));
        });
        work(&connect, &|| proxy.hold_request("COMMIT"))
    })
}

/// Whose outcome stays unknown, since there is no other connection.
fn is_not_resolved<Conn>(db: &Database<Conn>) -> RetryError
where
    Conn: Count + LoadConnection<Backend: Ledger>,
{
    let proxy = Proxy::before(db.address()).unwrap();
    let through = proxy.url(&db.url).unwrap();
    let mut connections = 0;
    let connect = || {
        connections += 1;
        match connections {
            1 => Conn::establish(&through),
            _ => Err(ConnectionError::BadConnection(
                "Connection refused".to_owned(),
            )),
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            proxy.hold_answer_to("COMMIT");
            wait_until("it is committed", || db.connect().read("/").unwrap() == 1);
            proxy.cut();
        });
        exactly_once(connect, &patient().attempts(3), "a", |conn| conn.hit("/")).unwrap_err()
    })
}

diesel::table! {
    seen_operations (n) { n -> Integer, id -> Text }
}

on_each_server! {
    fn exactly_once_is_that_through_cuts(db) {
        let conn = &mut with_ledger(db);
        while_it_is_cut(db, |thread, connect| {
            for n in 0..operations() {
                let applied = exactly_once(connect, &patient(), format!("{thread} {n}"), |conn| conn.hit("/"));
                let _: Once<i64> = applied.unwrap();
            }
        });
        assert_eq!(conn.read("/")?, total());
    }

    fn a_writer_is_exact_through_cuts(db) {
        let conn = &mut with_ledger(db);
        while_it_is_cut(db, |thread, connect| {
            let mut writer = Writer::open(connect, patient(), format!("writer {thread}")).unwrap();
            for _ in 0..operations() {
                let _: Once<i64> = writer.apply(|conn| conn.hit("/")).unwrap();
            }
            assert_eq!(writer.sequence(), u64::try_from(operations()).unwrap());
        });
        assert_eq!(conn.read("/")?, total());
    }

    fn whoever_repeats_what_is_transient_counts_twice(db) {
        // The negative control.
        let conn = &mut with_ledger(db);
        while_it_is_cut(db, |_, connect| {
            for _ in 0..operations() {
                while connect().map_err(|_| ()).and_then(|mut conn| {
                    conn.transaction(|conn| conn.hit("/")).map_err(|_| ())
                }).is_err() {}
            }
        });
        assert!(conn.read("/")? > total());
    }

    fn a_commit_that_arrives_late_is_waited_for(db) {
        let conn = &mut with_ledger(db);
        let applied = commit_arrives_late(db, |connect, now| {
            now();
            exactly_once(connect, &patient(), "a", |conn| conn.hit("/")).unwrap()
        });
        assert_eq!(applied, Once::AlreadyApplied);
        assert_eq!(conn.read("/")?, 1);
    }

    fn a_writers_commit_that_arrives_late_is_waited_for(db) {
        let conn = &mut with_ledger(db);
        commit_arrives_late(db, |connect, now| {
            let mut writer = Writer::open(connect, patient(), "writer").unwrap();
            now();
            assert_eq!(writer.apply(|conn| conn.hit("/")).unwrap(), Once::AlreadyApplied);
            assert_eq!(writer.apply(|conn| conn.hit("/")).unwrap(), Once::Applied(2));
        });
        assert_eq!(conn.read("/")?, 2);
    }

    fn whoever_looks_whether_it_was_committed_counts_twice(db) {
        // The negative control: a SELECT does not wait.
        let conn = &mut with_ledger(db);
        conn.batch_execute("CREATE TABLE seen_operations (n INTEGER, id VARCHAR(100) NOT NULL)")?;
        commit_arrives_late(db, |connect, now| {
            now();
            for attempt in 1.. {
                let conn = &mut connect().unwrap();
                let seen = seen_operations::table.filter(seen_operations::id.eq("a"));
                if seen.count().get_result::<i64>(conn).unwrap() > 0 {
                    return;
                }
                let applied = conn.transaction(|conn| {
                    diesel::insert_into(seen_operations::table).values(seen_operations::id.eq("a")).execute(conn)?;
                    // Rows of their own, or the one would wait for the other.
                    conn.hit(&format!("/{attempt}"))
                });
                if applied.is_ok() {
                    return;
                }
            }
        });
        wait_until("the first one is committed", || db.connect().read("/1").unwrap() == 1);
        assert_eq!(conn.read("/2")?, 1);
    }

    fn what_cannot_be_resolved_is_said_to_be_unknown(db) {
        let conn = &mut with_ledger(db);
        let error = is_not_resolved(db);
        assert_eq!((error.class, error.attempts), (ErrorClass::OutcomeUnknown, 3), "{error}");
        assert_eq!(once(conn, "a", |conn| conn.hit("/"))?, Once::AlreadyApplied);
        assert_eq!(conn.read("/")?, 1);
    }
}
