//! Threads with a connection each, released together, on one row and on fifty.
//!
//! Beside each race that must come out right is one that must not: a race that cannot fail proves nothing.

use std::sync::Barrier;

use diesel::prelude::*;
use diesel::result::ConnectionError;
use upsert_runtime::harness::{History, Race, Violation, counter, tickets};
use upsert_runtime::upsert;

use crate::database::Database;
use crate::schema::page_hits;

fn connect<Conn: Connection>(db: &Database<Conn>) -> impl Fn() -> Result<Conn, ConnectionError> {
    || Ok(db.connect())
}

/// Increments a page and returns the number that is stored then: with `RETURNING` where there is one, else by reading
/// the own write.
trait Count: Connection {
    fn hit(&mut self, page: &str) -> QueryResult<i64>;

    /// The same with the statement that one writes by mistake: it stores what was proposed.
    fn overwrite(&mut self, page: &str) -> QueryResult<i64>;
}

macro_rules! count_by_returning {
    ($conn:ty) => {
        impl Count for $conn {
            fn hit(&mut self, page: &str) -> QueryResult<i64> {
                upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
                    .get_result(self)
            }

            fn overwrite(&mut self, page: &str) -> QueryResult<i64> {
                upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n >, returning = n)
                    .get_result(self)
            }
        }
    };
}

count_by_returning!(SqliteConnection);
#[cfg(feature = "postgres")]
count_by_returning!(PgConnection);

// InnoDB may find a deadlock even between one-row upserts, and rolls one of them back: the history has it as failed.
#[cfg(feature = "mysql")]
impl Count for MysqlConnection {
    fn hit(&mut self, page: &str) -> QueryResult<i64> {
        self.transaction(|conn| {
            upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
                .execute(conn)?;
            page_hits::table.find((page, 1)).select(page_hits::n).first(conn)
        })
    }

    fn overwrite(&mut self, page: &str) -> QueryResult<i64> {
        self.transaction(|conn| {
            upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n >)
                .execute(conn)?;
            page_hits::table
                .find((page, 1))
                .select(page_hits::n)
                .first(conn)
        })
    }
}

fn race<Conn: Count>(
    db: &Database<Conn>,
    pages: usize,
    count: fn(&mut Conn, &str) -> QueryResult<i64>,
) -> History {
    Race::new().run(connect(db), |conn, turn| {
        let page = format!("/{}", turn.below(pages));
        turn.increment(&page, 1, || count(conn, &page))
    })
}

/// The stored counters against the history.
macro_rules! count {
    ($db:expr, $history:expr) => {{
        let stored = page_hits::table.select((page_hits::page, page_hits::n));
        let stored = stored.load::<(String, i64)>(&mut $db.connect())?;
        let result: Result<(), Violation> =
            counter(&$history, stored.iter().map(|(page, n)| (&**page, *n)));
        result
    }};
}

on_each_backend! {
    fn no_increment_of_one_hot_row_is_lost_or_applied_twice(db) {
        let history = race(db, 1, Count::hit);
        tickets(&history).unwrap();
        count!(db, history).unwrap();
    }

    fn no_increment_of_fifty_rows_is_lost_or_applied_twice(db) {
        let history = race(db, 50, Count::hit);
        tickets(&history).unwrap();
        count!(db, history).unwrap();
    }

    fn an_upsert_that_stores_what_was_proposed_is_caught(db) {
        let history = race(db, 1, Count::overwrite);
        let text = tickets(&history).unwrap_err().to_string();
        assert!(text.contains("two increments of \"/0\" returned 1: one of them is lost"), "{text}");
        let text = count!(db, history).unwrap_err().to_string();
        assert!(text.contains("the counter \"/0\" is 1, and its increments are "), "{text}");
    }

    fn reading_and_writing_loses_increments(db) {
        upsert!(page_hits, values = { page: "/", day: 1, n: 0 }, conflict = (page, day), set = nothing)
            .execute(&mut db.connect())?;
        let race = Race::new();
        let threads = race.thread_count();
        let barrier = Barrier::new(threads);
        let history = race.run(connect(db), |conn, turn| {
            turn.increment("/", 1, || {
                let n = page_hits::table.select(page_hits::n).first::<i64>(conn);
                // Between the two every other thread reads as well: it does in production too, if not each time.
                barrier.wait();
                let written = n.and_then(|n| {
                    diesel::update(page_hits::table).set(page_hits::n.eq(n + 1)).execute(conn)
                });
                barrier.wait();
                written
            })
        });
        let lost = history.operations.len() / threads * (threads - 1);
        let text = count!(db, history).unwrap_err().to_string();
        assert!(text.contains(&format!("{lost} of them are lost")), "{text}");
    }
}
