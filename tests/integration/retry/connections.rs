//! Connections that break before, in and behind a COMMIT. What was not sent is known not to be
//! done; once COMMIT is sent nobody knows, and nothing is repeated.

use std::thread;

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::result::Error;
use upsert_harness::{Proxy, Waits, Watched};
use upsert_runtime::dialect::Transactions;
use upsert_runtime::retry;
use upsert_runtime::retry::{ErrorClass, Policy, RetryError};

use super::{DONE, Seen};
use crate::counting::Count;
use crate::database::Database;
use crate::faults::wait_until;

fn through_a_proxy<Conn: Count>(db: &Database<Conn>) -> (Proxy, Conn) {
    let proxy = Proxy::before(db.address()).unwrap();
    let conn = Conn::establish(&proxy.url(&db.url).unwrap()).unwrap();
    (proxy, conn)
}

#[track_caller]
fn assert_not_repeated<T: std::fmt::Debug>(
    result: Result<T, RetryError<Error>>,
    class: ErrorClass,
) {
    let error = result.unwrap_err();
    assert_eq!((error.class, error.attempts), (class, 1), "{error}");
}

/// The answer to a COMMIT is lost: `work` is told when to wait for it, and is done on a connection
/// through a proxy.
fn lose_the_answer<Conn, T>(
    db: &Database<Conn>,
    work: impl FnOnce(&mut Conn, &Proxy) -> T + Send,
) -> T
where
    Conn: Count + Send,
    T: Send,
{
    let (proxy, mut conn) = through_a_proxy(db);
    let before = db.connect().read("/").unwrap();
    thread::scope(|scope| {
        let proxy = &proxy;
        let working = scope.spawn(move || work(&mut conn, proxy));
        let mut direct = db.connect();
        wait_until("it is committed", || direct.read("/").unwrap() > before);
        proxy.cut();
        working.join().unwrap()
    })
}

/// What others do: whatever may be better the next time is repeated, on a new connection.
fn repeat_all_that_is_transient<Conn: Count>(
    db: &Database<Conn>,
    conn: &mut Conn,
    mut work: impl FnMut(&mut Conn) -> QueryResult<i64>,
) -> QueryResult<i64> {
    use diesel::result::DatabaseErrorKind::{ClosedConnection, UnableToSendCommand, Unknown};

    let result = conn.transaction(&mut work);
    match result {
        Err(
            Error::DatabaseError(ClosedConnection | UnableToSendCommand | Unknown, _)
            | Error::RollbackErrorOnCommit { .. },
        ) => db.connect().transaction(&mut work),
        result => result,
    }
}

/// A session that its server ends, at what it does next.
fn end<Conn>(db: &Database<Conn>, conn: &mut Conn) -> QueryResult<()>
where
    Conn: Count + LoadConnection<Backend: Waits>,
{
    let mut session = Watched::default();
    session.id = Conn::Backend::id(conn)?;
    Conn::Backend::end(&mut db.connect(), &session)
}

fn hit<Conn>(conn: &mut Conn, seen: &Seen) -> Result<i64, RetryError<Error>>
where
    Conn: Count + LoadConnection<Backend: Transactions>,
{
    retry(conn, &seen.by(Policy::new()), |conn| conn.hit("/"))
}

on_each_server! {
    fn one_that_breaks_before_the_transaction_was_not_sent(db) {
        let (proxy, mut conn) = through_a_proxy(db);
        proxy.cut();
        let result = retry(&mut conn, &Policy::new(), |conn| conn.hit("/"));
        assert_not_repeated(result, ErrorClass::NotSent);
        assert_eq!(db.connect().read("/")?, 0);
    }

    fn one_that_breaks_in_the_transaction_was_not_sent(db) {
        let (proxy, mut conn) = through_a_proxy(db);
        let result = retry(&mut conn, &Policy::new(), |conn| {
            conn.hit("/")?;
            proxy.cut();
            conn.hit("/")
        });
        assert_not_repeated(result, ErrorClass::NotSent);
        // Nor is it when Diesel knows.
        let result = retry(&mut conn, &Policy::new(), |conn| conn.hit("/"));
        assert_not_repeated(result, ErrorClass::NotSent);
        // The row is free as soon as the server notices.
        assert_eq!(hit(&mut db.connect(), &Seen::default()).unwrap(), 1);
    }

    fn one_that_is_broken_when_the_commit_is_sent_is_of_unknown_outcome(db) {
        let (proxy, mut conn) = through_a_proxy(db);
        let result = retry(&mut conn, &Policy::new(), |conn| {
            let n = conn.hit("/");
            proxy.cut();
            n
        });
        assert_not_repeated(result, ErrorClass::OutcomeUnknown);
        assert_eq!(hit(&mut db.connect(), &Seen::default()).unwrap(), 1);
    }

    fn a_commit_whose_answer_is_lost_is_not_repeated(db) {
        let seen = Seen::default();
        let result = lose_the_answer(db, |conn, proxy| {
            retry(conn, &seen.by(Policy::new()), |conn| {
                let n = conn.hit("/");
                proxy.hold_answer_to("COMMIT");
                n
            })
        });
        assert_not_repeated(result, ErrorClass::OutcomeUnknown);
        assert_eq!(seen.classes(), [Some(ErrorClass::OutcomeUnknown)]);
        assert_eq!(db.connect().read("/")?, 1);
    }

    // The control.
    fn whoever_repeats_all_that_is_transient_counts_it_twice(db) {
        let mut is_first = true;
        let counted = lose_the_answer(db, |conn, proxy| {
            repeat_all_that_is_transient(db, conn, |conn| {
                let n = conn.hit("/");
                if std::mem::take(&mut is_first) {
                    proxy.hold_answer_to("COMMIT");
                }
                n
            })
        });
        assert_eq!(counted?, 2);
        assert_eq!(db.connect().read("/")?, 2);
    }

    fn one_that_breaks_behind_the_commit_makes_no_difference(db) {
        let (proxy, mut conn) = through_a_proxy(db);
        let seen = Seen::default();
        assert_eq!(hit(&mut conn, &seen).unwrap(), 1);
        proxy.cut();
        assert_eq!(seen.classes(), [DONE]);
        assert_eq!(db.connect().read("/")?, 1);
    }

    fn a_session_that_is_ended_in_the_transaction_was_not_sent(db) {
        let conn = &mut db.connect();
        let result = retry(conn, &Policy::new(), |conn| {
            conn.hit("/")?;
            end(db, conn)?;
            conn.hit("/")
        });
        assert_not_repeated(result, ErrorClass::NotSent);
        assert_eq!(hit(&mut db.connect(), &Seen::default()).unwrap(), 1);
    }

    fn a_session_that_is_ended_before_its_commit_is_of_unknown_outcome(db) {
        let conn = &mut db.connect();
        let result = retry(conn, &Policy::new(), |conn| {
            let n = conn.hit("/")?;
            end(db, conn)?;
            Ok::<_, Error>(n)
        });
        assert_not_repeated(result, ErrorClass::OutcomeUnknown);
        assert_eq!(hit(&mut db.connect(), &Seen::default()).unwrap(), 1);
    }
}
