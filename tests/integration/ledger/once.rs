//! One id, one effect.

use std::time::Duration;

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_query;
use upsert_harness::Race;
use upsert_runtime::dialect::Ledger;
use upsert_runtime::ledger::{self, LedgerError, Once, once};
use upsert_runtime::retry;

use super::{patient, with_ledger};
use crate::counting::Count;
use crate::database::Database;

fn hit<Conn>(conn: &mut Conn, id: &str) -> QueryResult<Once<i64>>
where
    Conn: Count + LoadConnection<Backend: Ledger>,
{
    once(conn, id, |conn| conn.hit("/"))
}

fn ids_are_bytes<Conn>(db: &Database<Conn>) -> QueryResult<()>
where
    Conn: Count + LoadConnection<Backend: Ledger>,
{
    let conn = &mut with_ledger(db);
    // What some collation takes for the same, or some driver for the end.
    let longest = "x".repeat(ledger::MAX_ID);
    let other = "x".repeat(ledger::MAX_ID - 1);
    let ids: [&[u8]; 13] = [
        b"a",
        b"A",
        b"a ",
        b"a\0",
        b"\0",
        "\u{e4}".as_bytes(),
        "a\u{308}".as_bytes(),
        "\u{df}".as_bytes(),
        b"ss",
        b"\xff",
        b"1",
        longest.as_bytes(),
        other.as_bytes(),
    ];
    for (n, id) in (1..).zip(ids) {
        let applied = once(conn, id, |conn| conn.hit("/"))?;
        assert_eq!(applied, Once::Applied(n), "{id:?}");
    }
    for id in ids {
        let applied = once(conn, id, |conn| conn.hit("/"))?;
        assert_eq!(applied, Once::AlreadyApplied, "{id:?}");
    }
    assert_eq!(conn.read("/")?, 13);
    for (id, expected) in [
        (String::new(), "cannot be empty"),
        ("x".repeat(ledger::MAX_ID + 1), "this one has 256"),
    ] {
        let error: Error = once(conn, id, |conn| conn.hit("/")).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(LedgerError::of(&error).is_some());
    }
    assert_eq!(conn.read("/")?, 13);
    Ok(())
}

/// Every thread sends every operation.
fn everybody_sends_all<Conn>(
    db: &Database<Conn>,
    send: impl Fn(&mut Conn, &str) -> QueryResult<()> + Sync,
) -> i64
where
    Conn: Count + LoadConnection<Backend: Ledger>,
{
    let race = Race::new().threads(8).rounds(40);
    let history = race.run(
        || Ok(db.connect()),
        |conn, turn| {
            let id = format!("operation {}", turn.round());
            turn.increment("/", 1, || send(conn, &id))
        },
    );
    let tally = history.tally();
    assert_eq!((tally.failed, tally.unknown), (0, 0), "{tally}");
    db.connect().read("/").unwrap()
}

diesel::table! {
    seen_operations (n) { n -> Integer, id -> Text }
}

