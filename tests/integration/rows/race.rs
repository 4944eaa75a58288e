//! Of eight threads that upsert the same key, one inserted it.

use diesel::prelude::*;
use upsert_harness::{Race, unique};
use upsert_runtime::{Outcome, upsert};

use crate::schema::page_hits;

/// The threads upsert one key after the other, and a row for each round is there afterwards.
macro_rules! race {
    ($db:ident, $race:expr, |$conn:ident, $page:ident| $created:expr) => {{
        let history = $race.run(|| Ok($db.connect()), |$conn, turn| {
            let $page = format!("/{}", turn.round());
            // Under InnoDB two upserts may deadlock, even of one row each: one is rolled back then,
            // and was not the one.
            loop {
                let created: QueryResult<bool> = turn.create(&$page, || $created);
                if !matches!(created, Err(diesel::result::Error::DatabaseError(
                    diesel::result::DatabaseErrorKind::SerializationFailure, _,
                ))) {
                    return created.map(drop);
                }
            }
        });
        let pages = page_hits::table.select(page_hits::page).load::<String>(&mut $db.connect())?;
        unique(&history, pages.iter().map(|page| &**page)).unwrap();
    }};
}

macro_rules! add {
    ($page:ident) => {
        upsert!(
            page_hits,
            values = { page: &*$page, day: 1, n: 1 },
            conflict = (page, day),
            set = < n += 1 >,
            returning = n,
        )
    };
}

on_each_backend! {
    fn each_key_is_inserted_by_one_of_eight_threads(db) {
        race!(db, Race::new().threads(8).rounds(1000), |conn, page| {
            upsert!(
                page_hits,
                values = { page: &*page, day: 1, n: 1 },
                conflict = (page, day),
                set = < n += 1 >,
            )
            .outcome(conn)
            .map(|outcome| outcome == Outcome::Inserted)
        });
    }

    fn the_row_that_comes_back_is_the_one_that_the_thread_made_or_counted(db) {
        race!(db, Race::new().threads(8).rounds(200), |conn, page| {
            add!(page).get_outcome::<i64>(conn).map(|(n, outcome)| {
                assert_eq!(n == 1, outcome == Outcome::Inserted, "{n} {outcome:?}");
                outcome == Outcome::Inserted
            })
        });
        let n = page_hits::table.select(page_hits::n).load::<i64>(&mut db.connect())?;
        assert_eq!(n, [8; 200]);
    }

    fn a_key_is_inserted_once_with_set_nothing_too(db) {
        race!(db, Race::new().threads(8).rounds(200), |conn, page| {
            upsert!(
                page_hits,
                values = { page: &*page, day: 1, n: 1 },
                conflict = (page, day),
                set = nothing,
                returning = (page, n),
            )
            .get_outcome::<(String, i64)>(conn)
            .map(|(row, outcome)| {
                assert_eq!(row, (page.clone(), 1));
                outcome == Outcome::Inserted
            })
        });
    }

    // The control.
    fn looking_before_the_upsert_says_that_eight_threads_inserted_it(db) {
        let history = Race::new().threads(8).rounds(1).fixed().run(|| Ok(db.connect()), |conn, turn| {
            let stored = page_hits::table.find(("/", 1)).select(page_hits::n);
            let is_there = stored.first::<i64>(conn).optional()?.is_some();
            turn.barrier().wait();
            let created = || {
                upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
                    .execute(conn)
                    .map(|_| !is_there)
            };
            turn.create("/", created).map(drop)
        });
        let text = unique(&history, ["/"]).unwrap_err().to_string();
        assert!(text.contains("operations created \"/\""), "{text}");
    }
}
