//! A row that another transaction creates after this one has begun to read.

use diesel::prelude::*;
use upsert_harness::{Script, Seen};
use upsert_runtime::{get_or_create, lock_or_create};

use super::schema::tags;
use super::{levels, with_tables};
use crate::script::connect;

/// What `b` gets at each level that has read, finds no row, and wants it after `a` has created it.
macro_rules! seen {
    ($db:ident, $macro:ident) => {{
        with_tables($db);
        let want = |conn: &mut _| {
            let row = $macro!(tags, key = { name: "a" }, defaults = { n: 2 }, returning = n);
            Ok(row.get_result::<i64>(conn)?)
        };
        let seen = levels($db).iter().map(|level| {
            let script = Script::new(connect($db))
                .setup(|conn| diesel::delete(tags::table).execute(conn).map(drop))
                .session("a", |a| {
                    a.step("a creates", |conn| {
                        let row = (tags::name.eq("a"), tags::n.eq(1));
                        diesel::insert_into(tags::table).values(row).execute(conn)
                    })
                })
                .session("b", |b| {
                    b.step("b sets its level", crate::script::sql(level))
                        .step("b begins", crate::rows::begin)
                        .step("b reads", |conn| tags::table.count().get_result::<i64>(conn))
                        .step("b gets", want)
                        .step("b ends", crate::rows::rollback)
                });
            let order = ["b sets its level", "b begins", "b reads", "a creates", "b gets", "b ends"];
            let transcript = script.run(&order).unwrap();
            let seen = transcript.last("b gets").map(Seen::to_string);
            println!("{level}\n{transcript}");
            (*level, seen.unwrap_or_default())
        });
        seen.collect::<Vec<_>>()
    }};
}

on_each_backend! {
    fn is_found_or_the_transaction_fails(db) {
        for (level, seen) in seen!(db, get_or_create) {
            println!("{level}: {seen}");
        }
    }

    fn is_locked_or_the_transaction_fails(db) {
        for (level, seen) in seen!(db, lock_or_create) {
            println!("{level}: {seen}");
        }
    }
}
