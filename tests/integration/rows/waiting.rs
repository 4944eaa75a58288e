//! The outcome of an upsert that waits for another session's.

use diesel::connection::{Connection, TransactionManager};
use diesel::prelude::*;
use upsert_harness::Script;
use upsert_runtime::upsert;

use crate::schema::page_hits;

// A transaction that Diesel is not told of is none for it: it would begin another one.

fn begin<Conn: Connection>(conn: &mut Conn) -> QueryResult<()> {
    Conn::TransactionManager::begin_transaction(conn)
}

fn commit<Conn: Connection>(conn: &mut Conn) -> QueryResult<()> {
    Conn::TransactionManager::commit_transaction(conn)
}

fn roll_back<Conn: Connection>(conn: &mut Conn) -> QueryResult<()> {
    Conn::TransactionManager::rollback_transaction(conn)
}

macro_rules! add {
    ($($clause:tt)+) => {
        |conn| {
            upsert!(
                page_hits,
                values = { page: "/", day: 1, n: 1 },
                conflict = (page, day),
                returning = n,
                $($clause)+
            )
            .get_outcome::<i64>(conn)
        }
    };
}

/// What the upsert of `b` returns, which waits for that of `a` until `a` has ended by `$end`.
macro_rules! behind {
    ($db:ident, $end:ident, $($clause:tt)+) => {{
        let script = Script::new(|| Ok($db.connect()))
            .setup(|conn| diesel::delete(page_hits::table).execute(conn))
            .session("a", |a| {
                a.step("a begins", begin)
                    .step("a adds", add!(set = < n += 1 >))
                    .step("a ends", $end)
            })
            .session("b", |b| b.step("b adds", add!($($clause)+)));
        let transcript = script.run(&["a begins", "a adds", "b adds", "a ends"]).unwrap().to_string();
        assert!(transcript.contains("a adds: (1, Inserted)\nb adds: waits for a\na ends: done\n"), "{transcript}");
        transcript.rsplit_once("b adds: ").map(|(_, outcome)| outcome.trim_end().to_owned()).unwrap()
    }};
}

on_each_backend! {
    fn a_row_that_was_committed_meanwhile_was_there(db) {
        assert_eq!(behind!(db, commit, set = < n += 1 >), "(2, Updated)");
        assert_eq!(behind!(db, commit, set = < n += 1 >, where = page_hits.n.gt(1)), "(1, Unchanged)");
        assert_eq!(behind!(db, commit, set = nothing), "(1, Unchanged)");
    }

    fn a_row_that_was_rolled_back_meanwhile_was_not(db) {
        assert_eq!(behind!(db, roll_back, set = < n += 1 >), "(1, Inserted)");
        assert_eq!(behind!(db, roll_back, set = nothing), "(1, Inserted)");
    }
}
