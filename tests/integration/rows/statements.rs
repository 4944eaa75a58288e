//! The SQL of each step on each backend.

use diesel::prelude::*;
use upsert_runtime::{get_or_create, lock_or_create};

use super::schema::tags;
use super::{statements, with_tables};

on_each_backend! {
    fn shown(db) {
        let conn = &mut with_tables(db);
        let texts = statements(conn);
        for _ in 0..2 {
            get_or_create!(tags, key = { name: "a" }, defaults = { n: 1 }, returning = id).get_result::<i64>(conn)?;
        }
        conn.transaction(|conn| {
            for name in ["a", "b"] {
                lock_or_create!(tags, key = { name }, returning = id).get_result::<i64>(conn)?;
            }
            QueryResult::Ok(())
        })?;
        for text in texts.lock().unwrap().iter() {
            println!("{text}");
        }
    }
}
