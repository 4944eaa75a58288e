//! Inserted, updated or unchanged, on each backend, and the naive ways of telling that are wrong.

use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool, PooledConnection, R2D2Connection};
use upsert_runtime::Outcome::{Inserted, Unchanged, Updated};
use upsert_runtime::upsert;

use crate::database::Database;
use crate::schema::page_hits;

/// A connection of a pool.
fn pooled<Conn>(db: &Database<Conn>) -> PooledConnection<ConnectionManager<Conn>>
where
    Conn: R2D2Connection + 'static,
{
    let manager = ConnectionManager::new(&db.url);
    Pool::builder()
        .max_size(1)
        .build(manager)
        .unwrap()
        .get()
        .unwrap()
}

macro_rules! outcome {
    ($conn:ident, $day:expr, $n:expr, $($clause:tt)+) => {
        upsert!(page_hits, values = { page: "/", day: $day, n: $n }, conflict = (page, day), $($clause)+)
            .outcome($conn)?
    };
}

on_each_backend! {
    fn a_new_row_is_inserted_and_a_stored_one_updated(db) {
        let conn = &mut db.connect();
        for expected in [Inserted, Updated, Updated] {
            assert_eq!(outcome!(conn, 1, 1_i64, set = < n += 1 >), expected);
        }
        assert_eq!(outcome!(conn, 2, 1_i64, set = < n += 1 >), Inserted);
        let stored = page_hits::table.order(page_hits::day).select(page_hits::n);
        assert_eq!(stored.load::<i64>(conn)?, [3, 1]);
    }

    fn a_row_that_gets_the_values_it_has_is_updated(db) {
        let conn = &mut db.connect();
        for expected in [Inserted, Updated, Updated] {
            assert_eq!(outcome!(conn, 1, 1_i64, set = < .. >), expected);
        }
    }

    fn a_row_that_where_rules_out_is_unchanged(db) {
        let conn = &mut db.connect();
        for (n, expected) in [(2_i64, Inserted), (1, Unchanged), (2, Unchanged), (3, Updated), (3, Unchanged)] {
            let outcome = outcome!(conn, 1, n, set = < n >, where = page_hits.n.lt(excluded.n));
            assert_eq!(outcome, expected, "{n}");
        }
    }

    fn a_where_that_is_null_rules_out_too(db) {
        let conn = &mut db.connect();
        for expected in [Inserted, Unchanged] {
            let outcome = outcome!(conn, 1, 1_i64, set = < n += 1, likes = 1 >, where = page_hits.likes.lt(3));
            assert_eq!(outcome, expected);
        }
    }

    fn with_set_nothing_a_stored_row_is_unchanged(db) {
        let conn = &mut db.connect();
        for expected in [Inserted, Unchanged, Unchanged] {
            assert_eq!(outcome!(conn, 1, 1_i64, set = nothing), expected);
        }
    }

    fn it_is_the_same_inside_of_a_transaction(db) {
        let conn = &mut db.connect();
        conn.transaction(|conn| {
            for expected in [Inserted, Updated] {
                assert_eq!(outcome!(conn, 1, 1_i64, set = < n += 1 >), expected);
            }
            conn.transaction(|conn| {
                assert_eq!(outcome!(conn, 2, 1_i64, set = < n += 1 >), Inserted);
                assert_eq!(outcome!(conn, 1, 1_i64, set = < n += 1 >), Updated);
                QueryResult::Ok(())
            })?;
            assert_eq!(outcome!(conn, 3, 1_i64, set = < n += 1 >), Inserted);
            assert_eq!(outcome!(conn, 3, 1_i64, set = nothing), Unchanged);
            QueryResult::Ok(())
        })?;
    }

    fn a_pooled_connection_is_asked_as_any_other(db) {
        let conn = &mut pooled(db);
        for expected in [Inserted, Updated] {
            assert_eq!(outcome!(conn, 1, 1_i64, set = < n += 1 >), expected);
        }
        let keep = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = nothing, returning = n);
        assert_eq!(keep.get_outcome::<i64>(conn)?, (2, Unchanged));
    }
}