on_each_backend! {
    fn an_operation_that_is_sent_again_is_not_applied_again(db) {
        let conn = &mut with_ledger(db);
        assert_eq!(hit(conn, "a")?, Once::Applied(1));
        assert_eq!(hit(conn, "a")?, Once::AlreadyApplied);
        assert_eq!(hit(&mut db.connect(), "a")?, Once::AlreadyApplied);
        assert_eq!(hit(conn, "b")?.applied(), Some(2));
        assert_eq!(conn.read("/")?, 2);
    }

    fn an_operation_that_fails_is_not_applied_and_can_be_sent_again(db) {
        let conn = &mut with_ledger(db);
        let failed = once(conn, "a", |conn| {
            conn.hit("/")?;
            Err::<(), _>(Error::RollbackTransaction)
        });
        assert_eq!(failed, Err(Error::RollbackTransaction));
        assert_eq!(conn.read("/")?, 0);
        assert_eq!(hit(conn, "a")?, Once::Applied(1));
    }

    fn it_is_a_part_of_the_transaction_around_it(db) {
        let conn = &mut with_ledger(db);
        let undone: QueryResult<()> = conn.transaction(|conn| {
            assert_eq!(hit(conn, "a")?, Once::Applied(1));
            assert_eq!(hit(conn, "a")?, Once::AlreadyApplied);
            Err(Error::RollbackTransaction)
        });
        assert_eq!(undone, Err(Error::RollbackTransaction));
        conn.transaction(|conn| {
            assert_eq!(hit(conn, "a")?, Once::Applied(1));
            // One that fails inside leaves the rest.
            let failed = once(conn, "b", |conn| {
                conn.hit("/")?;
                Err::<(), _>(Error::RollbackTransaction)
            });
            assert_eq!(failed, Err(Error::RollbackTransaction));
            assert_eq!(hit(conn, "b")?, Once::Applied(2));
            QueryResult::Ok(())
        })?;
        assert_eq!(conn.read("/")?, 2);
    }

    fn an_id_is_bytes_and_no_two_are_one(db) {
        ids_are_bytes(db)?;
    }

    fn one_of_many_at_once_applies_it(db) {
        with_ledger(db);
        let n = everybody_sends_all(db, |conn, id| {
            retry(conn, &patient(), |conn| hit(conn, id)).map(drop).map_err(Error::from)
        });
        assert_eq!(n, 40);
    }

    fn whoever_looks_before_applies_it_twice(db) {
        // The negative control.
        let conn = &mut with_ledger(db);
        conn.batch_execute("CREATE TABLE seen_operations (n INTEGER, id VARCHAR(100) NOT NULL)")?;
        let n = everybody_sends_all(db, |conn, id| {
            let known: i64 = seen_operations::table.filter(seen_operations::id.eq(id)).count().get_result(conn)?;
            if known > 0 {
                return Ok(());
            }
            std::thread::yield_now();
            retry(conn, &patient(), |conn| {
                diesel::insert_into(seen_operations::table).values(seen_operations::id.eq(id)).execute(conn)?;
                conn.hit("/")
            }).map(drop).map_err(Error::from)
        });
        assert!(n > 40, "{n}");
    }

    fn work_that_keeps_an_error_to_itself_is_not_acknowledged_without_being_done(db) {
        let conn = &mut with_ledger(db);
        let applied = once(conn, "a", |conn| {
            conn.hit("/")?;
            let _ = conn.batch_execute("SELECT nonsense FROM nowhere");
            QueryResult::Ok(())
        });
        // PostgreSQL's transaction is no more, the others' goes on.
        assert_eq!(conn.read("/")?, i64::from(applied.is_ok()));
    }

    fn a_ledger_that_is_not_there_is_said_to_be_missing(db) {
        let conn = &mut db.connect();
        let error = hit(conn, "a").unwrap_err();
        assert!(matches!(LedgerError::of(&error), Some(LedgerError::Unusable(_))), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("`upsert_ledger`") && text.contains("there is no such table"), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert_eq!(conn.read("/")?, 0);
        assert!(ledger::verify(conn).is_err());
    }

    fn one_without_its_key_is_found(db) {
        let conn = &mut with_ledger(db);
        conn.batch_execute("DROP TABLE upsert_ledger")?;
        conn.batch_execute("CREATE TABLE upsert_ledger (id VARCHAR(255) NOT NULL, applied_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP)")?;
        let error = ledger::verify(conn).unwrap_err();
        assert!(matches!(LedgerError::of(&error), Some(LedgerError::Unusable(_))), "{error:?}");
    }

    fn what_is_old_is_forgotten(db) {
        let conn = &mut with_ledger(db);
        for id in ["a", "b"] {
            let _ = hit(conn, id)?;
        }
        assert_eq!(ledger::forget(conn, Duration::from_secs(60))?, 0);
        assert_eq!(ledger::forget(conn, Duration::MAX)?, 0);
        sql_query("UPDATE upsert_ledger SET applied_at = '2020-01-01 00:00:00' WHERE id = (SELECT id FROM (SELECT id FROM upsert_ledger ORDER BY id LIMIT 1) oldest)").execute(conn)?;
        assert_eq!(ledger::forget(conn, Duration::from_secs(60))?, 1);
        assert_eq!(hit(conn, "b")?, Once::AlreadyApplied);
        assert_eq!(hit(conn, "a")?, Once::Applied(3));
    }
}

#[cfg(feature = "mysql")]
mod on_mysql {
    use super::*;

    #[test]
    fn a_deadlock_that_work_keeps_to_itself_is_an_error() {
        let db = crate::database::mysql("a_deadlock_kept");
        let conn = &mut with_ledger(&db);
        // What a deadlock's victim sees: its transaction is rolled back, and the next statement
        // commits itself.
        let lost = once(conn, "a", |conn| {
            conn.hit("/before")?;
            conn.batch_execute("ROLLBACK")?;
            conn.batch_execute("INSERT INTO page_hits (page, day, n) VALUES ('/behind', 1, 1)")
        });
        let lost = lost.unwrap_err();
        let is_told = matches!(LedgerError::of(&lost), Some(LedgerError::TransactionLost));
        assert!(is_told, "{lost:?}");
    }

    #[test]
    fn ids_that_a_collation_takes_for_one_are_found() {
        let db = crate::database::mysql("ids_of_a_collation");
        let conn = &mut with_ledger(&db);
        conn.batch_execute("ALTER TABLE upsert_ledger MODIFY id VARCHAR(255) NOT NULL")
            .unwrap();
        // What it is about.
        let applied = ["a", "A"].map(|id| hit(conn, id).unwrap());
        assert_eq!(applied, [Once::Applied(1), Once::AlreadyApplied]);
        let error = ledger::verify(conn).unwrap_err().to_string();
        assert!(
            error.contains("`upsert_ledger`.`id` is varchar(255)"),
            "{error}"
        );
        conn.batch_execute(
            "ALTER TABLE upsert_ledger MODIFY id VARBINARY(255) NOT NULL, ENGINE = MyISAM",
        )
        .unwrap();
        let error = ledger::verify(conn).unwrap_err().to_string();
        assert!(error.contains("`upsert_ledger` is MyISAM"), "{error}");
    }
}
