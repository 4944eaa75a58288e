//! PostgreSQL: partitions, triggers, and what other ways of telling get wrong.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use upsert_harness::Script;
use upsert_runtime::Outcome::{Inserted, Unchanged, Updated};
use upsert_runtime::dsl::old;
use upsert_runtime::upsert;

use crate::database::postgres as database;
use crate::schema::{page_hits, users};

/// `page_hits` in two partitions, of which one has its columns in another order.
const PARTITIONS: &str = "
    DROP TABLE page_hits;
    CREATE TABLE page_hits (
        page TEXT, day INTEGER, n BIGINT NOT NULL DEFAULT 0, likes BIGINT, title TEXT,
        ratio DOUBLE PRECISION NOT NULL DEFAULT 1, PRIMARY KEY (page, day)
    ) PARTITION BY RANGE (day);
    CREATE TABLE early PARTITION OF page_hits FOR VALUES FROM (0) TO (10);
    CREATE TABLE late (
        gone INTEGER, ratio DOUBLE PRECISION NOT NULL DEFAULT 1, title TEXT, likes BIGINT,
        n BIGINT NOT NULL DEFAULT 0, day INTEGER NOT NULL, page TEXT NOT NULL
    );
    ALTER TABLE late DROP COLUMN gone;
    ALTER TABLE page_hits ATTACH PARTITION late FOR VALUES FROM (10) TO (20);
";

