//! SQLite: tables without a rowid, triggers, and what other ways of telling get wrong.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use upsert_runtime::Outcome::{Inserted, Unchanged, Updated};
use upsert_runtime::upsert;

use crate::database::sqlite as database;
use crate::schema::{page_hits, users};

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

#[test]
fn a_table_without_rowid_is_told_as_any_other() -> QueryResult<()> {
    let db = database("a_table_without_rowid_is_told_as_any_other");
    let conn = &mut db.connect();
    conn.batch_execute(
        "DROP TABLE page_hits;
         CREATE TABLE page_hits (
            page TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, likes BIGINT, title TEXT,
            ratio DOUBLE NOT NULL DEFAULT 1, PRIMARY KEY (page, day)
         ) WITHOUT ROWID;",
    )?;
    for expected in [(1, Inserted), (2, Updated), (3, Updated), (3, Unchanged)] {
        assert_eq!(add!(conn, 1)?, expected);
    }
    Ok(())
}

#[test]
fn triggers_that_write_change_nothing_about_the_outcome() -> QueryResult<()> {
    let db = database("triggers_that_write_change_nothing_about_the_outcome");
    let conn = &mut db.connect();
    conn.batch_execute(
        "CREATE TABLE log (what TEXT);
         CREATE TRIGGER inserted AFTER INSERT ON page_hits BEGIN INSERT INTO log VALUES ('insert'); END;
         CREATE TRIGGER updated AFTER UPDATE ON page_hits BEGIN INSERT INTO log VALUES ('update'), ('update'); END;",
    )?;
    for expected in [(1, Inserted), (2, Updated), (3, Updated), (3, Unchanged)] {
        assert_eq!(add!(conn, 1)?, expected);
    }
    let outcome = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
        .outcome(conn)?;
    assert_eq!(outcome, Updated);
    let logged = diesel::select(sql::<Bool>(
        "(SELECT group_concat(what) FROM log) = 'insert,update,update,update,update,update,update'",
    ));
    assert_eq!(logged.get_result(conn), Ok(true));
    Ok(())
}

#[test]
fn expressions_and_predicates_in_the_target_are_told_too() -> QueryResult<()> {
    let db = database("expressions_and_predicates_in_the_target_are_told_too");
    let conn = &mut db.connect();
    for (email, expected) in [("a", Inserted), ("b", Inserted), ("a", Updated)] {
        let outcome = upsert!(
            users,
            values = { email, name: email, deleted: false },
            conflict = key(users_live_email),
            set = < logins += 1 >,
        )
        .outcome(conn)?;
        assert_eq!(outcome, expected, "{email}");
    }
    Ok(())
}

// A transaction that fails at its end takes the outcome with it.
#[test]
fn what_cannot_be_committed_has_no_outcome() -> QueryResult<()> {
    let db = database("what_cannot_be_committed_has_no_outcome");
    let conn = &mut db.connect();
    conn.batch_execute(
        "PRAGMA foreign_keys = ON;
         CREATE TABLE pages (page TEXT PRIMARY KEY);
         DROP TABLE page_hits;
         CREATE TABLE page_hits (
            page TEXT NOT NULL REFERENCES pages DEFERRABLE INITIALLY DEFERRED, day INTEGER NOT NULL,
            n BIGINT NOT NULL, PRIMARY KEY (page, day)
         );",
    )?;
    add!(conn, 1).unwrap_err();
    assert_eq!(page_hits::table.count().get_result(conn), Ok(0_i64));
    conn.batch_execute("INSERT INTO pages VALUES ('/')")?;
    assert_eq!(add!(conn, 1)?, (1, Inserted));
    Ok(())
}

// The control.
#[test]
fn the_last_rowid_says_of_the_row_inserted_last_that_it_is_inserted_again() -> QueryResult<()> {
    let db = database("the_last_rowid_says_of_the_row_inserted_last_that_it_is_inserted_again");
    let conn = &mut db.connect();
    for expected in [true, true] {
        let inserted = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >)
            .returning(sql::<Bool>("rowid = last_insert_rowid()"))
            .get_result(conn);
        assert_eq!(inserted, Ok(expected));
    }
    Ok(())
}

#[test]
fn the_row_of_a_partial_index_is_read_by_its_columns_and_its_predicate() -> QueryResult<()> {
    let db = database("the_row_of_a_partial_index_is_read_by_its_columns_and_its_predicate");
    let conn = &mut db.connect();
    conn.batch_execute("INSERT INTO users (email, name, deleted) VALUES ('a', 'gone', TRUE)")?;
    for (logins, expected) in [(1, Inserted), (2, Updated), (2, Unchanged)] {
        let row = upsert!(
            users,
            values = { email: "a", name: "new", logins: 1 },
            conflict = (email) where deleted.eq(false),
            set = < logins += 1 >,
            where = users.logins.lt(2),
            returning = (name, logins),
        );
        assert_eq!(
            row.get_outcome::<(String, i32)>(conn)?,
            (("new".to_owned(), logins), expected)
        );
    }
    Ok(())
}
