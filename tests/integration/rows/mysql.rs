//! MySQL and MariaDB: snapshots, numbers, triggers, and what other ways of telling get wrong.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use upsert_runtime::Outcome::{Inserted, Unchanged, Updated};
use upsert_runtime::upsert;

use crate::database::mysql as database;
use crate::schema::{page_hits, users};

diesel::define_sql_function! {
    fn last_insert_id() -> BigInt;
}

macro_rules! add {
    ($conn:ident, $day:expr) => {
        upsert!(
            page_hits,
            values = { page: "/", day: $day, n: 1 },
            conflict = (page, day),
            set = < n += 1 >,
            where = page_hits.n.lt(3),
            returning = n,
        )
        .get_outcome::<i64>($conn)
    };
}

// The control.
#[test]
fn the_number_of_rows_does_not_tell_an_insert_from_a_row_that_stays_as_it_is() -> QueryResult<()> {
    let db = database("the_number_of_rows_does_not_tell_an_insert_from_a_row_that_stays_as_it_is");
    let conn = &mut db.connect();
    for _ in 0..2 {
        let affected = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < .. >)
            .execute(conn)?;
        assert_eq!(affected, 1);
    }
    Ok(())
}

#[test]
fn a_row_that_is_newer_than_the_snapshot_is_read() -> QueryResult<()> {
    let db = database("a_row_that_is_newer_than_the_snapshot_is_read");
    let (conn, other) = (&mut db.connect(), &mut db.connect());
    // Where there is it, a row like this is an error of its own.
    let _ = conn.batch_execute("SET SESSION innodb_snapshot_isolation = OFF");
    conn.transaction(|conn| {
        let stored = page_hits::table.select(page_hits::n);
        assert_eq!(stored.load::<i64>(conn)?, []);
        assert_eq!(add!(other, 1)?, (1, Inserted));
        let keep = upsert!(page_hits, values = { page: "/", day: 1, n: 5 }, conflict = (page, day), set = nothing, returning = n);
        assert_eq!(keep.get_outcome::<i64>(conn)?, (1, Unchanged));
        // The control: what a plain SELECT sees.
        assert_eq!(stored.load::<i64>(conn)?, []);
        assert_eq!(add!(conn, 1)?, (2, Updated));
        QueryResult::Ok(())
    })
}

#[test]
fn what_an_earlier_statement_left_is_taken_for_nothing() -> QueryResult<()> {
    let db = database("what_an_earlier_statement_left_is_taken_for_nothing");
    let conn = &mut db.connect();
    conn.batch_execute("ALTER TABLE page_hits ADD CHECK (n < 3)")?;
    assert_eq!(add!(conn, 1)?, (1, Inserted));
    assert_eq!(add!(conn, 1)?, (2, Updated));
    // The trace is there, and the statement fails.
    add!(conn, 1).unwrap_err();
    assert_eq!(add!(conn, 2)?, (1, Inserted));
    Ok(())
}

#[test]
fn the_last_number_is_what_it_would_be_without_the_question() -> QueryResult<()> {
    let db = database("the_last_number_is_what_it_would_be_without_the_question");
    let conn = &mut db.connect();
    let mut last = 0;
    for (email, expected) in [
        ("a", Inserted),
        ("b", Inserted),
        ("a", Updated),
        ("a", Updated),
    ] {
        let outcome = upsert!(users, values = { email, name: "n" }, conflict = (email), set = < logins += 1 >)
            .outcome(conn)?;
        assert_eq!(outcome, expected);
        if outcome == Inserted {
            let of = users::table
                .filter(users::email.eq(email))
                .select(users::id);
            last = of.first::<i32>(conn)?.into();
        }
        assert_eq!(diesel::select(last_insert_id()).get_result(conn), Ok(last));
    }
    Ok(())
}

#[test]
fn triggers_that_change_the_row_change_nothing_about_the_outcome() -> QueryResult<()> {
    let db = database("triggers_that_change_the_row_change_nothing_about_the_outcome");
    let conn = &mut db.connect();
    conn.batch_execute(
        "CREATE TRIGGER shout BEFORE INSERT ON page_hits FOR EACH ROW SET NEW.title = 'INSERT';
         CREATE TRIGGER again BEFORE UPDATE ON page_hits FOR EACH ROW SET NEW.ratio = NEW.ratio;",
    )?;
    for expected in [(1, Inserted), (2, Updated), (3, Updated), (3, Unchanged)] {
        assert_eq!(add!(conn, 1)?, expected);
    }
    let title = page_hits::table
        .select(page_hits::title)
        .first::<Option<String>>(conn)?;
    assert_eq!(title.as_deref(), Some("INSERT"));
    Ok(())
}

// A condition that reads what is assigned is evaluated once, before the first assignment.
#[test]
fn a_condition_on_what_is_assigned_is_that_on_the_stored_row() -> QueryResult<()> {
    let db = database("a_condition_on_what_is_assigned_is_that_on_the_stored_row");
    let conn = &mut db.connect();
    for (n, expected, stored) in [
        (2, Inserted, (2, None)),
        (3, Updated, (3, Some(3))),
        (3, Unchanged, (3, Some(3))),
    ] {
        let row = upsert!(
            page_hits,
            values = { page: "/", day: 1, n: n },
            conflict = (page, day),
            set = < n, likes = excluded.n >,
            where = page_hits.n.lt(excluded.n),
            returning = (n, likes),
        );
        assert_eq!(
            row.get_outcome::<(i64, Option<i64>)>(conn)?,
            (stored, expected)
        );
    }
    Ok(())
}
