//! A row that is deleted between the INSERT that meets it and the look at it.

#[cfg(feature = "mysql")]
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use upsert_runtime::{RowError, get_or_create};

use super::schema::tags;
use super::{on_each_statement, with_tables};

on_each_backend! {
    returning:
    fn a_row_that_is_deleted_before_it_is_read_is_created(db) {
        let conn = &mut with_tables(db);
        // Each INSERT meets a row, which is gone when it is looked for.
        let meet = |times: u32| {
            let mut other = db.connect();
            let mut met = 0;
            move |text: &str| {
                if text.starts_with("INSERT") && met < times {
                    met += 1;
                    diesel::insert_into(tags::table).values(tags::name.eq("a")).execute(&mut other).unwrap();
                } else if text.starts_with("SELECT") {
                    diesel::delete(tags::table).execute(&mut other).unwrap();
                }
            }
        };
        on_each_statement(conn, meet(3));
        let create = |conn: &mut _| get_or_create!(tags, key = { name: "a" }, defaults = { n: 5 }, returning = n).get_result::<i64>(conn);
        assert_eq!(create(conn)?, (5, true));
        diesel::delete(tags::table).execute(conn)?;
        on_each_statement(conn, meet(u32::MAX));
        assert_eq!(create(conn), Err(RowError::Vanished { attempts: 16 }));
        let text = create(conn).unwrap_err().to_string();
        assert!(text.contains("16 times"), "{text}");
    }
}

/// It stays locked from the INSERT on that has met it.
#[cfg(feature = "mysql")]
#[test]
fn on_mysql_a_row_that_was_met_cannot_be_deleted_before_it_is_read() {
    let db = crate::database::mysql("met_cannot_be_deleted");
    let conn = &mut with_tables(&db);
    let mut other = db.connect();
    let impatient = "SET SESSION innodb_lock_wait_timeout = 1";
    other.batch_execute(impatient).unwrap();
    let mut insert = true;
    let (sent, outcomes) = std::sync::mpsc::channel();
    on_each_statement(conn, move |text| {
        if text.starts_with("INSERT") && std::mem::take(&mut insert) {
            diesel::insert_into(tags::table)
                .values(tags::name.eq("a"))
                .execute(&mut other)
                .unwrap();
        } else if text.contains("LOCK IN SHARE MODE") {
            sent.send(diesel::delete(tags::table).execute(&mut other))
                .unwrap();
        }
    });
    let row = get_or_create!(tags, key = { name: "a" }, defaults = { n: 5 }, returning = n);
    assert_eq!(row.get_result::<i64>(conn), Ok((0, false)));
    let outcome = outcomes.try_recv().unwrap().unwrap_err().to_string();
    assert!(outcome.contains("Lock wait timeout exceeded"), "{outcome}");
}