/// What `sql` returns for a second upsert of one row.
fn second(returning: &str, conn: &mut PgConnection) -> QueryResult<bool> {
    let add = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    let row = (
        page_hits::page.eq("/"),
        page_hits::day.eq(1),
        page_hits::n.eq(1),
    );
    add.values(row).execute(conn)?;
    add.values(row)
        .returning(sql::<Bool>(returning))
        .get_result(conn)
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

#[test]
fn a_partitioned_table_is_told_as_any_other() -> QueryResult<()> {
    let db = database("a_partitioned_table_is_told_as_any_other");
    let conn = &mut db.connect();
    conn.batch_execute(PARTITIONS)?;
    for day in [1, 11] {
        let expected = [(1, Inserted), (2, Updated), (3, Updated), (3, Unchanged)];
        for expected in expected {
            assert_eq!(add!(conn, day)?, expected);
        }
        let outcome = upsert!(page_hits, values = { page: "/", day, n: 1 }, conflict = (page, day), set = < n += 1 >)
            .outcome(conn)?;
        assert_eq!(outcome, Updated);
    }
    // The control: what is told by `xmax` elsewhere is an error here.
    let error = second("xmax = 0", conn).unwrap_err().to_string();
    assert_eq!(error, "cannot retrieve a system column in this context");
    Ok(())
}

#[test]
fn triggers_that_change_the_row_change_nothing_about_the_outcome() -> QueryResult<()> {
    let db = database("triggers_that_change_the_row_change_nothing_about_the_outcome");
    let conn = &mut db.connect();
    conn.batch_execute(
        "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN NEW.title := upper(coalesce(NEW.title, TG_OP)); RETURN NEW; END $$;
         CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON page_hits FOR EACH ROW EXECUTE FUNCTION shout();
         CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN UPDATE page_hits SET likes = coalesce(likes, 0) + 1 WHERE page = NEW.page AND likes IS NULL; RETURN NULL; END $$;
         CREATE TRIGGER again AFTER INSERT ON page_hits FOR EACH ROW EXECUTE FUNCTION again();",
    )?;
    let expected = [(1, Inserted), (2, Updated), (3, Updated), (3, Unchanged)];
    for expected in expected {
        assert_eq!(add!(conn, 1)?, expected);
    }
    let title = page_hits::table
        .select(page_hits::title)
        .first::<Option<String>>(conn)?;
    assert_eq!(title.as_deref(), Some("INSERT"));
    Ok(())
}

#[test]
fn a_trigger_that_calls_the_update_off_leaves_the_row_unchanged() -> QueryResult<()> {
    let db = database("a_trigger_that_calls_the_update_off_leaves_the_row_unchanged");
    let conn = &mut db.connect();
    conn.batch_execute(
        "CREATE FUNCTION off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER off BEFORE UPDATE ON page_hits FOR EACH ROW EXECUTE FUNCTION off();",
    )?;
    for expected in [(1, Inserted), (1, Unchanged)] {
        assert_eq!(add!(conn, 1)?, expected);
    }
    Ok(())
}

#[test]
fn what_an_earlier_statement_left_is_taken_for_nothing() -> QueryResult<()> {
    let db = database("what_an_earlier_statement_left_is_taken_for_nothing");
    let conn = &mut db.connect();
    conn.batch_execute("ALTER TABLE page_hits ADD CHECK (n < 3)")?;
    conn.transaction(|conn| {
        assert_eq!(add!(conn, 1)?, (1, Inserted));
        assert_eq!(add!(conn, 1)?, (2, Updated));
        // The trace is there, and the statement fails.
        conn.transaction(|conn| add!(conn, 1)).unwrap_err();
        assert_eq!(add!(conn, 2)?, (1, Inserted));
        QueryResult::Ok(())
    })
}

// A subquery in RETURNING reads the snapshot of the statement, which is older than a row that the
// statement waits for.
#[test]
fn a_subquery_says_of_a_row_that_was_waited_for_that_it_was_not_there() {
    let db = database("a_subquery_says_of_a_row_that_was_waited_for_that_it_was_not_there");
    const THERE: &str = "EXISTS (SELECT 1 FROM page_hits AS old WHERE old.day = page_hits.day)";
    let add = || {
        let add = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
        add.values((
            page_hits::page.eq("/"),
            page_hits::day.eq(1),
            page_hits::n.eq(1),
        ))
    };
    let script = Script::new(|| Ok(db.connect()))
        .session("a", |a| {
            a.step("a begins", |conn: &mut PgConnection| {
                conn.batch_execute("BEGIN")
            })
            .step("a adds", |conn| add().outcome(conn))
            .step("a commits", |conn| conn.batch_execute("COMMIT"))
        })
        .session("b", |b| {
            b.step("b adds", |conn| {
                add().returning(sql::<Bool>(THERE)).get_result::<bool>(conn)
            })
        });
    let transcript = script
        .run(&["a begins", "a adds", "b adds", "a commits"])
        .unwrap();
    assert!(
        transcript.to_string().ends_with("b adds: false\n"),
        "{transcript}"
    );
    assert_eq!(second(THERE, &mut db.connect()), Ok(true));
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

#[test]
fn the_row_as_it_was_comes_back_from_18_on() -> QueryResult<()> {
    let db = database("the_row_as_it_was_comes_back_from_18_on");
    let conn = &mut db.connect();
    let has_old = diesel::select(sql::<Bool>(
        "current_setting('server_version_num')::int >= 180000",
    ));
    let has_old = has_old.get_result::<bool>(conn)?;
    let replaced = |n: i64, conn: &mut PgConnection| {
        upsert!(
            page_hits,
            values = { page: "/", day: 1, n },
            conflict = (page, day),
            set = < n >,
            where = page_hits.n.lt(excluded.n),
            returning = (old(page_hits::n), n, old(page_hits::likes)),
        )
        .get_outcome::<(Option<i64>, i64, Option<i64>)>(conn)
    };
    if !has_old {
        let error = replaced(1, conn).unwrap_err().to_string();
        assert_eq!(error, "missing FROM-clause entry for table \"old\"");
        return Ok(());
    }
    assert_eq!(replaced(2, conn)?, ((None, 2, None), Inserted));
    assert_eq!(replaced(5, conn)?, ((Some(2), 5, None), Updated));
    assert_eq!(replaced(3, conn)?, ((Some(5), 5, None), Unchanged));
    Ok(())
}
