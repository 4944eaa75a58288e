//! Connections that stall or break: in the middle of a statement, before the commit, and before its
//! answer.
#![cfg(any(feature = "postgres", feature = "mysql"))]

use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use upsert_harness::{History, Proxy, Tally};
use upsert_harness::{Waits, Watched};

use super::{once, race_with_faults, wait_until};
use crate::counting::{Count, assert_counted, check_counter};
use crate::database::Database;

/// A proxy before the server of a database, and the URL that leads through it.
fn proxy<Conn: Count>(db: &Database<Conn>) -> (Proxy, String) {
    let proxy = Proxy::before(db.address()).unwrap();
    let url = proxy.url(&db.url).expect("a URL");
    (proxy, url)
}

/// However the waiting ends, nobody else is left to wait.
struct CutOnDrop<'a>(&'a Proxy);

impl Drop for CutOnDrop<'_> {
    fn drop(&mut self) {
        self.0.cut();
    }
}

#[track_caller]
fn assert_unknown(history: &History) {
    let unknown = Tally {
        unknown: 1,
        ..Tally::default()
    };
    assert_eq!(history.tally(), unknown, "{:?}", history.operations);
}

fn cut_in_the_middle_of_a_statement<Conn>(db: &Database<Conn>) -> History
where
    Conn: Count + LoadConnection<Backend: Waits>,
{
    let (proxy, url) = proxy(db);
    let mut holder = db.connect();
    holder.begin_test_transaction().unwrap();
    holder.hit("/").unwrap();
    let holding = Conn::Backend::id(&mut holder).unwrap();
    let waiting = AtomicI64::new(0);
    let history = thread::scope(|scope| {
        scope.spawn(|| {
            let _cut = CutOnDrop(&proxy);
            let mut monitor = db.connect();
            wait_until("the statement waits for the row", || {
                let sessions = [holding, waiting.load(Ordering::Relaxed)].map(|id| {
                    let mut session = Watched::default();
                    (session.id, session.running) = (id, true);
                    session
                });
                let waits = Conn::Backend::waits(&mut monitor, &sessions).unwrap();
                let waits = waits.unwrap_or_default();
                waits
                    .iter()
                    .any(|wait| (wait.waiting, wait.blocking) == (1, 0))
            });
        });
        once::<Conn>(&url, |conn| {
            waiting.store(Conn::Backend::id(conn)?, Ordering::Relaxed);
            conn.hit("/")
        })
    });
    assert_unknown(&history);
    history
}

fn cut_before_the_commit<Conn: Count>(db: &Database<Conn>) {
    let (proxy, url) = proxy(db);
    let history = once::<Conn>(&url, |conn| {
        conn.transaction(|conn| {
            let n = conn.hit("/");
            proxy.cut();
            n
        })
    });
    assert_unknown(&history);
    // The server rolls back when it notices: until then it holds the row.
    let conn = &mut db.connect();
    assert_eq!(conn.hit("/").unwrap(), 1);
}

/// The commit arrives and its answer does not.
fn cut_before_the_answer<Conn: Count>(db: &Database<Conn>) -> History {
    let (proxy, url) = proxy(db);
    let history = thread::scope(|scope| {
        scope.spawn(|| {
            let _cut = CutOnDrop(&proxy);
            wait_until("it is committed", || db.connect().read("/").unwrap() == 1);
        });
        once::<Conn>(&url, |conn| {
            conn.transaction(|conn| {
                let n = conn.hit("/");
                proxy.hold_answer_to("COMMIT");
                n
            })
        })
    });
    assert_unknown(&history);
    assert_eq!(db.connect().read("/").unwrap(), 1);
    history
}

/// An unknown outcome taken for a failure.
fn repeat_after_the_answer_was_lost<Conn: Count>(db: &Database<Conn>) -> History {
    assert_unknown(&cut_before_the_answer(db));
    once::<Conn>(&db.url, |conn| conn.hit("/"))
}

fn stall<Conn: Count>(db: &Database<Conn>) -> History {
    let (proxy, url) = proxy(db);
    let stall = || {
        let direct = &mut db.connect();
        proxy.hold();
        let mut count_meanwhile = || {
            let before = direct.read("/")?;
            (0..100).try_for_each(|_| direct.hit("/not/through/the/proxy").map(drop))?;
            Ok(direct.read("/")? - before)
        };
        let counted: QueryResult<i64> = count_meanwhile();
        proxy.release();
        // What was under way has arrived, one statement a thread at most.
        assert!(counted.unwrap() <= 4);
        direct
            .batch_execute("DELETE FROM page_hits WHERE page <> '/'")
            .unwrap();
    };
    race_with_faults(
        4,
        || Conn::establish(&url),
        |conn, turn| turn.increment("/", 1, || conn.hit("/")),
        50,
        &[&stall, &stall, &stall],
    )
}

on_each_server! {
    // The holder is rolled back. Then the server may go on with the statement, or notice that
    // nobody waits for it.
    fn a_statement_that_is_cut_in_the_middle_is_of_unknown_outcome(db) {
        let history = cut_in_the_middle_of_a_statement(db);
        check_counter(&history, &mut db.connect()).unwrap();
    }

    fn a_transaction_that_is_cut_before_its_commit_is_rolled_back(db) {
        cut_before_the_commit(db);
    }

    fn a_commit_whose_answer_is_lost_is_of_unknown_outcome(db) {
        let history = cut_before_the_answer(db);
        check_counter(&history, &mut db.connect()).unwrap();
    }

    // The control.
    fn repeating_a_commit_whose_answer_is_lost_is_caught(db) {
        let history = repeat_after_the_answer_was_lost(db);
        let text = check_counter(&history, &mut db.connect()).unwrap_err().to_string();
        assert!(text.contains("1 were applied that nobody asked for"), "{text}");
    }

    fn a_stalled_connection_goes_on(db) {
        let history = stall(db);
        assert_eq!(history.tally().unknown, 0, "{}", history.tally());
        assert_counted(&history, &mut db.connect());
    }
}
