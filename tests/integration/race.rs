//! Eight threads, one connection each, released together, on one row and on fifty.
//!
//! A unit increment that returns the new value hands out tickets: nothing is lost and nothing is applied
//! twice exactly if the tickets are 1..=N. Beside it the same with a read and a write, which must be seen
//! to lose: a race that cannot fail proves nothing.

use std::sync::Barrier;
use std::thread;

use diesel::prelude::*;
use upsert_runtime::upsert;

use crate::database::Database;
use crate::schema::page_hits;

const THREADS: usize = 8;
const ROUNDS: usize = 100;

/// Runs `work` in every thread with a connection of its own, from one moment on; what each returned.
fn race<Conn, T>(
    db: &Database<Conn>,
    work: impl Fn(usize, &Barrier, &mut Conn) -> QueryResult<T> + Sync,
) -> Vec<T>
where
    Conn: Connection,
    T: Send,
{
    let barrier = &Barrier::new(THREADS);
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    let mut conn = db.connect();
                    barrier.wait();
                    work(thread, barrier, &mut conn).expect("every increment is acknowledged")
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no thread panics"))
            .collect()
    })
}

/// The page that a thread counts in a round: all of them `pages`, each thread in another order.
fn page(thread: usize, round: usize, pages: usize) -> String {
    format!("/{}", (thread * 7 + round) % pages)
}

/// The tickets of each page are exactly 1..=N, and rise in each thread.
fn assert_tickets(pages: usize, tickets: Vec<Vec<(String, i64)>>) {
    let mut by_page = std::collections::BTreeMap::<String, Vec<i64>>::new();
    for thread in tickets {
        let mut last = std::collections::BTreeMap::new();
        for (page, ticket) in thread {
            let before = last.insert(page.clone(), ticket);
            assert!(
                before < Some(ticket),
                "{page}: {ticket} came after {before:?}"
            );
            by_page.entry(page).or_default().push(ticket);
        }
    }
    assert_eq!(by_page.len(), pages);
    let mut total = 0;
    for (page, mut tickets) in by_page {
        tickets.sort_unstable();
        let expected: Vec<i64> = (1..).take(tickets.len()).collect();
        assert_eq!(tickets, expected, "{page}");
        total += tickets.len();
    }
    assert_eq!(total, THREADS * ROUNDS);
}

/// Takes a ticket: with `RETURNING` where there is one, else by reading the own write.
trait TakeTicket: Connection {
    fn take_ticket(&mut self, page: &str) -> QueryResult<i64>;
}

macro_rules! take_ticket_by_returning {
    ($conn:ty) => {
        impl TakeTicket for $conn {
            fn take_ticket(&mut self, page: &str) -> QueryResult<i64> {
                upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
                    .returning(page_hits::n)
                    .get_result(self)
            }
        }
    };
}

take_ticket_by_returning!(SqliteConnection);
#[cfg(feature = "postgres")]
take_ticket_by_returning!(PgConnection);

#[cfg(feature = "mysql")]
impl TakeTicket for MysqlConnection {
    fn take_ticket(&mut self, page: &str) -> QueryResult<i64> {
        loop {
            let taken = self.transaction(|conn| {
                upsert!(page_hits, values = { page, day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
                    .execute(conn)?;
                page_hits::table.find((page, 1)).select(page_hits::n).first(conn)
            });
            // InnoDB may find a deadlock even between one-row upserts; it has rolled this one back.
            match taken {
                Err(diesel::result::Error::DatabaseError(
                    diesel::result::DatabaseErrorKind::SerializationFailure,
                    _,
                )) => {}
                other => return other,
            }
        }
    }
}

fn tickets_of<Conn: TakeTicket>(db: &Database<Conn>, pages: usize) {
    let tickets = race(db, |thread, _, conn| {
        (0..ROUNDS)
            .map(|round| {
                let page = page(thread, round, pages);
                let ticket = conn.take_ticket(&page)?;
                Ok((page, ticket))
            })
            .collect()
    });
    assert_tickets(pages, tickets);
}

on_each_backend! {
    fn no_increment_of_one_hot_row_is_lost_or_applied_twice(db) {
        tickets_of(db, 1);
        assert_eq!(page_hits::table.select(page_hits::n).first::<i64>(&mut db.connect())?, (THREADS * ROUNDS) as i64);
    }

    fn no_increment_of_fifty_rows_is_lost_or_applied_twice(db) {
        tickets_of(db, 50);
        assert_eq!(page_hits::table.count().get_result::<i64>(&mut db.connect())?, 50);
    }

    // The negative control.
    fn reading_and_writing_loses_increments(db) {
        upsert!(page_hits, values = { page: "/", day: 1, n: 0 }, conflict = (page, day), set = nothing)
            .execute(&mut db.connect())?;
        race(db, |_, barrier, conn| {
            for _ in 0..ROUNDS {
                let n = page_hits::table.select(page_hits::n).first::<i64>(conn)?;
                // Between the two, every other thread reads as well: it does in production too, if not
                // each time.
                barrier.wait();
                diesel::update(page_hits::table).set(page_hits::n.eq(n + 1)).execute(conn)?;
                barrier.wait();
            }
            Ok(())
        });
        let counted = page_hits::table.select(page_hits::n).first::<i64>(&mut db.connect())?;
        assert_eq!(counted, ROUNDS as i64, "of {} increments", THREADS * ROUNDS);
    }
}
