//! `lock_or_create!`

use diesel::prelude::*;
use upsert_harness::{Race, Script, counter};
use upsert_runtime::{RowError, get_or_create, lock_or_create};

use super::schema::tags;
use super::{levels, until_done, with_tables};
use crate::script::connect;

on_each_backend! {
    fn outside_of_a_transaction_there_is_nothing_to_lock_it_for(db) {
        let conn = &mut with_tables(db);
        let row = lock_or_create!(tags, key = { name: "a" }, returning = id);
        assert_eq!(row.get_result::<i64>(conn), Err(RowError::NoTransaction));
        assert_eq!(tags::table.count().get_result::<i64>(conn)?, 0);
    }

    fn what_is_computed_in_rust_is_not_lost_at_any_level(db) {
        let conn = &mut with_tables(db);
        for level in levels(db) {
            let connect = || {
                let mut conn = db.connect();
                diesel::connection::SimpleConnection::batch_execute(&mut conn, level.set).unwrap();
                Ok(conn)
            };
            let history = Race::new().rounds(20).run(connect, |conn, turn| {
                turn.increment("a", 1, || until_done(conn, |conn| {
                    let row = lock_or_create!(tags, key = { name: "a" }, returning = (id, n));
                    let ((id, n), _) = row.get_result::<(i64, i64)>(conn)?;
                    diesel::update(tags::table.find(id)).set(tags::n.eq(n + 1)).execute(conn)?;
                    Ok(n + 1)
                }))
            });
            let stored = tags::table.select((tags::name, tags::n)).load::<(String, i64)>(conn)?;
            counter(&history, stored.iter().map(|(name, n)| (&**name, *n))).unwrap();
            let tally = history.tally();
            assert_eq!((tally.failed, tally.unknown), (0, 0), "{}: {:?}", level.set, history.operations);
            diesel::delete(tags::table).execute(conn)?;
        }
    }

    fn without_the_lock_it_is_lost(db) {
        let conn = &mut with_tables(db);
        get_or_create!(tags, key = { name: "a" }, returning = id).get_result::<i64>(conn)?;
        let history = Race::new().rounds(1).fixed().run(connect(db), |conn, turn| {
            let barrier = turn.barrier();
            turn.increment("a", 1, || {
                let row = get_or_create!(tags, key = { name: "a" }, returning = n);
                let row = row.get_result::<i64>(conn);
                // Between the two every other thread reads as well: it does in production too, if
                // not each time.
                barrier.wait();
                diesel::update(tags::table).set(tags::n.eq(row?.0 + 1)).execute(conn)
            })
        });
        let stored = tags::table.select((tags::name, tags::n)).load::<(String, i64)>(conn)?;
        let text = counter(&history, stored.iter().map(|(name, n)| (&**name, *n))).unwrap_err().to_string();
        assert!(text.contains("7 of them are lost"), "{text}");
    }

    fn others_wait_until_the_transaction_ends(db) {
        with_tables(db);
        let lock = |conn: &mut _| {
            let row = lock_or_create!(tags, key = { name: "a" }, defaults = { n: 1 }, returning = n);
            Ok(row.get_result::<i64>(conn)?)
        };
        for stored in [0, 1] {
            let script = Script::new(connect(db))
                .setup(|conn| {
                    diesel::delete(tags::table).execute(conn)?;
                    let row = (tags::name.eq("a"), tags::n.eq(1));
                    let rows = vec![row; stored];
                    rows.into_iter().try_for_each(|row| {
                        diesel::insert_into(tags::table).values(row).execute(conn).map(drop)
                    })
                })
                .session("a", |a| {
                    a.step("a begins", crate::rows::begin)
                        .step("a locks", lock)
                        .step("a updates", |conn| {
                            let tag = diesel::update(tags::table).filter(tags::name.eq("a"));
                            tag.set(tags::n.eq(5)).execute(conn)
                        })
                        .step("a commits", crate::rows::commit)
                })
                .session("b", |b| {
                    b.step("b begins", crate::rows::begin).step("b locks", lock).step("b commits", crate::rows::commit)
                });
            let order = ["a begins", "b begins", "a locks", "b locks", "a updates", "a commits", "b commits"];
            let transcript = script.run(&order).unwrap();
            assert!(transcript.waited("b locks"), "{transcript}");
            assert_eq!(transcript.last("b locks").map(ToString::to_string).as_deref(), Some("(5, false)"), "{transcript}");
        }
    }
}
