//! A row that `get_result` returns is stored. SQLite commits a statement outside of a transaction
//! when it has run to its end, and says only then that it cannot.

use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use upsert_runtime::upsert;

use crate::schema::page_hits;

diesel::table! {
    orders (id) {
        id -> Integer,
        n -> BigInt,
        customer -> Integer,
    }
}

#[test]
fn a_commit_for_which_another_connection_is_in_the_way_is_an_error() -> QueryResult<()> {
    let db = crate::database::sqlite("in_the_way");
    let mut conn = db.connect();
    // Without a WAL a reader is in the way of every commit.
    conn.batch_execute("PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 0")?;
    let mut reader = SqliteConnection::establish(&db.url).unwrap();
    macro_rules! hit {
        () => {
            upsert!(
                page_hits,
                values = { page: "/", day: 1, n: 1 },
                conflict = (page, day),
                set = < n += 1 >,
            )
        };
    }
    assert_eq!(
        hit!()
            .returning(page_hits::n)
            .get_result::<i64>(&mut conn)?,
        1
    );
    reader.batch_execute("BEGIN; SELECT count(*) FROM page_hits")?;
    let is_locked = |result: Result<(), Error>| match result {
        Err(Error::DatabaseError(_, information)) => information.message().contains("locked"),
        _ => false,
    };
    let returning = hit!().returning(page_hits::n);
    assert!(is_locked(returning.get_result::<i64>(&mut conn).map(drop)));
    let optional = returning.get_result::<i64>(&mut conn).optional();
    assert!(is_locked(optional.map(drop)));
    assert!(is_locked(returning.get_results::<i64>(&mut conn).map(drop)));
    assert!(is_locked(returning.load::<i64>(&mut conn).map(drop)));
    assert!(is_locked(hit!().execute(&mut conn).map(drop)));
    // A new row too.
    let other = upsert!(page_hits, values = { page: "/new", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n);
    assert!(is_locked(other.get_result::<i64>(&mut conn).map(drop)));
    // Who leaves the statement at its first row hears of nothing: the control.
    let mut rows = returning.load_iter::<i64, DefaultLoadingMode>(&mut conn)?;
    assert_eq!(rows.next(), Some(Ok(2)));
    drop(rows);
    reader.batch_execute("COMMIT")?;
    let stored: Vec<i64> = page_hits::table.select(page_hits::n).load(&mut conn)?;
    assert_eq!(stored, [1]);
    Ok(())
}

on_each_backend! { returning:
    fn a_constraint_that_is_checked_by_the_commit_is_an_error(db) {
        let conn = &mut db.connect();
        conn.batch_execute(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY);
             CREATE TABLE orders (
                id INTEGER PRIMARY KEY, n BIGINT NOT NULL,
                customer INTEGER NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED
             );
             INSERT INTO customers VALUES (1)",
        )?;
        // SQLite's; PostgreSQL has no such word.
        let _ = conn.batch_execute("PRAGMA foreign_keys = ON");
        let order = |customer: i32| {
            upsert!(
                orders,
                values = { id: 1, n: 1, customer },
                conflict = (id),
                set = < n += 1, customer >,
                returning = n,
            )
        };
        assert_eq!(order(1).get_result::<i64>(conn)?, 1);
        let refused = order(2).get_result::<i64>(conn);
        assert!(
            matches!(
                refused,
                Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))
            ),
            "{refused:?}"
        );
        let all = order(2).load::<i64>(conn);
        assert!(all.is_err(), "{all:?}");
        let stored: Vec<(i64, i32)> = orders::table.select((orders::n, orders::customer)).load(conn)?;
        assert_eq!(stored, [(1, 1)]);
    }
}
