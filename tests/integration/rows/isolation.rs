//! A row that another transaction creates after this one has begun to read.

use diesel::prelude::*;
use upsert_harness::{Script, Seen};
use upsert_runtime::{get_or_create, lock_or_create};

use super::schema::tags;
use super::{levels, with_tables};
use crate::script::{connect, sql};

/// At each level, `b` has read and found no row, and wants it after `a` has created it.
macro_rules! check {
    ($db:ident, $macro:ident) => {{
        with_tables($db);
        for level in levels($db) {
            let script = Script::new(connect($db))
                .setup(|conn| diesel::delete(tags::table).execute(conn).map(drop))
                .session("a", |a| {
                    a.step("a creates", |conn| {
                        let row = (tags::name.eq("a"), tags::n.eq(1));
                        diesel::insert_into(tags::table).values(row).execute(conn)
                    })
                })
                .session("b", |b| {
                    b.step("b sets the level", sql(level.set))
                        .step("b begins", crate::rows::begin)
                        .step("b reads", |conn| tags::table.count().get_result::<i64>(conn))
                        .step("b gets", |conn| {
                            let row = $macro!(tags, key = { name: "a" }, defaults = { n: 2 }, returning = n);
                            Ok(row.get_result::<i64>(conn)?)
                        })
                        .step("b ends", crate::rows::rollback)
                });
            let order = ["b sets the level", "b begins", "b reads", "a creates", "b gets", "b ends"];
            let transcript = script.run(&order).unwrap();
            let seen = transcript.last("b gets").map(Seen::to_string).unwrap();
            assert!(level.gets.contains(&&*seen), "{}\n{transcript}", level.set);
        }
    }};
}

on_each_backend! {
    fn is_found_or_the_transaction_fails(db) {
        check!(db, get_or_create);
    }

    fn is_locked_or_the_transaction_fails(db) {
        check!(db, lock_or_create);
    }
}
